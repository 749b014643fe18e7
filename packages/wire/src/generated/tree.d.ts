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
    split?: Split;
    concerning?: Concerning;
    word: Uint8Array;
    pepper: boolean;
    compare?: Compare;
    credibilityOf: Uint8Array[];
    heldSubject: Uint8Array;
    heldAuthor: Uint8Array;
    heldWindow: number;
}
export declare namespace TreeRequest {
    const codec: () => Codec<TreeRequest>;
    function encode(obj: Partial<TreeRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeRequest>): TreeRequest;
}
export interface View {
    rosterVersion: number;
    tokens: Uint8Array;
}
export declare namespace View {
    const codec: () => Codec<View>;
    function encode(obj: Partial<View>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<View>): View;
}
export interface TreeHello {
    roster: Uint8Array;
    tokens: Uint8Array[];
    reportsPerSecond: number;
    window: number;
    windowOffsetMs: number;
    whole?: View;
    settledRoster: number;
    erasures?: Erasures;
}
export declare namespace TreeHello {
    const codec: () => Codec<TreeHello>;
    function encode(obj: Partial<TreeHello>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeHello>): TreeHello;
}
export interface Erasures {
    digest: Uint8Array;
    signed: Uint8Array[];
    keptFromEpoch: number;
}
export declare namespace Erasures {
    const codec: () => Codec<Erasures>;
    function encode(obj: Partial<Erasures>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Erasures>): Erasures;
}
export interface Concerning {
    peer: Uint8Array;
    after: Uint8Array;
    erasure: boolean;
    summaries: boolean;
}
export declare namespace Concerning {
    const codec: () => Codec<Concerning>;
    function encode(obj: Partial<Concerning>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Concerning>): Concerning;
}
export interface Split {
    share: number;
}
export declare namespace Split {
    const codec: () => Codec<Split>;
    function encode(obj: Partial<Split>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Split>): Split;
}
export interface Write {
    records: RecordMessage[];
}
export declare namespace Write {
    const codec: () => Codec<Write>;
    function encode(obj: Partial<Write>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Write>): Write;
}
export interface RecordMessage {
    kind: number;
    subject: Uint8Array;
    payload: Uint8Array;
    copy: boolean;
}
export declare namespace RecordMessage {
    const codec: () => Codec<RecordMessage>;
    function encode(obj: Partial<RecordMessage>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordMessage>): RecordMessage;
}
export interface Read {
    fromPlace: Uint8Array;
    toPlace: Uint8Array;
    subject: Uint8Array;
    fromEpoch: number;
    toEpoch: number;
    after: Uint8Array;
    whole: boolean;
    have: Uint8Array;
    brief: boolean;
    summaries: boolean;
    digest: Uint8Array;
}
export declare namespace Read {
    const codec: () => Codec<Read>;
    function encode(obj: Partial<Read>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Read>): Read;
}
export interface CredibilityMessage {
    weight: number;
    voice: number;
    checked: boolean;
}
export declare namespace CredibilityMessage {
    const codec: () => Codec<CredibilityMessage>;
    function encode(obj: Partial<CredibilityMessage>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CredibilityMessage>): CredibilityMessage;
}
export interface Compare {
    spans: Span[];
    whole: boolean;
}
export declare namespace Compare {
    const codec: () => Codec<Compare>;
    function encode(obj: Partial<Compare>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Compare>): Compare;
}
export interface Span {
    fromEpoch: number;
    toEpoch: number;
    cuts: Uint8Array;
}
export declare namespace Span {
    const codec: () => Codec<Span>;
    function encode(obj: Partial<Span>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Span>): Span;
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
    function encode(obj: Partial<CaseNotice>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CaseNotice>): CaseNotice;
}
export interface Propose {
    verdict: Uint8Array;
}
export declare namespace Propose {
    const codec: () => Codec<Propose>;
    function encode(obj: Partial<Propose>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Propose>): Propose;
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
    place: Uint8Array;
    share: number;
    erasure?: ErasureState;
    pepper: Uint8Array;
    epochSums: EpochSums[];
    firstEpoch: number;
    lacking: Uint8Array;
    credibilities: CredibilityMessage[];
    held: number;
    summaries: Uint8Array[];
    sameSummaries: boolean;
}
export declare namespace TreeResponse {
    const codec: () => Codec<TreeResponse>;
    function encode(obj: Partial<TreeResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TreeResponse>): TreeResponse;
}
export interface EpochSums {
    span: number;
    epoch: number;
    sums: Uint8Array;
}
export declare namespace EpochSums {
    const codec: () => Codec<EpochSums>;
    function encode(obj: Partial<EpochSums>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EpochSums>): EpochSums;
}
export interface ErasureState {
    state: number;
    upToEpoch: number;
    records: number;
}
export declare namespace ErasureState {
    const codec: () => Codec<ErasureState>;
    function encode(obj: Partial<ErasureState>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ErasureState>): ErasureState;
}
export interface StandingMessage {
    state: number;
    tenths: number;
    window: number;
}
export declare namespace StandingMessage {
    const codec: () => Codec<StandingMessage>;
    function encode(obj: Partial<StandingMessage>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StandingMessage>): StandingMessage;
}
