import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface WatcherUp {
    seen: Seen[];
    window: number;
    linked: Uint8Array[];
}
export declare namespace WatcherUp {
    const codec: () => Codec<WatcherUp>;
    function encode(obj: Partial<WatcherUp>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WatcherUp>): WatcherUp;
}
export interface Seen {
    peer: Uint8Array;
    dimension: number;
    ok: number;
    bad: number;
    finding: boolean;
}
export declare namespace Seen {
    const codec: () => Codec<Seen>;
    function encode(obj: Partial<Seen>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Seen>): Seen;
}
export interface WatcherDown {
    looks: Look[];
}
export declare namespace WatcherDown {
    const codec: () => Codec<WatcherDown>;
    function encode(obj: Partial<WatcherDown>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WatcherDown>): WatcherDown;
}
export interface Look {
    peer: Uint8Array;
    dimension: number;
}
export declare namespace Look {
    const codec: () => Codec<Look>;
    function encode(obj: Partial<Look>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Look>): Look;
}
