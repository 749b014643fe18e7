import type { Clock, Observation, PeerIdString, Rng } from '@peerwatch/model'
import type { Network } from '../network.ts'

/** What every role takes. */
export interface CoreOptions {
  /** From `readNetwork(path)` or `parseNetwork(object)`. */
  readonly network: Network
  /** `false` observes and reports but refuses nobody: a dry run. Default true. */
  readonly enforce?: boolean
  /** Peers that this node keeps whatever anybody signs. */
  readonly neverEvict?: readonly PeerIdString[]
  readonly clock?: Clock
  readonly rng?: Rng
}

/** What a peer or watcher takes besides. */
export interface PeerOptions {
  /** `false` dials seeds and entries only; an object sets the degree. Default: 8 of at most the roster's `maxDegree`. */
  readonly neighbours?: false | { readonly targetDegree?: number; readonly maxDegree?: number }
  /** For research: what this node reports instead of what it saw. A node that uses it lies. */
  readonly alterObservations?: (observations: Observation[], window: number) => Observation[]
}

export const DEFAULT_TARGET_DEGREE = 8
