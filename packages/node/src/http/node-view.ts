import type { EvictableDimension, PresetName } from '@peerwatch/model'
import type { HealthState, RegistryState, Scope } from '@peerwatch/link'
import type { NodeProblem } from '../errors.ts'
import type { SeedElsewhere } from '../files/seed-place.ts'
import type { NodeRole } from '../roles/index.ts'
import type { NodeEvent } from '../logging/node-event.ts'
import type { AddedGuestView, GuestView, RemovedGuestView } from './guest-view.ts'
import type { EvictionView } from './eviction-view.ts'
import type { PeerDetailView, PeersView } from './peers-view.ts'
import type { ErasureView, ExportLineView, PublishedErasureView } from './erasure-view.ts'
import type { CaseView, HistoryView, ListedView, StandingView } from './standing-view.ts'

export type * from './guest-view.ts'
export type * from './standing-view.ts'
export type * from './erasure-view.ts'
export type * from './eviction-view.ts'
export type * from './peers-view.ts'

/**
 * What a node shows over HTTP. Every shape below is the JSON of an answer as it is: peer ids are text, absent values are left out, and instants are ms
 * since the Unix epoch.
 */
export interface NodeView {
  readonly status: () => StatusView
  /** The peers that it knows and that are like this: a name, a beginning of an id, or `BEGIN…END`; all where it is empty. */
  readonly peers: (like: string) => Promise<PeersView>
  /** All that this node can say of one peer. Undefined for a peer that it does not know. */
  readonly peer: (peer: string) => Promise<PeerDetailView | undefined>
  readonly evictions: () => EvictionView[]
  /** Undefined for a peer of which nothing is known. Rejects with ServicesError `no-route` where no trusted node can be asked. */
  readonly standing: (peer: string) => Promise<StandingView | undefined>
  /** How a peer stood over the last windows. Undefined on a role that keeps no records. */
  readonly history: (peer: string, windowsCount: number) => Promise<HistoryView | undefined>
  /** Undefined on a role that has no tree. */
  readonly tree: () => TreeView | undefined
  readonly allow: (peer: string, allowed: boolean) => Promise<void>
  /** The word of this node's operator that an eviction was wrong. Undefined on a role that signs none, `null` where the peer is not evicted. Rejects with ServicesError `busy`. */
  readonly reinstate: (peer: string, reason: string) => Promise<ReinstatementView | null | undefined>
  /** Whether this node itself is evicted: it asks a seed. Rejects with ServicesError `no-route`. */
  readonly appeal: () => Promise<AppealView>
  /** Undefined on a role that is no seed. */
  readonly guests: () => GuestView[] | undefined
  /** Admits a peer that speaks no Peerwatch; its address ends in `/p2p/ID`. Undefined on a role that is no seed. Rejects with ServicesError `bad-option`. */
  readonly addGuest: (address: string, forMs: number) => Promise<AddedGuestView | undefined>
  /** Takes it back; undefined on a role that is no seed, `null` where it is no guest. Rejects with ServicesError `bad-option`. */
  readonly removeGuest: (peer: string) => Promise<RemovedGuestView | null | undefined>
  /** Takes a roster that is newer, and hands it on. Rejects with ServicesError `bad-roster`. */
  /** All that is stored about a peer and that it wrote about others, and a summary. Undefined on a role that keeps no records. */
  readonly export: (peer: string) => AsyncGenerator<ExportLineView> | undefined
  /** Takes what the authority signed about this peer, and hands it on. Undefined on a role that keeps no records. Rejects with ServicesError `bad-signature` or `refused`. */
  readonly publishErasure: (peer: string, encoded: Uint8Array) => Promise<PublishedErasureView | undefined>
  /** Undefined on a role that keeps no records, null where no trusted node that answers knows an erasure of this peer. */
  readonly erasure: (peer: string) => Promise<ErasureView | null | undefined>
  /** Unless forced it waits where trusted nodes change and records would be lost. A check only says what would follow. */
  readonly publishRoster: (encoded: Uint8Array, how: { readonly isForced: boolean; readonly isCheck: boolean }) => Promise<PublishedRosterView>
  /** Reads the configuration again. Undefined on a node that was made without one. Rejects with NodeError `bad-config` or `bad-option`, and nothing has changed then. */
  readonly reload: () => Promise<ReloadView | undefined>
  /** The word of the seeds about this node, and its clock beside theirs. */
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
  /** Something that the operator should look at, although the node takes part. */
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
  /** For peers and watchers. The preferred entry comes first; `isCurrent` takes the reports. */
  readonly entries?: readonly EntryView[] | undefined
  readonly reportsPending?: number | undefined
  readonly reportsDropped?: number | undefined
  readonly lastAcknowledged?: { readonly window: number; readonly atMs: number } | undefined
  /** Why it does not take part in its network, as `/readyz` says; absent where it does. */
  readonly notReady?: string | undefined
  /** This node itself is evicted, as far as it knows. */
  readonly evicted?: EvictionView | undefined
  /** In force here. */
  readonly evictions: number
  readonly allowed: readonly string[]
  /** Neighbours that this node refuses on its own evidence. */
  readonly cuts: readonly { readonly peer: string; readonly dimension: EvictableDimension; readonly untilWindow: number }[]
  /** Neighbours that said of late that they cut this node, and for what: their word alone. */
  readonly cutBy: readonly { readonly peer: string; readonly dimension: EvictableDimension; readonly window: number }[]
  readonly uptimeMs: number
  /** For a seed. `others`: how many seeds the roster has besides. */
  readonly seed?: { readonly registered: number; readonly guests: number; readonly underTest: number; readonly others: number } | undefined
  /** For a trusted node. */
  readonly trusted?: { readonly watchers: readonly string[]; readonly openCases: readonly CaseView[]; readonly isCaughtUp: boolean } | undefined
  /** For a watcher. */
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

export interface EntryView {
  readonly peer: string
  readonly state: 'connecting' | 'waiting' | 'ready' | 'resting'
  readonly inFlight: number
  readonly isCurrent: boolean
}

/** `POST /v1/appeal` */
export interface AppealView {
  readonly peer: string
  /** Absent: a seed that was asked enforces none. */
  readonly eviction?: EvictionView
  /** Operators of so many trusted nodes end it. */
  readonly quorum: number
  readonly trusted: readonly string[]
}

/** `POST /v1/reinstate/PEER` on a trusted node. */
export interface ReinstatementView {
  readonly peer: string
  /** Enough have spoken: the eviction has ended. */
  readonly isDone: boolean
  /** The reason in the certificate, in the words of the operator who spoke first. */
  readonly reason: string
  /** So many have to speak. */
  readonly quorum: number
  /** Trusted nodes whose operators have spoken, and those whose operators have not. */
  readonly spoken: readonly string[]
  readonly missing: readonly string[]
  /** When the eviction ends by itself; once it is done: until when its end is handed on. */
  readonly expiresAtMs: number
}

/** An option whose value differs; a side without value is a default that depends on something else. */
export interface ReloadedOption {
  readonly name: string
  readonly from?: unknown
  readonly to?: unknown
}

/** `POST /v1/roster` */
export interface PublishedRosterView {
  /** `known`: it is in force here. `older`: it is the authority's, and the node has a newer one. `waits`: not yet, for the reason. `would be`: it was a check. */
  readonly taken: 'newer' | 'known' | 'older' | 'waits' | 'would be'
  /** Peers whose evictions end with it: by it, too few of their signatures count. */
  readonly ending: readonly string[]
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
  /** For a seed that is not at the address in `network.json`, so that nobody finds it. */
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
  /** The nodes that gain places by a move or a new roster and do not hold them yet. Empty: all is settled. */
  readonly awaited: readonly string[]
  /** In ring order; nodes without a range last. */
  readonly nodes: readonly TreeNodeView[]
}

export interface TreeNodeView {
  readonly node: string
  readonly isSelf: boolean
  readonly isReachable: boolean
  /**
   * `slow`: its newest hello took a quarter of the time-out of a ping or more to be answered; of the node itself: its own event loop is late.
   * `out of reach`: nobody answers there now. `retired`: it left with the roster in force, and still holds what others copy.
   */
  readonly labels: readonly TreeLabelView[]
  readonly tokenVersion: number | undefined
  /** Places as 16 hex digits: from this one up to the next start. */
  readonly range: SpanView | undefined
  /** The range before the moves that are not settled yet, where it was another one. */
  readonly formerRange: SpanView | undefined
  /** Its start moves, and not all who gain places by that hold them yet; without `from` it had no range. */
  readonly moves: { readonly from: string | undefined } | undefined
  /** Part of the key space, 0 to 1. */
  readonly share: number
  readonly reportsPerSecond: number | undefined
  /** How long its newest hello took to be answered, in ms; of the node itself: how late its event loop is. */
  readonly answerMs: number | undefined
  readonly threads: { readonly previous: string; readonly next: string } | undefined
  /** The other nodes that may hold its range. */
  readonly copiesAt: readonly string[]
  readonly parent: string | undefined
  readonly left: string | undefined
  readonly right: string | undefined
  readonly depth: number | undefined
}

export type TreeLabelView = 'slow' | 'out of reach' | 'retired'

interface SpanView {
  readonly from: string
  readonly to: string
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
  | 'bad-erasure' // 422: of another network, not signed by the authority, or of whom none can be; `problem` has the message's three parts
  | 'bad-peer' // 400: the path has no peer id
  | 'bad-request' // 400: what HTTP itself does not allow
  | 'unknown-peer' // 404
  | 'not-evicted' // 409: there is no eviction to end
  | 'not-on-this-role' // 404
  | 'not-found' // 404: no such path
  | 'busy' // 503: too many event streams, histories or exports at a time
  | 'no-route' // 503: no trusted node could be asked
  | 'internal' // 500
