import type { EvictableDimension, PresetName } from '@peerwatch/model'
import type { HealthState, RegistryState, Scope } from '@peerwatch/link'
import type { NodeProblem } from '../errors.ts'
import type { SeedElsewhere } from '../files/seed-place.ts'
import type { NodeRole } from '../roles/index.ts'
import type { NodeEvent } from '../logging/node-event.ts'
import type { AddedGuestView, GuestView, RemovedGuestView } from './guest-view.ts'
import type { CaseView, HistoryView, ListedView, StandingView } from './standing-view.ts'

export type * from './guest-view.ts'
export type * from './standing-view.ts'

/** What a node shows over HTTP. Every shape below is the JSON of an answer as it is: peer ids are text, absent values are left out, instants are ms since the Unix epoch. */
export interface NodeView {
  readonly status: () => StatusView
  /** The peers that it knows and that are like this: a name, a beginning of an id, or `BEGIN…END`; all where it is empty. */
  readonly peers: (like: string) => Promise<PeersView>
  readonly evictions: () => EvictionView[]
  /** Undefined for a peer of which nothing is known. Rejects with ServicesError `no-route` where no trusted node can be asked. */
  readonly standing: (peer: string) => Promise<StandingView | undefined>
  /** How a peer stood over the last windows. Undefined on a role that keeps no records. */
  readonly history: (peer: string, windowsCount: number) => Promise<HistoryView | undefined>
  /** Undefined on a role that has no tree. */
  readonly tree: () => TreeView | undefined
  readonly allow: (peer: string, allowed: boolean) => Promise<void>
  /** Undefined on a role that is no seed. */
  readonly guests: () => GuestView[] | undefined
  /** Admits a peer that speaks no Peerwatch; its address ends in `/p2p/ID`. Undefined on a role that is no seed. Rejects with ServicesError `bad-option`. */
  readonly addGuest: (address: string, forMs: number) => Promise<AddedGuestView | undefined>
  /** Takes it back; undefined on a role that is no seed, `null` where it is no guest. Rejects with ServicesError `bad-option`. */
  readonly removeGuest: (peer: string) => Promise<RemovedGuestView | null | undefined>
  /** Takes a roster that is newer, and hands it on. Rejects with ServicesError `bad-roster`. */
  /** Unless forced it waits where trusted nodes change and records would be lost. */
  readonly publishRoster: (encoded: Uint8Array, isForced: boolean) => Promise<PublishedRosterView>
  /** Reads the configuration again. Undefined on a node that was made without one. Rejects with NodeError `bad-config` or `bad-option`, and nothing has changed then. */
  readonly reload: () => Promise<ReloadView | undefined>
  /** What the seeds say of this node, and its clock beside theirs. */
  readonly surroundings: () => Promise<SurroundingsView>
  /** The last events, oldest first: without chat, and what only a log of level debug has. */
  readonly recentEvents: () => NodeEvent[]
  /** How many events since the start are not among the last ones, by name. */
  readonly eventsLeftOut: () => Readonly<Record<string, number>>
  /** Events from now on; returns a function that ends it. */
  readonly subscribe: (listener: (event: NodeEvent) => void) => () => void
  readonly ready: () => ReadyView
}

/** `GET /readyz`: status 200 or 503. */
export interface ReadyView {
  readonly ready: boolean
  /** Why not. */
  readonly reason?: string | undefined
  /** What the operator should look at though the node takes part. */
  readonly warning?: string | undefined
}

/** `GET /v1/status` */
export interface StatusView {
  readonly version: string
  readonly name: string
  readonly role: NodeRole
  readonly peer: string
  readonly network: string
  readonly scope: Scope
  readonly preset: PresetName
  readonly window: number
  /** Window n begins at n times this, in ms since the Unix epoch. */
  readonly windowMs: number
  readonly rosterVersion: number
  /** The authority signed another roster with this version: nodes go by different ones, until there is a newer one. */
  readonly hasTwoRosters: boolean
  readonly quorum: number
  /** Multiaddrs with `/p2p/ID`. */
  readonly addresses: readonly string[]
  readonly registry: {
    readonly state: RegistryState
    readonly seeds: readonly string[]
    /** Why a seed is not linked, and how often in a row. */
    readonly failures: readonly { readonly seed: string; readonly code: string; readonly reason: string; readonly failures: number }[]
  }
  /** How late this node's own loop is; its time-outs are `factor` times as long as usual, 1 to 8. */
  readonly health: { readonly state: HealthState; readonly lateMs: number; readonly factor: number }
  readonly neighbours: readonly NeighbourView[]
  /** Of peers and watchers: the preferred one first; `isCurrent` takes the reports. */
  readonly entries?: readonly EntryView[] | undefined
  readonly reportsPending?: number | undefined
  readonly reportsDropped?: number | undefined
  readonly lastAcknowledged?: { readonly window: number; readonly atMs: number } | undefined
  /** In force here. */
  readonly evictions: number
  readonly allowed: readonly string[]
  /** Neighbours that this node refuses on its own evidence. */
  readonly cuts: readonly { readonly peer: string; readonly dimension: EvictableDimension; readonly untilWindow: number }[]
  /** Neighbours that said of late that they cut this node, and for what: their word alone. */
  readonly cutBy: readonly { readonly peer: string; readonly dimension: EvictableDimension; readonly window: number }[]
  readonly uptimeMs: number
  /** Of a seed. */
  readonly seed?: { readonly registered: number; readonly guests: number; readonly underTest: number } | undefined
  /** Of a trusted node. */
  readonly trusted?: { readonly watchers: readonly string[]; readonly openCases: readonly CaseView[]; readonly isCaughtUp: boolean } | undefined
  /** Of a watcher. */
  readonly watcher?: { readonly isLinked: boolean; readonly looks: readonly { readonly peer: string; readonly dimension: EvictableDimension }[] } | undefined
}

export interface NeighbourView {
  readonly peer: string
  readonly state: 'connected' | 'lost'
  readonly direction: 'inbound' | 'outbound'
  readonly sinceWindow: number
  readonly misses: number
  /** How long the last answered ping took. */
  readonly lastAnswerMs: number | undefined
  /** Speaks no Peerwatch, as far as a list of the registry has told this node by now. */
  readonly guest: boolean
  /** It is gone by the words of the registry, whatever becomes of the link. */
  readonly gone?: Extract<ListedView, 'removed' | 'left'> | undefined
}

/** `GET /v1/peers?like=…` */
export interface PeersView {
  readonly peers: readonly PeerView[]
  /** There are more. */
  readonly isCut: boolean
}

export interface PeerView {
  readonly peer: string
  readonly kind: 'self' | 'trusted' | 'seed' | 'watcher' | 'neighbour' | 'evicted' | 'registered'
  /** Of a roster member: what the authority signed that it is called. */
  readonly name?: string
  /** Of one to whom there is a link: the software that it says it runs, which nobody has checked. */
  readonly claim?: string
}

export interface EntryView {
  readonly peer: string
  readonly state: 'connecting' | 'waiting' | 'ready' | 'resting'
  readonly inFlight: number
  readonly isCurrent: boolean
}

/** `GET /v1/evictions`: `{ evictions: EvictionView[] }` */
export interface EvictionView {
  readonly peer: string
  readonly dimension: EvictableDimension
  readonly reason: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  readonly serial: number
  readonly signers: readonly string[]
}

/** An option whose value differs; a side without value is a default that depends on something else. */
export interface ReloadedOption {
  readonly name: string
  readonly from?: unknown
  readonly to?: unknown
}

/** `POST /v1/roster` */
export interface PublishedRosterView {
  /** `known`: it is in force here. `older`: it is the authority's, and the node has a newer one. `waits`: not yet, for the reason. */
  readonly taken: 'newer' | 'known' | 'older' | 'waits'
  /** In force here now. */
  readonly version: number
  readonly reason?: string
}

/** `POST /v1/reload` */
export interface ReloadView {
  /** In force now. */
  readonly changed: readonly ReloadedOption[]
  /** Read, but in force only after a restart. */
  readonly restart: readonly ReloadedOption[]
}

/** `GET /v1/surroundings` */
export interface SurroundingsView {
  /** The network's time minus this machine's clock; 0 on seeds, which tell it. */
  readonly clockOffsetMs: number
  readonly windowMs: number
  /** 'no': a seed could not dial this node back. 'yes': none has failed to, perhaps because none has tried yet: seeds tell failures only. 'unknown': no seed lists the node. */
  readonly reachable: 'yes' | 'no' | 'unknown'
  readonly registry: RegistryState
  /** Addresses of the seeds of the roster in force: multiaddrs that end in the seed's peer id. */
  readonly seeds: readonly string[]
  /** Of a seed that is not where `network.json` says: nobody finds it. */
  readonly elsewhere?: SeedElsewhere
}

/** `GET /v1/tree` on a trusted node. */
export interface TreeView {
  readonly rosterVersion: number
  /** Hex; equal on nodes with the same view. */
  readonly view: string
  readonly root: string | undefined
  readonly height: number
  readonly isCaughtUp: boolean
  /** Who gains places by a move or a new roster and does not hold them yet; empty where all is settled. */
  readonly awaited: readonly string[]
  /** In ring order; nodes without a range last. */
  readonly nodes: readonly TreeNodeView[]
}

export interface TreeNodeView {
  readonly node: string
  readonly isSelf: boolean
  readonly isReachable: boolean
  readonly tokenVersion: number | undefined
  /** Places as 16 hex digits: from this one up to the next start. */
  readonly range: { readonly from: string; readonly to: string } | undefined
  /** Part of the key space, 0 to 1. */
  readonly share: number
  readonly reportsPerSecond: number | undefined
  readonly threads: { readonly previous: string; readonly next: string } | undefined
  /** Who else may hold its range. */
  readonly copiesAt: readonly string[]
  readonly parent: string | undefined
  readonly left: string | undefined
  readonly right: string | undefined
  readonly depth: number | undefined
}

/** Every answer that is no success, with status 4xx or 5xx. */
export interface ErrorView {
  readonly error: { readonly code: ApiErrorCode; readonly message: string; readonly problem?: NodeProblem }
}

export type ApiErrorCode =
  | 'bad-host' // 403: the Host header names another host
  | 'bad-config' // 422: the configuration file is wrong; `problem` has the message's three parts
  | 'bad-token' // 401
  | 'bad-roster' // 422: of another network, or not signed by the authority; `problem` has the message's three parts
  | 'bad-peer' // 400: the path has no peer id
  | 'bad-request' // 400: what HTTP itself does not allow
  | 'unknown-peer' // 404
  | 'not-on-this-role' // 404
  | 'not-found' // 404: no such path
  | 'busy' // 503: too many event streams, or histories at a time
  | 'no-route' // 503: no trusted node could be asked
  | 'internal' // 500
