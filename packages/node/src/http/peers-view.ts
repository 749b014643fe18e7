import type { Counts, EvictableDimension } from '@peerwatch/model'
import type { ScorePart } from '../peers/gossip-score.ts'
import type { EvictionView } from './eviction-view.ts'
import type { ListedView } from './standing-view.ts'

/** `GET /v1/peers?like=…` */
export interface PeersView {
  readonly peers: readonly PeerView[]
  /** There are more. */
  readonly isCut: boolean
}

export interface PeerView {
  readonly peer: string
  readonly kind: 'self' | 'trusted' | 'seed' | 'leaving' | 'watcher' | 'neighbour' | 'evicted' | 'registered'
  /** For a roster member, also one that has left: the name that the authority signed. */
  readonly name?: string
  /** For a linked peer: the software that it says it runs. Nobody has checked it. */
  readonly claim?: string
  /** For a linked peer. */
  readonly link?: PeerLinkView
  /** This node refuses it: `cut` on its own evidence, `evicted` by certificate. */
  readonly refused?: 'cut' | 'evicted'
}

/** All connections to one peer together. */
export interface PeerLinkView {
  /** Of the oldest connection. */
  readonly direction: 'inbound' | 'outbound'
  /** When the oldest connection was opened. */
  readonly openedAtMs: number
  readonly inBytes: number
  readonly outBytes: number
  /** How long the last answered ping took; absent for a peer that is no neighbour. */
  readonly latencyMs?: number
  /** Gossipsub's score of it; absent where gossipsub has no stream to it. */
  readonly score?: number
}

/** What this node itself saw of a peer in one window. */
export interface SeenWindowView {
  readonly window: number
  readonly counts: Readonly<Record<string, Counts>>
  /** The dimensions in which this node refused it. */
  readonly cuts: readonly string[]
}

/** `GET /v1/peers/PEER`. The four names with `_` are those that clients of another network are asked for (ethereum/beacon-APIs 606). */
export interface PeerDetailView extends Omit<PeerView, 'kind' | 'claim'> {
  /** Absent for a peer of which this node knows the addresses only. */
  readonly kind?: PeerView['kind']
  readonly agent_version?: string
  readonly score?: number
  /** Why the last link to it ended, of a peer that is not linked. */
  readonly disconnect_reason?: string
  readonly disconnectedAtMs?: number
  /** What speaks against it here: parts of the score below zero, and what this node saw in the last windows. */
  readonly downscore_reasons: readonly string[]
  readonly registry: ListedView
  readonly addresses: readonly string[]
  /** What it says it speaks. */
  readonly protocols: readonly string[]
  readonly connections: readonly { readonly direction: 'inbound' | 'outbound'; readonly address: string; readonly openedAtMs: number }[]
  /** Payload bytes of the connections that are open, by protocol; most first. */
  readonly traffic: readonly { readonly protocol: string; readonly inBytes: number; readonly outBytes: number }[]
  /** Parts of the score that are not zero. Their sum is the score. */
  readonly scoreParts: readonly ScorePart[]
  /** The topics in whose mesh it is. */
  readonly meshTopics: readonly string[]
  readonly windowMs: number
  /** Newest first. */
  readonly windows: readonly SeenWindowView[]
  readonly cut?: { readonly dimension: EvictableDimension; readonly untilWindow: number }
  readonly eviction?: EvictionView
  readonly isAllowed: boolean
  /** The reporters whose reports about it this node keeps, with the newest window of each. On a trusted node only. */
  readonly reporters?: readonly { readonly reporter: string; readonly newestWindow: number; readonly accuses: readonly string[] }[]
  /** What this role cannot know, and where it is known. */
  readonly notHere: readonly string[]
}
