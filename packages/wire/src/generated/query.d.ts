import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface QueryRequest {
    id: number;
    standingOf: Uint8Array;
    roster: boolean;
    certificates: boolean;
}
export declare namespace QueryRequest {
    const codec: () => Codec<QueryRequest>;
    interface QueryRequestIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface QueryRequestStandingOfFieldEvent {
        field: '$.standingOf';
        value: Uint8Array;
    }
    interface QueryRequestRosterFieldEvent {
        field: '$.roster';
        value: boolean;
    }
    interface QueryRequestCertificatesFieldEvent {
        field: '$.certificates';
        value: boolean;
    }
    function encode(obj: Partial<QueryRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueryRequest>): QueryRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueryRequest>): Generator<QueryRequestIdFieldEvent | QueryRequestStandingOfFieldEvent | QueryRequestRosterFieldEvent | QueryRequestCertificatesFieldEvent>;
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
}
export declare namespace QueryResponse {
    const codec: () => Codec<QueryResponse>;
    interface QueryResponseIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface QueryResponseStatusFieldEvent {
        field: '$.status';
        value: number;
    }
    interface QueryResponseReasonFieldEvent {
        field: '$.reason';
        value: string;
    }
    interface QueryResponseStateFieldEvent {
        field: '$.state';
        value: number;
    }
    interface QueryResponseTenthsFieldEvent {
        field: '$.tenths';
        value: number;
    }
    interface QueryResponseWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface QueryResponseRosterFieldEvent {
        field: '$.roster';
        value: Uint8Array;
    }
    interface QueryResponseCertificatesFieldEvent {
        field: '$.certificates[]';
        index: number;
        value: Uint8Array;
    }
    function encode(obj: Partial<QueryResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueryResponse>): QueryResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<QueryResponse>): Generator<QueryResponseIdFieldEvent | QueryResponseStatusFieldEvent | QueryResponseReasonFieldEvent | QueryResponseStateFieldEvent | QueryResponseTenthsFieldEvent | QueryResponseWindowFieldEvent | QueryResponseRosterFieldEvent | QueryResponseCertificatesFieldEvent>;
}
