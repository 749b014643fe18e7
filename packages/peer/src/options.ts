import { readPeerId, ServicesError } from '@peerwatch/link'
import type { PeerId } from '@libp2p/interface'
import type { Clock, DimensionTable, Observation, PeerIdString, Rng } from '@peerwatch/model'
import type { GossipLimitsOptions } from './gossip/gossip-limits.ts'
import type { Network } from '@peerwatch/link'
import type { ObserverFactory } from './observation/observer.ts'
import type { ReportingOptions } from './reporting/reporting.ts'

/** What every role takes. */
export interface CoreOptions {
  /** From `readNetwork(path)` or `parseNetwork(object)`. */
  readonly network: Network
  /** `false` is a dry run: the node observes and reports, raises an `alarm` with code `dry-run` for each link it would cut, and refuses nobody. Default `true`. */
  readonly enforce?: boolean
  /** Peers that this node never refuses, whatever anybody signs and whatever it saw itself. It still reports them. Default none. */
  readonly neverEvict?: readonly (PeerId | string)[]
  /** How much gossip this node takes from one neighbour, on all topics together. It drops the rest unread. `false`: no limit. Default `GOSSIP_LIMITS_DEFAULTS`. */
  readonly gossip?: false | Partial<GossipLimitsOptions>
  /** By what peers are judged; every node of a network must have the same. Default `DIMENSIONS` of `@peerwatch/detection`. */
  readonly dimensions?: DimensionTable
  /** What watches the neighbours: one observer for each dimension. Default: those of `DIMENSIONS`. */
  readonly observers?: readonly ObserverFactory[]
  /** Counts in libp2p's own metrics, if the node has them. Give `false` if you count the events yourself. Default `true`. */
  readonly metrics?: boolean
  /** For tests. Default: the system's. */
  readonly clock?: Clock
  /** For tests: numbers in [0, 1). Default `Math.random`. */
  readonly rng?: Rng
}

/** What a peer or watcher also takes. */
export interface PeerOptions {
  /**
   * How many links to other peers this node makes and keeps. `false`: it dials seeds and entries only, and watches each peer that links up.
   *
   * `targetDegree`, 0 or more, default 8: it dials until it has as many. More: it sees more and is seen by more, at a ping per neighbour and interval.
   * `maxDegree`, at least `targetDegree`, default (and at most) the roster's: links above it are ended, the newest inbound ones first.
   */
  readonly neighbours?: false | { readonly targetDegree?: number; readonly maxDegree?: number }
  /** How its reports are kept and brought to the trusted nodes. Default `REPORTING_DEFAULTS`. */
  readonly reporting?: ReportingOptions
  /** For research: what this node reports instead of what it saw. A node that uses it lies. */
  readonly alterObservations?: (observations: Observation[], window: number) => Observation[]
}

function refuse(option: string, expected: string, found: string | number): never {
  throw new ServicesError('bad-option', `peerwatch: ${option}: expected ${expected}, found ${found}`)
}

/** Throws ServicesError `bad-option` that names option, rule and value. */
export function checkOptions(network: Network, neighbours: PeerOptions['neighbours'] | undefined): void {
  const given = network as Partial<Network> | undefined
  if (!(given?.id instanceof Uint8Array) || given.roster?.preset == null) {
    refuse('network', 'what readNetwork() or parseNetwork() returns', (JSON.stringify(network) as string | undefined)?.slice(0, 80) ?? 'none')
  }
  if (neighbours == null || neighbours === false) return
  const { targetDegree = 0, maxDegree } = neighbours
  if (!Number.isSafeInteger(targetDegree) || targetDegree < 0) refuse('neighbours.targetDegree', 'a whole number, 0 or more', targetDegree)
  if (maxDegree == null || (Number.isSafeInteger(maxDegree) && maxDegree >= targetDegree)) return
  refuse('neighbours.maxDegree', `a whole number, at least targetDegree (${targetDegree})`, maxDegree)
}

function peerOf(peer: PeerId | string, index: number): PeerIdString {
  try {
    // text that is no canonical peer id would match nobody, ever
    return readPeerId(peer.toString())
  } catch {
    return refuse(`neverEvict[${index}]`, 'a peer id such as 12D3Koo…', peer.toString())
  }
}

/** Reads `neverEvict`; throws ServicesError `bad-option` where one is no peer id. */
export function peersOf(peers: readonly (PeerId | string)[] = []): Set<PeerIdString> {
  return new Set(peers.map(peerOf))
}
