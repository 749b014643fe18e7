import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface AppealRequest {
    id: number;
}
export declare namespace AppealRequest {
    const codec: () => Codec<AppealRequest>;
    function encode(obj: Partial<AppealRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AppealRequest>): AppealRequest;
}
export interface AppealResponse {
    id: number;
    status: number;
    certificate: Uint8Array;
    roster: Uint8Array;
}
export declare namespace AppealResponse {
    const codec: () => Codec<AppealResponse>;
    function encode(obj: Partial<AppealResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AppealResponse>): AppealResponse;
}
