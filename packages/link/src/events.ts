import type { PeerId } from '@libp2p/interface'
import type { ServicesErrorCode } from './errors.ts'
import type { Health } from './local-health.ts'
import type { Dimension, EvictableDimension, Observation, WindowNumber } from '@peerwatch/model'
import type { BudgetName } from './budgets.ts'
import type { ChangedTerm } from './roster-changes.ts'

/**
 * Why a gossip message was dropped: a signature that is wrong, or none; an author who is named otherwise than by his peer id, or not by the key
 * that came along; a number that has not 8 bytes; more data than passes everywhere.
 */
export const GOSSIP_REFUSALS = ['signature', 'unsigned', 'author', 'number', 'too-large'] as const

export type GossipRefusal = (typeof GOSSIP_REFUSALS)[number]

export type RegistryState = 'alone' | 'degraded' | 'registered'

/**
 * `group`: the registry is full, and one of the largest group was turned away. `introduced`: another seed has introduced its part of all.
 * `departures`: more peers left than can be told of; one of the group that has most of them is not told of. `death-tests`: a group has had its share of
 * the tests of a window. `streams`: all streams are in use, and one of the largest group was ended or turned away. `dial-backs`: too many wait to be
 * dialled back, and one of the group that has most of them is not dialled now.
 */
export const REGISTRY_BOUNDS = ['group', 'introduced', 'departures', 'death-tests', 'streams', 'dial-backs'] as const
export type RegistryBound = (typeof REGISTRY_BOUNDS)[number]

/**
 * Bounds of decision 0014. `step`: this node's time is to go further than it may in one window. `missed-windows`: it was away for more windows than are
 * announced. `too-few-clocks`: what cannot be taken back waits, since fewer clocks than the quorum were heard. `ahead`: a record was turned away that no
 * clock of the quorum has come near.
 */
export const TIME_BOUNDS = ['step', 'missed-windows', 'too-few-clocks', 'ahead'] as const
export type TimeBound = (typeof TIME_BOUNDS)[number]

/**
 * Everything that a node tells its application; JSON lines, metrics and the live view are made from these.
 *
 * Peers are `PeerId`s. `window` is the number of a window (0 began with 1970), `…AtMs` an instant in ms since the Unix epoch.
 */
export interface PeerwatchEvents {
  /** A certificate took force here: from now to `expiresAtMs` the peer is refused, unless `enforce` or `neverEvict` says otherwise. `signers` are trusted nodes. */
  'peer:evicted': CustomEvent<{
    peer: PeerId
    dimension: EvictableDimension
    reason: string
    issuedAtMs: number
    expiresAtMs: number
    serial: number
    signers: PeerId[]
  }>
  /** An eviction ended: expired, reversed, or its signers left the roster. */
  'peer:reinstated': CustomEvent<{ peer: PeerId; reason: string }>
  /** The operator overrode an eviction, or took that back. */
  'peer:allowed': CustomEvent<{ peer: PeerId; allowed: boolean }>
  /** Seeds tested a dead peer and took it off the registry. */
  'peer:removed': CustomEvent<{ peer: PeerId; seeds: PeerId[]; window: WindowNumber }>
  /** It left in order, as its signed goodbye says. */
  'peer:goodbye': CustomEvent<{ peer: PeerId }>
  /** On seeds only. */
  'peer:registered': CustomEvent<{ peer: PeerId; group: string; isNew: boolean }>
  /** On seeds: a guest is listed, by the word of an operator, of `network.json` or of another seed; `isNew` where it was not listed before. */
  'guest:admitted': CustomEvent<{ peer: PeerId; expiresAtMs: number; isNew: boolean }>
  /** On seeds: an operator took a guest back, here or at another seed. One that is dead is told by `peer:removed`. */
  'guest:taken-back': CustomEvent<{ peer: PeerId }>
  /** On seeds: a bound of the registry was met. */
  'registry:limited': CustomEvent<{ bound: RegistryBound }>
  /** What clocks say met a bound: once a window at most, or once for each record. */
  'time:limited': CustomEvent<{ bound: TimeBound }>
  /** On seeds: a report of a dead peer came, and one of the tests of it ended. */
  'dead:reported': CustomEvent<{ peer: PeerId; by: PeerId }>
  'dead:tested': CustomEvent<{ peer: PeerId; tests: number; answered: boolean }>
  /** `alone`: registered at no seed; `degraded`: at fewer than ⌊n/2⌋ + 1, the node works and keeps trying; `registered`. */
  'registry:state': CustomEvent<{ state: RegistryState; seeds: PeerId[] }>
  /**
   * A seed cannot be used, for another reason than before: `no-route`: none of its addresses answers; `other-key`: another peer answers there;
   * `refused`, `timeout` or `closed`: it answers, and does not register this node. `reason` says per address why. The node goes on trying.
   */
  'seed:failed': CustomEvent<{ seed: PeerId; code: ServicesErrorCode; reason: string }>
  'neighbour:connected': CustomEvent<{ peer: PeerId; direction: 'inbound' | 'outbound' }>
  /** The link is gone; `goodbye` tells a clean leave from one that stays under watch. */
  'neighbour:lost': CustomEvent<{ peer: PeerId; goodbye: boolean }>
  /**
   * This node ended the link: it has as many as it takes and this one served worst (`full`); nothing came over it for long (`silent`); it was to
   * see whether the peer answers (`tried`); or another own link is better (`replaced`).
   */
  'neighbour:turned-away': CustomEvent<{ peer: PeerId; why: 'full' | 'silent' | 'tried' | 'replaced' }>
  /** A ping or redial without an answer, `misses` in a row. */
  'neighbour:missed': CustomEvent<{ peer: PeerId; misses: number }>
  /** As many misses as the network's preset allows: the seeds are told, and test for themselves. */
  'neighbour:dead': CustomEvent<{ peer: PeerId; misses: number }>
  /** This node saw the evidence of a finding itself, ended the link, and refuses the peer before window `untilWindow`. */
  'neighbour:cut': CustomEvent<{ peer: PeerId; dimension: EvictableDimension; evidence: string; untilWindow: WindowNumber }>
  /** A neighbour says that it cut this node, for what it saw of it in this dimension, and refuses it for a while. Its word alone: nobody has checked it. */
  'neighbour:refuses': CustomEvent<{ peer: PeerId; dimension: EvictableDimension }>
  /** In the window before `window` this neighbour handed over more gossip than the limit: so much of it was dropped unread (in a dry run: would have been). */
  'gossip:limited': CustomEvent<{ peer: PeerId; window: WindowNumber; messages: number; bytes: number }>
  /** So many messages of the window before `window` were dropped, by reason; nobody is blamed for one, since implementations differ in what they take. */
  'gossip:refused': CustomEvent<{ window: WindowNumber; messages: Readonly<Partial<Record<GossipRefusal, number>>> }>
  /** A window ended: what was observed of each neighbour in it. `subject` is text, since it goes into reports as it is. */
  'window:closed': CustomEvent<{ window: WindowNumber; observations: Observation[] }>
  /** A report is on the disks of two trusted nodes (one in a tier of one). */
  'report:acknowledged': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId }>
  /** It is not sent again; `reason` is a word of docs/protocol.md. */
  'report:refused': CustomEvent<{ subject: PeerId; window: WindowNumber; entry: PeerId; reason: string }>
  /** Which trusted node takes the reports now; undefined: none can be reached, reports are kept. */
  'entry:changed': CustomEvent<{ entry: PeerId | undefined }>
  /** This node's own loop is late, or on time again; `factor` is by how much its time-outs are wider than usual. */
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
  'standing:changed': true
}

/** Of all events; one that is missing here does not compile. */
export const EVENT_NAMES: readonly string[] = Object.freeze(Object.keys(NAMES))

export type FindingOutcome = 'failed' | 'not confirmed'
export type StandingState = 'unknown' | 'good' | 'watched' | 'suspect' | 'evicted'
