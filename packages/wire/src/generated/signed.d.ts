import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Signed {
    payload: Uint8Array;
    signer: Uint8Array;
    signature: Uint8Array;
}
export declare namespace Signed {
    const codec: () => Codec<Signed>;
    function encode(obj: Partial<Signed>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Signed>): Signed;
}
export interface Roster {
    version: number;
    trusted: Uint8Array[];
    seeds: Uint8Array[];
    quorum: number;
    scope: number;
    preset: string;
    retentionMs: number;
    retentionBytes: number;
    requestsPerSecond: number;
    maxDegree: number;
    requestLimits: RequestLimit[];
    formerSeeds: FormerSeed[];
    trustedNames: string[];
    seedNames: string[];
    seedAddresses: Uint8Array[];
    formerTrusted: FormerTrusted[];
    formerQuorums: FormerQuorum[];
}
export declare namespace Roster {
    const codec: () => Codec<Roster>;
    function encode(obj: Partial<Roster>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Roster>): Roster;
}
export interface FormerSeed {
    peer: Uint8Array;
    untilWindow: number;
}
export declare namespace FormerSeed {
    const codec: () => Codec<FormerSeed>;
    function encode(obj: Partial<FormerSeed>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FormerSeed>): FormerSeed;
}
export interface FormerTrusted {
    peer: Uint8Array;
    untilMs: number;
    leaving: boolean;
}
export declare namespace FormerTrusted {
    const codec: () => Codec<FormerTrusted>;
    function encode(obj: Partial<FormerTrusted>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FormerTrusted>): FormerTrusted;
}
export interface FormerQuorum {
    quorum: number;
    untilMs: number;
}
export declare namespace FormerQuorum {
    const codec: () => Codec<FormerQuorum>;
    function encode(obj: Partial<FormerQuorum>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FormerQuorum>): FormerQuorum;
}
export interface RequestLimit {
    protocol: string;
    perSecond: number;
}
export declare namespace RequestLimit {
    const codec: () => Codec<RequestLimit>;
    function encode(obj: Partial<RequestLimit>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RequestLimit>): RequestLimit;
}
export interface Token {
    start?: Uint8Array;
    previousStart?: Uint8Array;
    version: number;
    hadNone: boolean;
}
export declare namespace Token {
    const codec: () => Codec<Token>;
    function encode(obj: Partial<Token>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Token;
}
export interface Stamp {
    peer: Uint8Array;
    group: string;
    firstWindow: number;
}
export declare namespace Stamp {
    const codec: () => Codec<Stamp>;
    function encode(obj: Partial<Stamp>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Stamp;
}
export interface Goodbye {
    recordSeq: number;
}
export declare namespace Goodbye {
    const codec: () => Codec<Goodbye>;
    function encode(obj: Partial<Goodbye>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Goodbye;
}
export interface RemovalVote {
    peer: Uint8Array;
    recordSeq: number;
    window: number;
    tests: number;
}
export declare namespace RemovalVote {
    const codec: () => Codec<RemovalVote>;
    function encode(obj: Partial<RemovalVote>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RemovalVote>): RemovalVote;
}
export interface Guest {
    peer: Uint8Array;
    addresses: Uint8Array[];
    expiresAtMs: number;
}
export declare namespace Guest {
    const codec: () => Codec<Guest>;
    function encode(obj: Partial<Guest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Guest>): Guest;
}
export interface Report {
    subject: Uint8Array;
    window: number;
    observations: Observed[];
    cuts: number[];
    stamp: Uint8Array;
}
export declare namespace Report {
    const codec: () => Codec<Report>;
    function encode(obj: Partial<Report>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Report;
}
export interface Observed {
    dimension: number;
    ok: number;
    bad: number;
}
export declare namespace Observed {
    const codec: () => Codec<Observed>;
    function encode(obj: Partial<Observed>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Observed>): Observed;
}
export interface Finding {
    subject: Uint8Array;
    dimension: number;
    outcome: number;
    window: number;
    ok: number;
    bad: number;
    controls: number;
    controlsPassed: number;
}
export declare namespace Finding {
    const codec: () => Codec<Finding>;
    function encode(obj: Partial<Finding>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Finding>): Finding;
}
export interface Ledger {
    reporter: Uint8Array;
    window: number;
    checked: number;
    agreed: number;
    contradicted: number;
    deviations: Uint8Array;
}
export declare namespace Ledger {
    const codec: () => Codec<Ledger>;
    function encode(obj: Partial<Ledger>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ledger>): Ledger;
}
export interface Erasure {
    subject: Uint8Array;
    upToEpoch: number;
}
export declare namespace Erasure {
    const codec: () => Codec<Erasure>;
    function encode(obj: Partial<Erasure>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Erasure>): Erasure;
}
export interface Verdict {
    kind: number;
    rosterVersion: number;
    subject: Uint8Array;
    dimension: number;
    reason: string;
    findings: Uint8Array;
    issuedAtMs: number;
    expiresAtMs: number;
    serial: number;
}
export declare namespace Verdict {
    const codec: () => Codec<Verdict>;
    function encode(obj: Partial<Verdict>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Verdict>): Verdict;
}
export interface Certificate {
    verdict: Uint8Array;
    cosignatures: Cosignature[];
}
export declare namespace Certificate {
    const codec: () => Codec<Certificate>;
    function encode(obj: Partial<Certificate>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Certificate>): Certificate;
}
export interface Cosignature {
    signer: Uint8Array;
    signature: Uint8Array;
}
export declare namespace Cosignature {
    const codec: () => Codec<Cosignature>;
    function encode(obj: Partial<Cosignature>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cosignature>): Cosignature;
}
export interface LiveSet {
    count: number;
    hash: Uint8Array;
}
export declare namespace LiveSet {
    const codec: () => Codec<LiveSet>;
    function encode(obj: Partial<LiveSet>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LiveSet>): LiveSet;
}
