import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface RegistryRequest {
    id: number;
    register?: Register;
    list?: ListPeers;
    find?: Find;
    dead: Uint8Array[];
    goodbye: Uint8Array;
    pull?: RegistryPull;
    publish?: Publish;
}
export declare namespace RegistryRequest {
    const codec: () => Codec<RegistryRequest>;
    interface RegistryRequestIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface RegistryRequestRegisterRecordFieldEvent {
        field: '$.register.record';
        value: Uint8Array;
    }
    interface RegistryRequestRegisterWatchFieldEvent {
        field: '$.register.watch';
        value: boolean;
    }
    interface RegistryRequestListMostFieldEvent {
        field: '$.list.most';
        value: number;
    }
    interface RegistryRequestFindPeersFieldEvent {
        field: '$.find.peers[]';
        index: number;
        value: Uint8Array;
    }
    interface RegistryRequestDeadFieldEvent {
        field: '$.dead[]';
        index: number;
        value: Uint8Array;
    }
    interface RegistryRequestGoodbyeFieldEvent {
        field: '$.goodbye';
        value: Uint8Array;
    }
    interface RegistryRequestPullRosterFieldEvent {
        field: '$.pull.roster';
        value: boolean;
    }
    interface RegistryRequestPullCertificatesFieldEvent {
        field: '$.pull.certificates';
        value: boolean;
    }
    interface RegistryRequestPublishCertificatesFieldEvent {
        field: '$.publish.certificates[]';
        index: number;
        value: Uint8Array;
    }
    interface RegistryRequestPublishRosterFieldEvent {
        field: '$.publish.roster';
        value: Uint8Array;
    }
    interface RegistryRequestPublishVotesFieldEvent {
        field: '$.publish.votes[]';
        index: number;
        value: Uint8Array;
    }
    function encode(obj: Partial<RegistryRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryRequest>): RegistryRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryRequest>): Generator<RegistryRequestIdFieldEvent | RegistryRequestRegisterRecordFieldEvent | RegistryRequestRegisterWatchFieldEvent | RegistryRequestListMostFieldEvent | RegistryRequestFindPeersFieldEvent | RegistryRequestDeadFieldEvent | RegistryRequestGoodbyeFieldEvent | RegistryRequestPullRosterFieldEvent | RegistryRequestPullCertificatesFieldEvent | RegistryRequestPublishCertificatesFieldEvent | RegistryRequestPublishRosterFieldEvent | RegistryRequestPublishVotesFieldEvent>;
}
export interface Register {
    record: Uint8Array;
    watch: boolean;
}
export declare namespace Register {
    const codec: () => Codec<Register>;
    interface RegisterRecordFieldEvent {
        field: '$.record';
        value: Uint8Array;
    }
    interface RegisterWatchFieldEvent {
        field: '$.watch';
        value: boolean;
    }
    function encode(obj: Partial<Register>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Register>): Register;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Register>): Generator<RegisterRecordFieldEvent | RegisterWatchFieldEvent>;
}
export interface ListPeers {
    most: number;
}
export declare namespace ListPeers {
    const codec: () => Codec<ListPeers>;
    interface ListPeersMostFieldEvent {
        field: '$.most';
        value: number;
    }
    function encode(obj: Partial<ListPeers>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ListPeers>): ListPeers;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ListPeers>): Generator<ListPeersMostFieldEvent>;
}
export interface Find {
    peers: Uint8Array[];
}
export declare namespace Find {
    const codec: () => Codec<Find>;
    interface FindPeersFieldEvent {
        field: '$.peers[]';
        index: number;
        value: Uint8Array;
    }
    function encode(obj: Partial<Find>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Find>): Find;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Find>): Generator<FindPeersFieldEvent>;
}
export interface RegistryPull {
    roster: boolean;
    certificates: boolean;
}
export declare namespace RegistryPull {
    const codec: () => Codec<RegistryPull>;
    interface RegistryPullRosterFieldEvent {
        field: '$.roster';
        value: boolean;
    }
    interface RegistryPullCertificatesFieldEvent {
        field: '$.certificates';
        value: boolean;
    }
    function encode(obj: Partial<RegistryPull>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryPull>): RegistryPull;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryPull>): Generator<RegistryPullRosterFieldEvent | RegistryPullCertificatesFieldEvent>;
}
export interface Publish {
    certificates: Uint8Array[];
    roster: Uint8Array;
    votes: Uint8Array[];
}
export declare namespace Publish {
    const codec: () => Codec<Publish>;
    interface PublishCertificatesFieldEvent {
        field: '$.certificates[]';
        index: number;
        value: Uint8Array;
    }
    interface PublishRosterFieldEvent {
        field: '$.roster';
        value: Uint8Array;
    }
    interface PublishVotesFieldEvent {
        field: '$.votes[]';
        index: number;
        value: Uint8Array;
    }
    function encode(obj: Partial<Publish>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Publish>): Publish;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Publish>): Generator<PublishCertificatesFieldEvent | PublishRosterFieldEvent | PublishVotesFieldEvent>;
}
export interface RegistryResponse {
    id: number;
    status: number;
    reason: string;
    stamp: Uint8Array;
    peers: PeerEntry[];
    roster: Uint8Array;
    certificates: Uint8Array[];
    live?: RegistryLiveSet;
    window: number;
    windowOffsetMs: number;
    renewEveryMs: number;
    unreachable: boolean;
    changes: Change[];
    rosterVersion: number;
    registered: number;
}
export declare namespace RegistryResponse {
    const codec: () => Codec<RegistryResponse>;
    interface RegistryResponseIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface RegistryResponseStatusFieldEvent {
        field: '$.status';
        value: number;
    }
    interface RegistryResponseReasonFieldEvent {
        field: '$.reason';
        value: string;
    }
    interface RegistryResponseStampFieldEvent {
        field: '$.stamp';
        value: Uint8Array;
    }
    interface RegistryResponsePeersRecordFieldEvent {
        field: '$.peers[].record';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponsePeersStampFieldEvent {
        field: '$.peers[].stamp';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponsePeersUnreachableFieldEvent {
        field: '$.peers[].unreachable';
        value: boolean;
        index: number;
    }
    interface RegistryResponsePeersGuestFieldEvent {
        field: '$.peers[].guest';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponseRosterFieldEvent {
        field: '$.roster';
        value: Uint8Array;
    }
    interface RegistryResponseCertificatesFieldEvent {
        field: '$.certificates[]';
        index: number;
        value: Uint8Array;
    }
    interface RegistryResponseLiveCountFieldEvent {
        field: '$.live.count';
        value: number;
    }
    interface RegistryResponseLiveHashFieldEvent {
        field: '$.live.hash';
        value: Uint8Array;
    }
    interface RegistryResponseWindowFieldEvent {
        field: '$.window';
        value: number;
    }
    interface RegistryResponseWindowOffsetMsFieldEvent {
        field: '$.windowOffsetMs';
        value: number;
    }
    interface RegistryResponseRenewEveryMsFieldEvent {
        field: '$.renewEveryMs';
        value: number;
    }
    interface RegistryResponseUnreachableFieldEvent {
        field: '$.unreachable';
        value: boolean;
    }
    interface RegistryResponseChangesRegisteredRecordFieldEvent {
        field: '$.changes[].registered.record';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponseChangesRegisteredStampFieldEvent {
        field: '$.changes[].registered.stamp';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponseChangesRegisteredUnreachableFieldEvent {
        field: '$.changes[].registered.unreachable';
        value: boolean;
        index: number;
    }
    interface RegistryResponseChangesRegisteredGuestFieldEvent {
        field: '$.changes[].registered.guest';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponseChangesGoodbyeFieldEvent {
        field: '$.changes[].goodbye';
        value: Uint8Array;
        index: number;
    }
    interface RegistryResponseChangesVotesFieldEvent {
        field: '$.changes[].votes[]';
        index: number;
        value: Uint8Array;
    }
    interface RegistryResponseChangesDeadFieldEvent {
        field: '$.changes[].dead[]';
        index: number;
        value: Uint8Array;
    }
    interface RegistryResponseRosterVersionFieldEvent {
        field: '$.rosterVersion';
        value: number;
    }
    interface RegistryResponseRegisteredFieldEvent {
        field: '$.registered';
        value: number;
    }
    function encode(obj: Partial<RegistryResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryResponse>): RegistryResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryResponse>): Generator<RegistryResponseIdFieldEvent | RegistryResponseStatusFieldEvent | RegistryResponseReasonFieldEvent | RegistryResponseStampFieldEvent | RegistryResponsePeersRecordFieldEvent | RegistryResponsePeersStampFieldEvent | RegistryResponsePeersUnreachableFieldEvent | RegistryResponsePeersGuestFieldEvent | RegistryResponseRosterFieldEvent | RegistryResponseCertificatesFieldEvent | RegistryResponseLiveCountFieldEvent | RegistryResponseLiveHashFieldEvent | RegistryResponseWindowFieldEvent | RegistryResponseWindowOffsetMsFieldEvent | RegistryResponseRenewEveryMsFieldEvent | RegistryResponseUnreachableFieldEvent | RegistryResponseChangesRegisteredRecordFieldEvent | RegistryResponseChangesRegisteredStampFieldEvent | RegistryResponseChangesRegisteredUnreachableFieldEvent | RegistryResponseChangesRegisteredGuestFieldEvent | RegistryResponseChangesGoodbyeFieldEvent | RegistryResponseChangesVotesFieldEvent | RegistryResponseChangesDeadFieldEvent | RegistryResponseRosterVersionFieldEvent | RegistryResponseRegisteredFieldEvent>;
}
export interface RegistryLiveSet {
    count: number;
    hash: Uint8Array;
}
export declare namespace RegistryLiveSet {
    const codec: () => Codec<RegistryLiveSet>;
    interface RegistryLiveSetCountFieldEvent {
        field: '$.count';
        value: number;
    }
    interface RegistryLiveSetHashFieldEvent {
        field: '$.hash';
        value: Uint8Array;
    }
    function encode(obj: Partial<RegistryLiveSet>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryLiveSet>): RegistryLiveSet;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryLiveSet>): Generator<RegistryLiveSetCountFieldEvent | RegistryLiveSetHashFieldEvent>;
}
export interface PeerEntry {
    record: Uint8Array;
    stamp: Uint8Array;
    unreachable: boolean;
    guest: Uint8Array;
}
export declare namespace PeerEntry {
    const codec: () => Codec<PeerEntry>;
    interface PeerEntryRecordFieldEvent {
        field: '$.record';
        value: Uint8Array;
    }
    interface PeerEntryStampFieldEvent {
        field: '$.stamp';
        value: Uint8Array;
    }
    interface PeerEntryUnreachableFieldEvent {
        field: '$.unreachable';
        value: boolean;
    }
    interface PeerEntryGuestFieldEvent {
        field: '$.guest';
        value: Uint8Array;
    }
    function encode(obj: Partial<PeerEntry>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerEntry>): PeerEntry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerEntry>): Generator<PeerEntryRecordFieldEvent | PeerEntryStampFieldEvent | PeerEntryUnreachableFieldEvent | PeerEntryGuestFieldEvent>;
}
export interface Change {
    registered?: PeerEntry;
    goodbye: Uint8Array;
    votes: Uint8Array[];
    dead: Uint8Array[];
}
export declare namespace Change {
    const codec: () => Codec<Change>;
    interface ChangeRegisteredRecordFieldEvent {
        field: '$.registered.record';
        value: Uint8Array;
    }
    interface ChangeRegisteredStampFieldEvent {
        field: '$.registered.stamp';
        value: Uint8Array;
    }
    interface ChangeRegisteredUnreachableFieldEvent {
        field: '$.registered.unreachable';
        value: boolean;
    }
    interface ChangeRegisteredGuestFieldEvent {
        field: '$.registered.guest';
        value: Uint8Array;
    }
    interface ChangeGoodbyeFieldEvent {
        field: '$.goodbye';
        value: Uint8Array;
    }
    interface ChangeVotesFieldEvent {
        field: '$.votes[]';
        index: number;
        value: Uint8Array;
    }
    interface ChangeDeadFieldEvent {
        field: '$.dead[]';
        index: number;
        value: Uint8Array;
    }
    function encode(obj: Partial<Change>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Change>): Change;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Change>): Generator<ChangeRegisteredRecordFieldEvent | ChangeRegisteredStampFieldEvent | ChangeRegisteredUnreachableFieldEvent | ChangeRegisteredGuestFieldEvent | ChangeGoodbyeFieldEvent | ChangeVotesFieldEvent | ChangeDeadFieldEvent>;
}
