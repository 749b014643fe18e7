import type { GossipSub } from '@libp2p/gossipsub'
import type { ComponentLogger, ConnectionGater, Libp2pEvents, Logger, Metrics, PeerId, PeerStore, PrivateKey, TypedEventTarget } from '@libp2p/interface'
import type { AddressManager, ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { Clock, DimensionTable, EvictableDimension, PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { Datastore } from 'interface-datastore'
import type { TypedEventEmitter } from 'main-event'
import type { Budgets } from './budgets.ts'
import type { ServicesErrorCode } from './errors.ts'
import type { PeerwatchEvents, RegistryState, StandingState } from './events.ts'
import type { LocalHealth } from './local-health.ts'
import type { Network } from './network.ts'
import type { RosterBook } from './roster-book.ts'
import type { Signer } from './signatures.ts'
import type { ReadCertificate } from './verdicts.ts'
import type { WindowClock } from './window-clock.ts'
import type { WrittenSoon } from './written-soon.ts'

/** The components that libp2p gives a service. */
export interface PeerwatchComponents {
  addressManager: AddressManager
  connectionGater: ConnectionGater
  connectionManager: ConnectionManager
  datastore: Datastore
  events: TypedEventTarget<Libp2pEvents>
  logger: ComponentLogger
  metrics?: Metrics
  peerId: PeerId
  peerStore: PeerStore
  privateKey: PrivateKey
  pubsub: GossipSub
  registrar: Registrar
}

/** What all parts of a node share. Each part takes it as its first argument, and knows the other parts only by the small interfaces it is given. */
export interface Core {
  readonly components: PeerwatchComponents
  readonly network: Network
  readonly self: PeerIdString
  readonly signer: Signer
  readonly roster: RosterBook
  /** The dimensions by which nodes judge a peer: the same on every node of a network. */
  readonly dimensions: DimensionTable
  readonly certificates: CertificateBook
  readonly windows: WindowClock
  readonly clock: Clock
  /** How late this node's own event loop is. Time-outs for others widen by it, and what the node missed meanwhile blames nobody. */
  readonly health: LocalHealth
  readonly rng: Rng
  /** How much more this node may send when something fails. */
  readonly budgets: Budgets
  /** Writes changes that are already in force in memory and must outlast a restart. A change that must be on disk first goes to `components.datastore`, and is awaited. */
  readonly writes: WrittenSoon
  readonly log: Logger
  /** The emitter behind the public events: `core.emit('peer:evicted', { … })`. */
  readonly emit: <K extends keyof PeerwatchEvents>(type: K, detail: PeerwatchEvents[K]['detail']) => void
  readonly events: TypedEventEmitter<PeerwatchEvents>
}

/** A part of a node starts and stops with the node. It registers handlers and topologies in `beforeStart`. `start` runs once transports listen. */
export interface Part {
  readonly beforeStart?: () => void | Promise<void>
  readonly start?: () => void | Promise<void>
  readonly stop?: () => void | Promise<void>
}

/** An eviction in force. */
export interface Eviction {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
  readonly reason: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  readonly serial: number
  readonly signers: readonly PeerIdString[]
}

/** The certificates that this node has verified, keeps and enforces. */
export interface CertificateBook {
  /** Verifies a certificate against the current roster. It never throws, and a refusal is no fault: the sender may only be behind. */
  readonly accept: (encoded: Uint8Array) => Promise<'new' | 'known' | 'refused'>
  /** The eviction of this peer that is in force now. Undefined if there is none, or if the operator allowed the peer. */
  readonly evicted: (peer: PeerIdString) => Eviction | undefined
  readonly evictions: () => Eviction[]
  /** Encoded `Certificate` messages of the live set, for peers that pull them. */
  readonly encoded: () => Uint8Array[]
  /** Count and hash of the live set. */
  readonly liveSet: () => { readonly count: number; readonly hash: Uint8Array }
  /** The certificate about this peer that is in force: an eviction, whatever the operator allows, or what ended one. */
  readonly inForce: (peer: PeerIdString) => (ReadCertificate & Pick<Eviction, 'signers'>) | undefined
  /**
   * How often this peer was evicted before, and the highest serial seen: the next proposal continues both. An eviction that a reinstatement ended does not
   * count. What was seen of the peer up to `reinstatedAtMs` counts no more.
   */
  readonly history: (peer: PeerIdString) => { readonly evictions: number; readonly serial: number; readonly reinstatedAtMs?: number }
  readonly allow: (peer: PeerIdString, allowed: boolean) => Promise<void>
  readonly allowed: () => PeerIdString[]
}

/** A peer as the registry describes it. */
export interface KnownPeer {
  readonly peer: PeerIdString
  readonly addresses: readonly string[]
  readonly unreachable: boolean
  readonly guest: boolean
  /** The seed's signed word about the peer. This node has not checked it. */
  readonly stamp?: Uint8Array
}

/** Why a seed is not linked now. */
export interface SeedFailure {
  readonly seed: PeerIdString
  /** `no-route`: none of its addresses answers; `other-key`: another peer answers there; `refused`, `timeout` or `closed`: it answers, but does not register this node. */
  readonly code: ServicesErrorCode
  /** For people: the reason at each address. */
  readonly reason: string
  /** How often it failed in a row. */
  readonly failures: number
}

/** Where this node is registered. */
export interface RegistryStatus {
  readonly state: RegistryState
  /** The seeds at which it is registered. */
  readonly seeds: readonly PeerIdString[]
  readonly failures: readonly SeedFailure[]
}

/** The registry client, as other parts see it. */
export interface RegistryView {
  /** Asks one connected seed, and the others if that fails. Returns at most `most` peers, and never this node, a seed or a roster member. */
  readonly list: (most: number) => Promise<KnownPeer[]>
  /** Finds records of the named peers (trusted nodes, suspects), and puts their addresses into the peer store. Unknown peers are absent. */
  readonly find: (peers: readonly PeerIdString[]) => Promise<KnownPeer[]>
  /** Tells all connected seeds, which merge such reports. */
  readonly reportDead: (peer: PeerIdString) => void
  /** An encoded `Signed<Stamp>` of this node, from the newest registration. */
  readonly stamp: (window?: WindowNumber) => Uint8Array | undefined
  /** Hands certificates or a roster to all connected seeds. */
  readonly publish: (what: { certificates?: Uint8Array[]; roster?: Uint8Array }) => void
  readonly state: () => RegistryStatus
  /** Whether this peer said goodbye or was removed since it was last registered. */
  readonly hasLeft: (peer: PeerIdString) => boolean
  /** How it left: by its own goodbye, or because seeds tested and removed it. */
  readonly departed: (peer: PeerIdString) => 'goodbye' | 'removed' | undefined
  /** Peers that left per peer and window, over the last 30 windows: the network's own churn rate. */
  readonly churnRate: () => number
  /** How many peers the seeds know; 0 until a seed has said it. */
  readonly registeredCount: () => number
}

/** A neighbour: a connected peer that is neither seed nor roster member, or one whose link was lost without a goodbye. */
export interface Neighbour {
  readonly peer: PeerIdString
  readonly sinceWindow: WindowNumber
  readonly state: 'connected' | 'lost'
  readonly direction: 'inbound' | 'outbound'
  readonly misses: number
  /** How long the last answered ping took. */
  readonly lastAnswerMs: number | undefined
  /** A list of the registry has said that this neighbour speaks no Peerwatch. */
  readonly guest: boolean
}

export interface NeighboursView {
  readonly list: () => Neighbour[]
  readonly isNeighbour: (peer: PeerIdString) => boolean
  /** Dials this peer and keeps the link until `release`, whatever the degree: a watcher's look. */
  readonly hold: (peer: PeerIdString) => Promise<void>
  readonly release: (peer: PeerIdString) => void
}

/** The counts of one neighbour over one window, not capped for a report, and whether they complete the evidence of a finding. */
export interface SeenNeighbour {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
  readonly ok: number
  readonly bad: number
  readonly finding: boolean
}

/** The counts of the observers. The watcher link reads them raw; the reporter reads them in the event `window:closed`. */
export interface SeenView {
  /** Called at the end of each window, with `window:closed`. */
  readonly onSeen: (listener: (window: WindowNumber, seen: SeenNeighbour[]) => void) => () => void
  /** The neighbours that this node refuses now. */
  readonly cuts: () => { readonly peer: PeerIdString; readonly dimension: EvictableDimension; readonly untilWindow: WindowNumber }[]
}

/** The tier's word about a peer, for any other peer. It is coarse and at least six windows old, so that no suspect learns that it is being looked at. */
export interface CoarseStanding {
  /**
   * `good`: enough was seen, and nobody accuses it. `watched`: somebody accuses it, or it was evicted before. `evicted`: a certificate is in
   * force. `unknown`: too little was seen, or nobody knows the peer. The tier tells nobody whether it suspects a peer.
   */
  readonly state: Exclude<StandingState, 'suspect'>
  /** 0 to 1 in tenths, rounded down; undefined while `unknown`. It is for display and order only: no rule of Peerwatch uses it. */
  readonly reputation: number | undefined
  /** The number of the window that it describes. */
  readonly window: number
}
