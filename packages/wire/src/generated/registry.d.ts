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
    function encode(obj: Partial<RegistryRequest>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryRequest>): RegistryRequest;
}
export interface Register {
    record: Uint8Array;
    watch: boolean;
}
export declare namespace Register {
    const codec: () => Codec<Register>;
    function encode(obj: Partial<Register>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Register>): Register;
}
export interface ListPeers {
    most: number;
}
export declare namespace ListPeers {
    const codec: () => Codec<ListPeers>;
    function encode(obj: Partial<ListPeers>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ListPeers>): ListPeers;
}
export interface Find {
    peers: Uint8Array[];
}
export declare namespace Find {
    const codec: () => Codec<Find>;
    function encode(obj: Partial<Find>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Find>): Find;
}
export interface RegistryPull {
    roster: boolean;
    certificates: boolean;
}
export declare namespace RegistryPull {
    const codec: () => Codec<RegistryPull>;
    function encode(obj: Partial<RegistryPull>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryPull>): RegistryPull;
}
export interface Publish {
    certificates: Uint8Array[];
    roster: Uint8Array;
    votes: Uint8Array[];
}
export declare namespace Publish {
    const codec: () => Codec<Publish>;
    function encode(obj: Partial<Publish>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Publish>): Publish;
}
export interface RegistryResponse {
    id: number;
    status: number;
    reason: string;
    stamp: Uint8Array;
    peers: ListedPeer[];
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
    function encode(obj: Partial<RegistryResponse>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryResponse>): RegistryResponse;
}
export interface RegistryLiveSet {
    count: number;
    hash: Uint8Array;
}
export declare namespace RegistryLiveSet {
    const codec: () => Codec<RegistryLiveSet>;
    function encode(obj: Partial<RegistryLiveSet>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RegistryLiveSet>): RegistryLiveSet;
}
export interface ListedPeer {
    record: Uint8Array;
    stamp: Uint8Array;
    unreachable: boolean;
    guest: Uint8Array;
}
export declare namespace ListedPeer {
    const codec: () => Codec<ListedPeer>;
    function encode(obj: Partial<ListedPeer>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ListedPeer>): ListedPeer;
}
export interface Change {
    registered?: ListedPeer;
    goodbye: Uint8Array;
    votes: Uint8Array[];
    dead: Uint8Array[];
}
export declare namespace Change {
    const codec: () => Codec<Change>;
    function encode(obj: Partial<Change>): Uint8Array;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Change>): Change;
}
