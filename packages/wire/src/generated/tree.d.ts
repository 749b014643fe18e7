import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface TreeRequest {
    id: number;
    view?: View;
    hello?: TreeHello;
    write?: Write;
    read?: Read;
    case?: CaseNotice;
    finding: Uint8Array;
    propose?: Propose;
    standingOf: Uint8Array;
    certificate: Uint8Array;
}
export declare namespace TreeRequest {
    const codec: () => Codec<TreeRequest>;
    interface TreeRequestIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface TreeRequestViewRosterVersionFieldEvent {
        field: '$.view.rosterVersion';
        value: number;
    }
    interface TreeRequestViewTokensFieldEvent {
        field: '$.view.tokens';
        value: Uint8Array;
    }
    interface TreeRequestHelloRosterFieldEvent {
        field: '$.hello.roster';
        value: Uint8Array;
    }
    interface TreeRequestHelloTokensFieldEvent {
        field: '$.hello.tokens[]';
        index: number;
        value: Uint8Array;
    }
    interface TreeRequestHelloReportsPerSecondFieldEvent {
        field: '$.hello.reportsPerSecond';
        value: number;
    }
    interface TreeRequestHelloWindowFieldEvent {
        field: '$.hello.window';
        value: number;
    }
    interface TreeRequestHelloWindowOffsetMsFieldEvent {
        field: '$.hello.windowOffsetMs';
        value: number;
    }
    interface TreeRequestWriteRecordsKindFieldEvent {
        field: '$.write.records[].kind';
        value: number;
        index: number;
    }
    interface TreeRequestWriteRecordsSubjectFieldEvent {
        field: '$.write.records[].subject';
        value: Uint8Array;
        index: number;
    }
    interface TreeRequestWriteRecordsPayloadFieldEvent {
        field: '$.write.records[].payload';
        value: Uint8Array;
        index: number;
    }
    interface TreeRequestReadFromPlaceFieldEvent {
        field: '$.read.fromPlace';
        value: Uint8Array;
    }
    interface TreeRequestReadToPlaceFieldEvent {
        field: '$.read.toPlace';
        value: Uint8Array;
    }
    interface TreeRequestReadSubjectFieldEvent {
        field: '$.read.subject';
        value: Uint8Array;
    }
    interface TreeRequestReadFromEpochFieldEvent {
        field: '$.read.fromEpoch';
        value: number;
    }
    interface TreeRequestReadToEpochFieldEvent {
        field: '$.read.toEpoch';
        value: number;
    }
    interface TreeRequestReadAfterFieldEvent {
        field: '$.read.after';
        value: Uint8Array;
    }
    interface TreeRequestCaseSubjectFieldEvent {
        field: '$.case.subject';
        value: Uint8Array;
    }
    interface TreeRequestCaseDimensionFieldEvent {
        field: '$.case.dimension';
        value: number;
    }
    interface TreeRequestCaseOpenedWindowFieldEvent {
        field: '$.case.openedWindow';
        value: number;
    }
    interface TreeRequestCaseWeightFieldEvent {
        field: '$.case.weight';
        value: number;
    }
    interface TreeRequestCaseGroupsFieldEvent {
        field: '$.case.groups[]';
        index: number;
        value: string;
    }
    interface TreeRequestFindingFieldEvent {
        field: '$.finding';
        value: Uint8Array;
    }
    interface TreeRequestProposeVerdictFieldEvent {
        field: '$.propose.verdict';
        value: Uint8Array;
    }
    interface TreeRequestStandingOfFieldEvent {
        field: '$.standingOf';
        value: Uint8Array;
    }
    interface TreeRequestCertificateFieldEvent {
        field: '$.certificate';
        value: Uint8Array;
    }
    function encode(obj: Partial<TreeRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeRequest>): TreeRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeRequest>): Generator<TreeRequestIdFieldEvent | TreeRequestViewRosterVersionFieldEvent | TreeRequestViewTokensFieldEvent | TreeRequestHelloRosterFieldEvent | TreeRequestHelloTokensFieldEvent | TreeRequestHelloReportsPerSecondFieldEvent | TreeRequestHelloWindowFieldEvent | TreeRequestHelloWindowOffsetMsFieldEvent | TreeRequestWriteRecordsKindFieldEvent | TreeRequestWriteRecordsSubjectFieldEvent | TreeRequestWriteRecordsPayloadFieldEvent | TreeRequestReadFromPlaceFieldEvent | TreeRequestReadToPlaceFieldEvent | TreeRequestReadSubjectFieldEvent | TreeRequestReadFromEpochFieldEvent | TreeRequestReadToEpochFieldEvent | TreeRequestReadAfterFieldEvent | TreeRequestCaseSubjectFieldEvent | TreeRequestCaseDimensionFieldEvent | TreeRequestCaseOpenedWindowFieldEvent | TreeRequestCaseWeightFieldEvent | TreeRequestCaseGroupsFieldEvent | TreeRequestFindingFieldEvent | TreeRequestProposeVerdictFieldEvent | TreeRequestStandingOfFieldEvent | TreeRequestCertificateFieldEvent>;
}
export interface View {
    rosterVersion: number;
    tokens: Uint8Array;
}
export declare namespace View {
    const codec: () => Codec<View>;
    interface ViewRosterVersionFieldEvent {
        field: '$.rosterVersion';
        value: number;
    }
    interface ViewTokensFieldEvent {
        field: '$.tokens';
        value: Uint8Array;
    }
    function encode(obj: Partial<View>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<View>): View;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<View>): Generator<ViewRosterVersionFieldEvent | ViewTokensFieldEvent>;
}
export interface TreeHello {
    roster: Uint8Array;
    tokens: Uint8Array[];
    reportsPerSecond: number;
    window: number;
    windowOffsetMs: number;
}
export declare namespace TreeHello {
    const codec: () => Codec<TreeHello>;
    interface TreeHelloRosterFieldEvent {
        field: '$.roster';
        value: Uint8Array;
    }
    interface TreeHelloTokensFieldEvent {
        field: '$.tokens[]';
        index: number;
        value: Uint8Array;
    }
    interface TreeHelloReportsPerSecondFieldEvent {
        field: '$.reportsPerSecond';
        value: number;
    }
    interface TreeHelloWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface TreeHelloWindowOffsetMsFieldEvent {
        field: '$.windowOffsetMs';
        value: number;
    }
    function encode(obj: Partial<TreeHello>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeHello>): TreeHello;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeHello>): Generator<TreeHelloRosterFieldEvent | TreeHelloTokensFieldEvent | TreeHelloReportsPerSecondFieldEvent | TreeHelloWindowFieldEvent | TreeHelloWindowOffsetMsFieldEvent>;
}
export interface Write {
    records: RecordMessage[];
}
export declare namespace Write {
    const codec: () => Codec<Write>;
    interface WriteRecordsKindFieldEvent {
        field: '$.records[].kind';
        value: number;
        index: number;
    }
    interface WriteRecordsSubjectFieldEvent {
        field: '$.records[].subject';
        value: Uint8Array;
        index: number;
    }
    interface WriteRecordsPayloadFieldEvent {
        field: '$.records[].payload';
        value: Uint8Array;
        index: number;
    }
    function encode(obj: Partial<Write>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Write>): Write;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Write>): Generator<WriteRecordsKindFieldEvent | WriteRecordsSubjectFieldEvent | WriteRecordsPayloadFieldEvent>;
}
export interface RecordMessage {
    kind: number;
    subject: Uint8Array;
    payload: Uint8Array;
}
export declare namespace RecordMessage {
    const codec: () => Codec<RecordMessage>;
    interface RecordMessageKindFieldEvent {
        field: '$.kind';
        value: number;
    }
    interface RecordMessageSubjectFieldEvent {
        field: '$.subject';
        value: Uint8Array;
    }
    interface RecordMessagePayloadFieldEvent {
        field: '$.payload';
        value: Uint8Array;
    }
    function encode(obj: Partial<RecordMessage>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordMessage>): RecordMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordMessage>): Generator<RecordMessageKindFieldEvent | RecordMessageSubjectFieldEvent | RecordMessagePayloadFieldEvent>;
}
export interface Read {
    fromPlace: Uint8Array;
    toPlace: Uint8Array;
    subject: Uint8Array;
    fromEpoch: number;
    toEpoch: number;
    after: Uint8Array;
}
export declare namespace Read {
    const codec: () => Codec<Read>;
    interface ReadFromPlaceFieldEvent {
        field: '$.fromPlace';
        value: Uint8Array;
    }
    interface ReadToPlaceFieldEvent {
        field: '$.toPlace';
        value: Uint8Array;
    }
    interface ReadSubjectFieldEvent {
        field: '$.subject';
        value: Uint8Array;
    }
    interface ReadFromEpochFieldEvent {
        field: '$.fromEpoch';
        value: number;
    }
    interface ReadToEpochFieldEvent {
        field: '$.toEpoch';
        value: number;
    }
    interface ReadAfterFieldEvent {
        field: '$.after';
        value: Uint8Array;
    }
    function encode(obj: Partial<Read>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Read>): Read;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Read>): Generator<ReadFromPlaceFieldEvent | ReadToPlaceFieldEvent | ReadSubjectFieldEvent | ReadFromEpochFieldEvent | ReadToEpochFieldEvent | ReadAfterFieldEvent>;
}
export interface CaseNotice {
    subject: Uint8Array;
    dimension: number;
    openedWindow: number;
    weight: number;
    groups: string[];
}
export declare namespace CaseNotice {
    const codec: () => Codec<CaseNotice>;
    interface CaseNoticeSubjectFieldEvent {
        field: '$.subject';
        value: Uint8Array;
    }
    interface CaseNoticeDimensionFieldEvent {
        field: '$.dimension';
        value: number;
    }
    interface CaseNoticeOpenedWindowFieldEvent {
        field: '$.openedWindow';
        value: number;
    }
    interface CaseNoticeWeightFieldEvent {
        field: '$.weight';
        value: number;
    }
    interface CaseNoticeGroupsFieldEvent {
        field: '$.groups[]';
        index: number;
        value: string;
    }
    function encode(obj: Partial<CaseNotice>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CaseNotice>): CaseNotice;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CaseNotice>): Generator<CaseNoticeSubjectFieldEvent | CaseNoticeDimensionFieldEvent | CaseNoticeOpenedWindowFieldEvent | CaseNoticeWeightFieldEvent | CaseNoticeGroupsFieldEvent>;
}
export interface Propose {
    verdict: Uint8Array;
}
export declare namespace Propose {
    const codec: () => Codec<Propose>;
    interface ProposeVerdictFieldEvent {
        field: '$.verdict';
        value: Uint8Array;
    }
    function encode(obj: Partial<Propose>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Propose>): Propose;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Propose>): Generator<ProposeVerdictFieldEvent>;
}
export interface TreeResponse {
    id: number;
    status: number;
    reason: string;
    hello?: TreeHello;
    outcomes: number[];
    records: RecordMessage[];
    next: Uint8Array;
    signature: Uint8Array;
    standing?: StandingMessage;
}
export declare namespace TreeResponse {
    const codec: () => Codec<TreeResponse>;
    interface TreeResponseIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface TreeResponseStatusFieldEvent {
        field: '$.status';
        value: number;
    }
    interface TreeResponseReasonFieldEvent {
        field: '$.reason';
        value: string;
    }
    interface TreeResponseHelloRosterFieldEvent {
        field: '$.hello.roster';
        value: Uint8Array;
    }
    interface TreeResponseHelloTokensFieldEvent {
        field: '$.hello.tokens[]';
        index: number;
        value: Uint8Array;
    }
    interface TreeResponseHelloReportsPerSecondFieldEvent {
        field: '$.hello.reportsPerSecond';
        value: number;
    }
    interface TreeResponseHelloWindowFieldEvent {
        field: '$.hello.window';
        value: number;
    }
    interface TreeResponseHelloWindowOffsetMsFieldEvent {
        field: '$.hello.windowOffsetMs';
        value: number;
    }
    interface TreeResponseOutcomesFieldEvent {
        field: '$.outcomes[]';
        index: number;
        value: number;
    }
    interface TreeResponseRecordsKindFieldEvent {
        field: '$.records[].kind';
        value: number;
        index: number;
    }
    interface TreeResponseRecordsSubjectFieldEvent {
        field: '$.records[].subject';
        value: Uint8Array;
        index: number;
    }
    interface TreeResponseRecordsPayloadFieldEvent {
        field: '$.records[].payload';
        value: Uint8Array;
        index: number;
    }
    interface TreeResponseNextFieldEvent {
        field: '$.next';
        value: Uint8Array;
    }
    interface TreeResponseSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array;
    }
    interface TreeResponseStandingStateFieldEvent {
        field: '$.standing.state';
        value: number;
    }
    interface TreeResponseStandingTenthsFieldEvent {
        field: '$.standing.tenths';
        value: number;
    }
    interface TreeResponseStandingWindowFieldEvent {
        field: '$.standing.window';
        value: number;
    }
    function encode(obj: Partial<TreeResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeResponse>): TreeResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeResponse>): Generator<TreeResponseIdFieldEvent | TreeResponseStatusFieldEvent | TreeResponseReasonFieldEvent | TreeResponseHelloRosterFieldEvent | TreeResponseHelloTokensFieldEvent | TreeResponseHelloReportsPerSecondFieldEvent | TreeResponseHelloWindowFieldEvent | TreeResponseHelloWindowOffsetMsFieldEvent | TreeResponseOutcomesFieldEvent | TreeResponseRecordsKindFieldEvent | TreeResponseRecordsSubjectFieldEvent | TreeResponseRecordsPayloadFieldEvent | TreeResponseNextFieldEvent | TreeResponseSignatureFieldEvent | TreeResponseStandingStateFieldEvent | TreeResponseStandingTenthsFieldEvent | TreeResponseStandingWindowFieldEvent>;
}
export interface StandingMessage {
    state: number;
    tenths: number;
    window: number;
}
export declare namespace StandingMessage {
    const codec: () => Codec<StandingMessage>;
    interface StandingMessageStateFieldEvent {
        field: '$.state';
        value: number;
    }
    interface StandingMessageTenthsFieldEvent {
        field: '$.tenths';
        value: number;
    }
    interface StandingMessageWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    function encode(obj: Partial<StandingMessage>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StandingMessage>): StandingMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StandingMessage>): Generator<StandingMessageStateFieldEvent | StandingMessageTenthsFieldEvent | StandingMessageWindowFieldEvent>;
}
