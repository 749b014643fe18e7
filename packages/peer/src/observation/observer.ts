import type { Counts, Dimension, EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Connection } from '@libp2p/interface'
import type { Core } from '@peerwatch/link'
import type { GossipTap } from '../gossip/gossip-tap.ts'

/** An observer gets this besides the core. */
export interface ObserverInit {
  readonly tap: Pick<GossipTap, 'onCopy' | 'meshPeers'>
  /** Called with every answered and every missed ping. */
  readonly onProbe: (listener: (peer: PeerIdString, answered: boolean) => void) => () => void
  /** Whether this node watches the peer: it does not watch seeds, roster members and itself. */
  readonly isSubject: (peer: PeerIdString) => boolean
  /** `false`: a dry run, in which the node refuses nothing. */
  readonly enforce: boolean
  /** Call it when the evidence that a finding needs is complete. */
  readonly onEvidence: (peer: PeerIdString, dimension: EvictableDimension, evidence: string) => void
}

/**
 * Counts how often something went well and badly, per neighbour, in one dimension.
 *
 * To add a dimension: its row in `@peerwatch/detection`, a file with a factory like these, its line in `observers.ts`.
 */
export interface Observer {
  readonly dimension: Dimension
  /** True where silence tells nothing while this node itself may be offline, or was late. */
  readonly needsOwnLink: boolean
  /** Gives what it counted since the last call. A peer of which it saw nothing is absent or zero. */
  readonly close: (window: WindowNumber) => ReadonlyMap<PeerIdString, Counts>
  readonly onOpen?: (connection: Connection) => void
  readonly onDisconnect?: (peer: PeerIdString) => void
  /** Counts one request frame; false where it is beyond the limit. */
  readonly countRequest?: (peer: PeerIdString) => boolean
  /** Starts to listen; returns what ends it. */
  readonly start: () => () => void
  /** Forgets the evidence against this peer: it has led to a cut. */
  readonly forget?: (peer: PeerIdString) => void
}

export type ObserverFactory = (core: Core, init: ObserverInit) => Observer
