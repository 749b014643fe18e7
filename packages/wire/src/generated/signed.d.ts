import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Signed {
    payload: Uint8Array;
    signer: Uint8Array;
    signature: Uint8Array;
}
export declare namespace Signed {
    const codec: () => Codec<Signed>;
    interface SignedPayloadFieldEvent {
        field: '$.payload';
        value: Uint8Array;
    }
    interface SignedSignerFieldEvent {
        field: '$.signer';
        value: Uint8Array;
    }
    interface SignedSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array;
    }
    function encode(obj: Partial<Signed>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Signed>): Signed;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Signed>): Generator<SignedPayloadFieldEvent | SignedSignerFieldEvent | SignedSignatureFieldEvent>;
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
}
export declare namespace Roster {
    const codec: () => Codec<Roster>;
    interface RosterVersionFieldEvent {
        field: '$.version';
        value: number;
    }
    interface RosterTrustedFieldEvent {
        field: '$.trusted[]';
        index: number;
        value: Uint8Array;
    }
    interface RosterSeedsFieldEvent {
        field: '$.seeds[]';
        index: number;
        value: Uint8Array;
    }
    interface RosterQuorumFieldEvent {
        field: '$.quorum';
        value: number;
    }
    interface RosterScopeFieldEvent {
        field: '$.scope';
        value: number;
    }
    interface RosterPresetFieldEvent {
        field: '$.preset';
        value: string;
    }
    interface RosterRetentionMsFieldEvent {
        field: '$.retentionMs';
        value: number;
    }
    interface RosterRetentionBytesFieldEvent {
        field: '$.retentionBytes';
        value: number;
    }
    interface RosterRequestsPerSecondFieldEvent {
        field: '$.requestsPerSecond';
        value: number;
    }
    interface RosterMaxDegreeFieldEvent {
        field: '$.maxDegree';
        value: number;
    }
    interface RosterRequestLimitsProtocolFieldEvent {
        field: '$.requestLimits[].protocol';
        value: string;
        index: number;
    }
    interface RosterRequestLimitsPerSecondFieldEvent {
        field: '$.requestLimits[].perSecond';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Roster>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Roster>): Roster;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Roster>): Generator<RosterVersionFieldEvent | RosterTrustedFieldEvent | RosterSeedsFieldEvent | RosterQuorumFieldEvent | RosterScopeFieldEvent | RosterPresetFieldEvent | RosterRetentionMsFieldEvent | RosterRetentionBytesFieldEvent | RosterRequestsPerSecondFieldEvent | RosterMaxDegreeFieldEvent | RosterRequestLimitsProtocolFieldEvent | RosterRequestLimitsPerSecondFieldEvent>;
}
export interface RequestLimit {
    protocol: string;
    perSecond: number;
}
export declare namespace RequestLimit {
    const codec: () => Codec<RequestLimit>;
    interface RequestLimitProtocolFieldEvent {
        field: '$.protocol';
        value: string;
    }
    interface RequestLimitPerSecondFieldEvent {
        field: '$.perSecond';
        value: number;
    }
    function encode(obj: Partial<RequestLimit>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RequestLimit>): RequestLimit;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RequestLimit>): Generator<RequestLimitProtocolFieldEvent | RequestLimitPerSecondFieldEvent>;
}
export interface Token {
    start?: Uint8Array;
    previousStart?: Uint8Array;
    version: number;
}
export declare namespace Token {
    const codec: () => Codec<Token>;
    interface TokenStartFieldEvent {
        field: '$.start';
        value: Uint8Array;
    }
    interface TokenPreviousStartFieldEvent {
        field: '$.previousStart';
        value: Uint8Array;
    }
    interface TokenVersionFieldEvent {
        field: '$.version';
        value: number;
    }
    function encode(obj: Partial<Token>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Token;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Generator<TokenStartFieldEvent | TokenPreviousStartFieldEvent | TokenVersionFieldEvent>;
}
export interface Stamp {
    peer: Uint8Array;
    group: string;
    firstWindow: number;
}
export declare namespace Stamp {
    const codec: () => Codec<Stamp>;
    interface StampPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array;
    }
    interface StampGroupFieldEvent {
        field: '$.group';
        value: string;
    }
    interface StampFirstWindowFieldEvent {
        field: '$.firstWindow';
        value: number;
    }
    function encode(obj: Partial<Stamp>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Stamp;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Generator<StampPeerFieldEvent | StampGroupFieldEvent | StampFirstWindowFieldEvent>;
}
export interface Goodbye {
    recordSeq: number;
}
export declare namespace Goodbye {
    const codec: () => Codec<Goodbye>;
    interface GoodbyeRecordSeqFieldEvent {
        field: '$.recordSeq';
        value: number;
    }
    function encode(obj: Partial<Goodbye>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Goodbye;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Generator<GoodbyeRecordSeqFieldEvent>;
}
export interface RemovalVote {
    peer: Uint8Array;
    recordSeq: number;
    window: number;
    tests: number;
}
export declare namespace RemovalVote {
    const codec: () => Codec<RemovalVote>;
    interface RemovalVotePeerFieldEvent {
        field: '$.peer';
        value: Uint8Array;
    }
    interface RemovalVoteRecordSeqFieldEvent {
        field: '$.recordSeq';
        value: number;
    }
    interface RemovalVoteWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface RemovalVoteTestsFieldEvent {
        field: '$.tests';
        value: number;
    }
    function encode(obj: Partial<RemovalVote>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RemovalVote>): RemovalVote;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RemovalVote>): Generator<RemovalVotePeerFieldEvent | RemovalVoteRecordSeqFieldEvent | RemovalVoteWindowFieldEvent | RemovalVoteTestsFieldEvent>;
}
export interface Guest {
    peer: Uint8Array;
    addresses: Uint8Array[];
    expiresAtMs: number;
}
export declare namespace Guest {
    const codec: () => Codec<Guest>;
    interface GuestPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array;
    }
    interface GuestAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: Uint8Array;
    }
    interface GuestExpiresAtMsFieldEvent {
        field: '$.expiresAtMs';
        value: number;
    }
    function encode(obj: Partial<Guest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Guest>): Guest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Guest>): Generator<GuestPeerFieldEvent | GuestAddressesFieldEvent | GuestExpiresAtMsFieldEvent>;
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
    interface ReportSubjectFieldEvent {
        field: '$.subject';
        value: Uint8Array;
    }
    interface ReportWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface ReportObservationsDimensionFieldEvent {
        field: '$.observations[].dimension';
        value: number;
        index: number;
    }
    interface ReportObservationsOkFieldEvent {
        field: '$.observations[].ok';
        value: number;
        index: number;
    }
    interface ReportObservationsBadFieldEvent {
        field: '$.observations[].bad';
        value: number;
        index: number;
    }
    interface ReportCutsFieldEvent {
        field: '$.cuts[]';
        index: number;
        value: number;
    }
    interface ReportStampFieldEvent {
        field: '$.stamp';
        value: Uint8Array;
    }
    function encode(obj: Partial<Report>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Report;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Generator<ReportSubjectFieldEvent | ReportWindowFieldEvent | ReportObservationsDimensionFieldEvent | ReportObservationsOkFieldEvent | ReportObservationsBadFieldEvent | ReportCutsFieldEvent | ReportStampFieldEvent>;
}
export interface Observed {
    dimension: number;
    ok: number;
    bad: number;
}
export declare namespace Observed {
    const codec: () => Codec<Observed>;
    interface ObservedDimensionFieldEvent {
        field: '$.dimension';
        value: number;
    }
    interface ObservedOkFieldEvent {
        field: '$.ok';
        value: number;
    }
    interface ObservedBadFieldEvent {
        field: '$.bad';
        value: number;
    }
    function encode(obj: Partial<Observed>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Observed>): Observed;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Observed>): Generator<ObservedDimensionFieldEvent | ObservedOkFieldEvent | ObservedBadFieldEvent>;
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
    interface FindingSubjectFieldEvent {
        field: '$.subject';
        value: Uint8Array;
    }
    interface FindingDimensionFieldEvent {
        field: '$.dimension';
        value: number;
    }
    interface FindingOutcomeFieldEvent {
        field: '$.outcome';
        value: number;
    }
    interface FindingWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface FindingOkFieldEvent {
        field: '$.ok';
        value: number;
    }
    interface FindingBadFieldEvent {
        field: '$.bad';
        value: number;
    }
    interface FindingControlsFieldEvent {
        field: '$.controls';
        value: number;
    }
    interface FindingControlsPassedFieldEvent {
        field: '$.controlsPassed';
        value: number;
    }
    function encode(obj: Partial<Finding>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Finding>): Finding;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Finding>): Generator<FindingSubjectFieldEvent | FindingDimensionFieldEvent | FindingOutcomeFieldEvent | FindingWindowFieldEvent | FindingOkFieldEvent | FindingBadFieldEvent | FindingControlsFieldEvent | FindingControlsPassedFieldEvent>;
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
    interface VerdictKindFieldEvent {
        field: '$.kind';
        value: number;
    }
    interface VerdictRosterVersionFieldEvent {
        field: '$.rosterVersion';
        value: number;
    }
    interface VerdictSubjectFieldEvent {
        field: '$.subject';
        value: Uint8Array;
    }
    interface VerdictDimensionFieldEvent {
        field: '$.dimension';
        value: number;
    }
    interface VerdictReasonFieldEvent {
        field: '$.reason';
        value: string;
    }
    interface VerdictFindingsFieldEvent {
        field: '$.findings';
        value: Uint8Array;
    }
    interface VerdictIssuedAtMsFieldEvent {
        field: '$.issuedAtMs';
        value: number;
    }
    interface VerdictExpiresAtMsFieldEvent {
        field: '$.expiresAtMs';
        value: number;
    }
    interface VerdictSerialFieldEvent {
        field: '$.serial';
        value: number;
    }
    function encode(obj: Partial<Verdict>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Verdict>): Verdict;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Verdict>): Generator<VerdictKindFieldEvent | VerdictRosterVersionFieldEvent | VerdictSubjectFieldEvent | VerdictDimensionFieldEvent | VerdictReasonFieldEvent | VerdictFindingsFieldEvent | VerdictIssuedAtMsFieldEvent | VerdictExpiresAtMsFieldEvent | VerdictSerialFieldEvent>;
}
export interface Certificate {
    verdict: Uint8Array;
    cosignatures: Cosignature[];
}
export declare namespace Certificate {
    const codec: () => Codec<Certificate>;
    interface CertificateVerdictFieldEvent {
        field: '$.verdict';
        value: Uint8Array;
    }
    interface CertificateCosignaturesSignerFieldEvent {
        field: '$.cosignatures[].signer';
        value: Uint8Array;
        index: number;
    }
    interface CertificateCosignaturesSignatureFieldEvent {
        field: '$.cosignatures[].signature';
        value: Uint8Array;
        index: number;
    }
    function encode(obj: Partial<Certificate>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Certificate>): Certificate;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Certificate>): Generator<CertificateVerdictFieldEvent | CertificateCosignaturesSignerFieldEvent | CertificateCosignaturesSignatureFieldEvent>;
}
export interface Cosignature {
    signer: Uint8Array;
    signature: Uint8Array;
}
export declare namespace Cosignature {
    const codec: () => Codec<Cosignature>;
    interface CosignatureSignerFieldEvent {
        field: '$.signer';
        value: Uint8Array;
    }
    interface CosignatureSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array;
    }
    function encode(obj: Partial<Cosignature>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cosignature>): Cosignature;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cosignature>): Generator<CosignatureSignerFieldEvent | CosignatureSignatureFieldEvent>;
}
export interface LiveSet {
    count: number;
    hash: Uint8Array;
}
export declare namespace LiveSet {
    const codec: () => Codec<LiveSet>;
    interface LiveSetCountFieldEvent {
        field: '$.count';
        value: number;
    }
    interface LiveSetHashFieldEvent {
        field: '$.hash';
        value: Uint8Array;
    }
    function encode(obj: Partial<LiveSet>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LiveSet>): LiveSet;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LiveSet>): Generator<LiveSetCountFieldEvent | LiveSetHashFieldEvent>;
}
