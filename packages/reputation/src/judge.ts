import { BoundedMap, EXAMINER_PERIOD_WINDOWS, windowAt } from '@peerwatch/model'
import { CaseBook } from './case-book.ts'
import { EvidenceBook } from './evidence.ts'
import { FindingBook } from './finding-book.ts'
import { LookBook } from './look-book.ts'
import { SeenBook } from './seen-book.ts'
import { examinerOrder } from './examiners.ts'
import { uncheckedReporter } from './credibility.ts'
import type { PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { ExaminerDigest } from './examiners.ts'
import type { Credibility } from './credibility.ts'
import type { Finding } from './finding-book.ts'
import type { ReputationOptions } from './options.ts'
import type { StandingState } from './standing.ts'
import type { ToldStanding } from './standings.ts'
import type { WeightOf } from './suspicion.ts'
import type { EvictionHistory } from './verdict.ts'

/** What the judge needs to know from outside when an event comes. It has no clock, and keeps no copy of what other parts know better. */
export interface Surroundings {
  /** The present window. */
  readonly window: WindowNumber
  readonly roster: { readonly version: number; readonly trusted: readonly PeerIdString[]; readonly quorum: number }
  /** The node's own watchers that have a link to it. */
  readonly watchers: readonly PeerIdString[]
  /** This node has been late for long. Its looks may miss much, so others look first. */
  readonly isOverloaded: boolean
  readonly registeredCount: number
  /** Whether the peer is a seed, a member of the roster, or allowed by the operator. The node would propose such peers again and again. */
  readonly isImmune: (peer: PeerIdString) => boolean
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  /** Whether a certificate against the peer is in force. */
  readonly isEvicted: (peer: PeerIdString) => boolean
  readonly history: (peer: PeerIdString) => EvictionHistory
}

export interface JudgeInit {
  readonly self: PeerIdString
  readonly windowMs: number
  readonly options: ReputationOptions
  readonly rng: Rng
  readonly digest: ExaminerDigest
  readonly findingId: (finding: Omit<Finding, 'id'>) => string
  /** By the ledger. Without it, every reporter counts as one that was never checked. */
  readonly credibilityOf?: (reporter: PeerIdString) => Credibility
}

/** All that one trusted node judges by. Only `step` changes it. */
export interface Judge extends JudgeInit {
  /** The weight of a reporter's observations in a standing. */
  readonly weightOf: WeightOf
  /** The weight of its accusations. */
  readonly voiceOf: WeightOf
  readonly evidence: EvidenceBook
  readonly cases: CaseBook
  readonly findings: FindingBook
  readonly looks: LookBook
  readonly seenBooks: Map<PeerIdString, SeenBook>
  readonly orders: BoundedMap<string, readonly PeerIdString[]>
  /** The subjects of reports since the last review. */
  readonly heard: Set<PeerIdString>
  /** How many subjects each group accused at the last review. */
  readonly accusations: Map<string, number>
  /** The trusted node that announced a case, by the case's key. */
  readonly announcedBy: Map<string, PeerIdString>
  /** The window in which this node last proposed an eviction, by the case's key. */
  readonly proposals: Map<string, WindowNumber>
  /** The peers whose eviction this node signed in this window. */
  readonly signed: { window: WindowNumber; readonly subjects: Set<PeerIdString> }
  readonly told: BoundedMap<PeerIdString, readonly ToldStanding[]>
  readonly states: BoundedMap<PeerIdString, StandingState>
}

const REMEMBERED_ORDERS = 1_024
/** For so many subjects the judge remembers the earlier standings. It tells nothing about others. */
const REMEMBERED_STANDINGS = 20_000

export function judge(init: JudgeInit): Judge {
  const { options, credibilityOf = () => uncheckedReporter(options) } = init
  return {
    ...init,
    weightOf: reporter => credibilityOf(reporter).weight,
    voiceOf: reporter => credibilityOf(reporter).voice,
    evidence: new EvidenceBook(options),
    cases: new CaseBook(options),
    findings: new FindingBook(options.findingLiveWindows),
    looks: new LookBook(),
    seenBooks: new Map(),
    orders: new BoundedMap(REMEMBERED_ORDERS),
    heard: new Set(),
    accusations: new Map(),
    announcedBy: new Map(),
    proposals: new Map(),
    signed: { window: -1, subjects: new Set() },
    told: new BoundedMap(REMEMBERED_STANDINGS),
    states: new BoundedMap(REMEMBERED_STANDINGS)
  }
}

export function seenBy({ seenBooks, options }: Judge, watcher: PeerIdString): SeenBook {
  const book = seenBooks.get(watcher) ?? new SeenBook(options.dimensions.evidenceWindows + options.caseWindows)
  seenBooks.set(watcher, book)
  return book
}

/** The trusted nodes that examine the subject, in order. */
export function examiners({ orders, digest }: Judge, at: Surroundings, subject: PeerIdString, openedWindow: WindowNumber): readonly PeerIdString[] {
  const key = `${at.roster.version} ${Math.floor(openedWindow / EXAMINER_PERIOD_WINDOWS)} ${subject}`
  const order = orders.get(key) ?? examinerOrder(at.roster.trusted, subject, openedWindow, digest)
  orders.set(key, order)
  return order
}

/** Whether a reinstatement since this window voids what was seen of the peer in it. */
export function isForgiven({ windowMs }: Judge, at: Surroundings, peer: PeerIdString, window: WindowNumber): boolean {
  const { reinstatedAtMs } = at.history(peer)
  return reinstatedAtMs != null && window <= windowAt(reinstatedAtMs, windowMs)
}

/** A reinstatement took force. What led to the eviction must not lead to the next one. */
export function forgive({ cases, evidence, findings, seenBooks, options }: Judge, at: Surroundings, peer: PeerIdString): void {
  evidence.forget(peer)
  for (const dimension of options.dimensions.evictable) {
    findings.forget(peer, dimension)
    // what waited in the queue while the peer was evicted
    cases.close(peer, dimension, 'expired', at.window)
    for (const book of seenBooks.values()) book.forget(peer, dimension)
  }
}

/** Whether no case may be about this peer now. */
export function isBeyond(at: Surroundings, peer: PeerIdString): boolean {
  return at.isImmune(peer) || at.isOwnWatcher(peer) || at.isEvicted(peer)
}
