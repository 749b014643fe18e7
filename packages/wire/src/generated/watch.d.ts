import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface WatcherUp {
    seen: Seen[];
    window: number;
    linked: Uint8Array[];
}
export declare namespace WatcherUp {
    const codec: () => Codec<WatcherUp>;
    interface WatcherUpSeenPeerFieldEvent {
        field: '$.seen[].peer';
        value: Uint8Array;
        index: number;
    }
    interface WatcherUpSeenDimensionFieldEvent {
        field: '$.seen[].dimension';
        value: number;
        index: number;
    }
    interface WatcherUpSeenOkFieldEvent {
        field: '$.seen[].ok';
        value: number;
        index: number;
    }
    interface WatcherUpSeenBadFieldEvent {
        field: '$.seen[].bad';
        value: number;
        index: number;
    }
    interface WatcherUpSeenFindingFieldEvent {
        field: '$.seen[].finding';
        value: boolean;
        index: number;
    }
    interface WatcherUpWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface WatcherUpLinkedFieldEvent {
        field: '$.linked[]';
        index: number;
        value: Uint8Array;
    }
    function encode(obj: Partial<WatcherUp>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WatcherUp>): WatcherUp;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WatcherUp>): Generator<WatcherUpSeenPeerFieldEvent | WatcherUpSeenDimensionFieldEvent | WatcherUpSeenOkFieldEvent | WatcherUpSeenBadFieldEvent | WatcherUpSeenFindingFieldEvent | WatcherUpWindowFieldEvent | WatcherUpLinkedFieldEvent>;
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
    interface SeenPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array;
    }
    interface SeenDimensionFieldEvent {
        field: '$.dimension';
        value: number;
    }
    interface SeenOkFieldEvent {
        field: '$.ok';
        value: number;
    }
    interface SeenBadFieldEvent {
        field: '$.bad';
        value: number;
    }
    interface SeenFindingFieldEvent {
        field: '$.finding';
        value: boolean;
    }
    function encode(obj: Partial<Seen>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Seen>): Seen;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Seen>): Generator<SeenPeerFieldEvent | SeenDimensionFieldEvent | SeenOkFieldEvent | SeenBadFieldEvent | SeenFindingFieldEvent>;
}
export interface WatcherDown {
    looks: Look[];
}
export declare namespace WatcherDown {
    const codec: () => Codec<WatcherDown>;
    interface WatcherDownLooksPeerFieldEvent {
        field: '$.looks[].peer';
        value: Uint8Array;
        index: number;
    }
    interface WatcherDownLooksDimensionFieldEvent {
        field: '$.looks[].dimension';
        value: number;
        index: number;
    }
    function encode(obj: Partial<WatcherDown>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WatcherDown>): WatcherDown;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WatcherDown>): Generator<WatcherDownLooksPeerFieldEvent | WatcherDownLooksDimensionFieldEvent>;
}
export interface Look {
    peer: Uint8Array;
    dimension: number;
}
export declare namespace Look {
    const codec: () => Codec<Look>;
    interface LookPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array;
    }
    interface LookDimensionFieldEvent {
        field: '$.dimension';
        value: number;
    }
    function encode(obj: Partial<Look>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Look>): Look;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Look>): Generator<LookPeerFieldEvent | LookDimensionFieldEvent>;
}
