import type { PeerId } from '@libp2p/interface'
import type { ServicesErrorCode } from './errors.ts'
import type { Health } from './local-health.ts'
import type { Dimension, EvictableDimension, Observation, WindowNumber } from '@peerwatch/model'
import type { BudgetName } from './budgets.ts'
import type { ChangedTerm } from './roster-changes.ts'

/**
 * Why a node dropped a gossip message. `signature`: it is wrong. `unsigned`: there is none. `author`: the name is no peer id in its one form, or not that of
 * the key that came along. `number`: it has not 8 bytes. `too-large`: some implementations would not pass on so much data.
 */
export const GOSSIP_REFUSALS = ['signature', 'unsigned', 'author', 'number', 'too-large'] as const

export type GossipRefusal = (typeof GOSSIP_REFUSALS)[number]

export type RegistryState = 'alone' | 'degraded' | 'registered'

/**
 * `group`: the registry is full, and the seed turned away a peer of the largest group. `introduced`: another seed has introduced its part of all peers.
 * `departures`: too many peers left, and the seed tells nobody of one of the largest group among them. `death-tests`: a group has used its share of a
 * window's tests. `streams`: all streams are in use, and the seed ended or turned away one of the largest group. `dial-backs`: too many peers wait for a
 * dial-back, and the seed does not dial one of the largest group among them.
 */
export const REGISTRY_BOUNDS = ['group', 'introduced', 'departures', 'death-tests', 'streams', 'dial-backs'] as const
export type RegistryBound = (typeof REGISTRY_BOUNDS)[number]

/**
 * Bounds of decision 0014. `step`: the clocks would move this node's time further than one window allows. `missed-windows`: the node was away for more
 * windows than it announces. `too-few-clocks`: the node has heard fewer clocks than the quorum, and puts off what it could not take back. `ahead`: it
 * turned away a record that is ahead of all clocks of the quorum.
 */
export const TIME_BOUNDS = ['step', 'missed-windows', 'too-few-clocks', 'ahead'] as const
/** Why a trusted node does not take an erasure. */
export const ERASURE_REFUSALS = ['forged', 'older', 'full'] as const
export type ErasureRefusal = (typeof ERASURE_REFUSALS)[number]
export type TimeBound = (typeof TIME_BOUNDS)[number]

/**
 * Everything that a node tells its application. Log lines, metrics and the live view come from these events.
 *
 * Peers are `PeerId`s. `window` is the number of a window (0 began with 1970), `…AtMs` an instant in ms since the Unix epoch.
 */
export interface PeerwatchEvents {
  /** A certificate took force: this node refuses the peer until `expiresAtMs`, unless `enforce` or `neverEvict` says otherwise. `signers` are trusted nodes. */
  'peer:evicted': CustomEvent<{
    peer: PeerId
    dimension: EvictableDimension
    reason: string
    issuedAtMs: number
    expiresAtMs: number
    serial: number
    signers: PeerId[]
  }>
  /** An eviction ended: it expired, it was reversed, or its signers left the roster. */
  'peer:reinstated': CustomEvent<{ peer: PeerId; reason: string }>
  /** The operator overrode an eviction, or took that back. */
  'peer:allowed': CustomEvent<{ peer: PeerId; allowed: boolean }>
  /** Seeds tested a dead peer and took it off the registry. */
  'peer:removed': CustomEvent<{ peer: PeerId; seeds: PeerId[]; window: WindowNumber }>
  /** A peer left in order, as its signed goodbye says. */
  'peer:goodbye': CustomEvent<{ peer: PeerId }>
  /** On seeds only: a peer registered. */
  'peer:registered': CustomEvent<{ peer: PeerId; group: string; isNew: boolean }>
  /** On seeds: a guest is listed, by the word of an operator, of `network.json` or of another seed; `isNew` where it was not listed before. */
  'guest:admitted': CustomEvent<{ peer: PeerId; expiresAtMs: number; isNew: boolean }>
  /** On seeds: an operator took a guest back, here or at another seed. One that is dead is told by `peer:removed`. */
  'guest:taken-back': CustomEvent<{ peer: PeerId }>
  /** On seeds: a bound of the registry was met. */
  'registry:limited': CustomEvent<{ bound: RegistryBound }>
  /** What the clocks say met a bound. At most once a window, or once for each record. */
  'time:limited': CustomEvent<{ bound: TimeBound }>
  /** On seeds: `by` reported a peer dead; a test of such a peer ended. */
  'dead:reported': CustomEvent<{ peer: PeerId; by: PeerId }>
  'dead:tested': CustomEvent<{ peer: PeerId; tests: number; answered: boolean }>
  /** `alone`: registered at no seed; `degraded`: at fewer than ⌊n/2⌋ + 1, the node works and keeps trying; `registered`. */
  'registry:state': CustomEvent<{ state: RegistryState; seeds: PeerId[] }>
  /**
   * This node cannot use a seed, for another reason than before. `no-route`: none of the seed's addresses answers. `other-key`: another peer answers there.
   * `refused`, `timeout` or `closed`: the seed answers, but does not register this node. `reason` says why at each address. The node goes on trying.
   */
  'seed:failed': CustomEvent<{ seed: PeerId; code: ServicesErrorCode; reason: string }>
  'neighbour:connected': CustomEvent<{ peer: PeerId; direction: 'inbound' | 'outbound' }>
  /** A link is gone. With `goodbye` the neighbour left in order; without, it stays under watch. */
  'neighbour:lost': CustomEvent<{ peer: PeerId; goodbye: boolean }>
  /**
   * This node ended the link. `full`: it has as many links as it takes, and this one served worst. `silent`: nothing came over it for long. `tried`: the
   * link was only to see whether the peer answers. `replaced`: a better link took its place.
   */
  'neighbour:turned-away': CustomEvent<{ peer: PeerId; why: 'full' | 'silent' | 'tried' | 'replaced' }>
  /** A neighbour did not answer a ping or redial, `misses` times in a row. */
  'neighbour:missed': CustomEvent<{ peer: PeerId; misses: number }>
  /** A neighbour missed as often as the network's preset allows. This node tells the seeds, and they test for themselves. */
  'neighbour:dead': CustomEvent<{ peer: PeerId; misses: number }>
  /** This node itself saw the evidence that a finding needs. It ended the link, and refuses the peer until window `untilWindow`. */
  'neighbour:cut': CustomEvent<{ peer: PeerId; dimension: EvictableDimension; evidence: string; untilWindow: WindowNumber }>
  /** A neighbour says that it cut this node for what it saw in this dimension, and refuses it for a while. Nobody has checked its word. */
  'neighbour:refuses': CustomEvent<{ peer: PeerId; dimension: EvictableDimension }>
  /** In the window before `window` this neighbour sent more gossip than the limit. The node dropped so much of it unread; in a dry run it would have. */
  'gossip:limited': CustomEvent<{ peer: PeerId; window: WindowNumber; messages: number; bytes: number }>
  /** How many messages the node dropped in the window before `window`, by reason. It blames nobody, since implementations differ in what they take. */
  'gossip:refused': CustomEvent<{ window: WindowNumber; messages: Readonly<Partial<Record<GossipRefusal, number>>> }>
  /** A window ended, and these are the observations of each neighbour in it. `subject` is text, as in reports. */
  'window:closed': CustomEvent<{ window: WindowNumber; observations: Observation[] }>
  /** A report is on the disks of two trusted nodes (one in a tier of one). */
  'report:acknowledged': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId }>
  /** A trusted node refused a report, and this node does not send it again. `reason` is a word of docs/protocol.md. */
  'report:refused': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId; reason: string }>
  /** This node asked others for a report that `entry` had acknowledged. `missedBy` say that nobody holds it; `missing` takes two of them. */
  'report:checked': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId; outcome: 'found' | 'missing' | 'unclear'; missedBy: PeerId[] }>
  /** Another trusted node takes the reports now. Undefined: this node reaches none, and keeps its reports. */
  'entry:changed': CustomEvent<{ entry: PeerId | undefined }>
  /** This node's own event loop is late, or on time again. Its timeouts are `factor` times as long as usual. */
  'health:changed': CustomEvent<Health>
  /** The authority signed a newer roster: terms that are others now, seeds that came and went. */
  'roster:changed': CustomEvent<{
    version: number
    terms: readonly ChangedTerm[]
    seedsAdded: PeerId[]
    seedsRemoved: PeerId[]
    trustedAdded: PeerId[]
    trustedRemoved: PeerId[]
  }>
  /** This node would have sent more than its budget for one window, and waits instead: something fails, or somebody makes it fail. */
  'budget:spent': CustomEvent<{ budget: BudgetName }>
  /** The disk has failed for so long that this many changes, which hold in memory, are not written any more. */
  'writes:dropped': CustomEvent<{ count: number }>
  /** Something that the operator should look at: the node goes on. */
  alarm: CustomEvent<{ code: string; message: string }>
  /** A peer sent what no honest one sends. `what` is a word of docs/protocol.md. */
  'peer:fault': CustomEvent<{ peer: PeerId; protocol: string; what: string }>
  /** On trusted nodes only, from here on. Another trusted node answers again, or no longer: others act for its range meanwhile. */
  'trusted:reached': CustomEvent<{ peer: PeerId }>
  'trusted:lost': CustomEvent<{ peer: PeerId }>
  'report:stored': CustomEvent<{ count: number; reporter: PeerId }>
  'case:opened': CustomEvent<{ subject: PeerId; dimension: EvictableDimension; window: WindowNumber; groups: string[]; firstHand: boolean }>
  'case:closed': CustomEvent<{
    subject: PeerId
    dimension: EvictableDimension
    outcome: 'evicted' | 'acquitted' | 'expired'
    openedWindow: WindowNumber
    window: WindowNumber
  }>
  'finding:signed': CustomEvent<{ subject: PeerId; dimension: EvictableDimension; outcome: FindingOutcome; by: PeerId; window: WindowNumber; reason: string }>
  'verdict:signed': CustomEvent<{ subject: PeerId; dimension: EvictableDimension; proposer: PeerId }>
  'verdict:refused': CustomEvent<{ subject: PeerId; proposer: PeerId; reason: string }>
  /** On trusted nodes: a certificate was completed here. */
  'certificate:made': CustomEvent<{
    subject: PeerId
    dimension: EvictableDimension
    signers: PeerId[]
    reporterGroups: string[]
    findings: { by: PeerId; outcome: FindingOutcome }[]
    openedWindow: WindowNumber
    window: WindowNumber
    reason: string
  }>
  /** Operators of trusted nodes say that an eviction was wrong: those in `spoken` by now, and `quorum` have to. */
  'reinstatement:asked': CustomEvent<{ peer: PeerId; reason: string; spoken: PeerId[]; quorum: number }>
  /** On trusted nodes. `forged`: not signed by the authority. `older`: this node knows one that goes further. `full`: it knows as many as it may. `from`: who told it, absent for an operator. */
  'erasure:refused': CustomEvent<{ why: ErasureRefusal; from?: PeerId }>
  'standing:changed': CustomEvent<{ peer: PeerId; state: StandingState; dimension: Dimension | undefined }>
}

const NAMES: Readonly<Record<keyof PeerwatchEvents, true>> = {
  'peer:evicted': true,
  'peer:reinstated': true,
  'peer:allowed': true,
  'peer:removed': true,
  'peer:goodbye': true,
  'peer:registered': true,
  'guest:admitted': true,
  'guest:taken-back': true,
  'registry:limited': true,
  'time:limited': true,
  'dead:reported': true,
  'dead:tested': true,
  'registry:state': true,
  'seed:failed': true,
  'neighbour:connected': true,
  'neighbour:lost': true,
  'neighbour:turned-away': true,
  'neighbour:missed': true,
  'neighbour:dead': true,
  'neighbour:cut': true,
  'neighbour:refuses': true,
  'gossip:limited': true,
  'gossip:refused': true,
  'window:closed': true,
  'report:acknowledged': true,
  'report:refused': true,
  'report:checked': true,
  'entry:changed': true,
  'health:changed': true,
  'roster:changed': true,
  'budget:spent': true,
  'writes:dropped': true,
  alarm: true,
  'peer:fault': true,
  'trusted:reached': true,
  'trusted:lost': true,
  'report:stored': true,
  'case:opened': true,
  'case:closed': true,
  'finding:signed': true,
  'verdict:signed': true,
  'verdict:refused': true,
  'certificate:made': true,
  'reinstatement:asked': true,
  'erasure:refused': true,
  'standing:changed': true
}

/** The names of all events. A name that is missing here does not compile. */
export const EVENT_NAMES: readonly string[] = Object.freeze(Object.keys(NAMES))

export type FindingOutcome = 'failed' | 'not confirmed'
export type StandingState = 'unknown' | 'good' | 'watched' | 'suspect' | 'evicted'
