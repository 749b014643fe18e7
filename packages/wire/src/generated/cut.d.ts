import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface CutNotice {
    dimension: number;
}
export declare namespace CutNotice {
    const codec: () => Codec<CutNotice>;
    function encode(obj: Partial<CutNotice>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CutNotice>): CutNotice;
}
