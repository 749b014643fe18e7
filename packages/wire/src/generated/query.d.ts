import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface QueryRequest {
    id: number;
    standingOf: Uint8Array;
    roster: boolean;
    certificates: boolean;
    heldSubject: Uint8Array;
    heldWindow: number;
}
export declare namespace QueryRequest {
    const codec: () => Codec<QueryRequest>;
    function encode(obj: Partial<QueryRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueryRequest>): QueryRequest;
}
export interface QueryResponse {
    id: number;
    status: number;
    reason: string;
    state: number;
    tenths: number;
    window: number;
    roster: Uint8Array;
    certificates: Uint8Array[];
    held: number;
}
export declare namespace QueryResponse {
    const codec: () => Codec<QueryResponse>;
    function encode(obj: Partial<QueryResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueryResponse>): QueryResponse;
}
