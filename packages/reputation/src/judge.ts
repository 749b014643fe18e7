import { BoundedMap, EXAMINER_PERIOD_WINDOWS } from '@peerwatch/model'
import { CaseBook } from './case-book.ts'
import { EvidenceBook } from './evidence.ts'
import { FindingBook } from './finding-book.ts'
import { LookBook } from './look-book.ts'
import { SeenBook } from './seen-book.ts'
import { examinerOrder } from './examiners.ts'
import type { PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { ExaminerDigest } from './examiners.ts'
import type { Finding } from './finding-book.ts'
import type { ReputationOptions } from './options.ts'
import type { StandingState } from './standing.ts'
import type { ToldStanding } from './standings.ts'
import type { WeightOf } from './suspicion.ts'
import type { EvictionHistory } from './verdict.ts'

/** How things stand outside of the judge when an event comes: it has no clock, and keeps no copy of what others know better. */
export interface Surroundings {
  /** The window that is under way. */
  readonly window: WindowNumber
  readonly roster: { readonly version: number; readonly trusted: readonly PeerIdString[]; readonly quorum: number }
  /** Own watchers that have a link to this node. */
  readonly watchers: readonly PeerIdString[]
  /** This node has been late for long: what its looks miss says little, so that others look first. */
  readonly isOverloaded: boolean
  readonly registeredCount: number
  /** Seeds, members of the roster, and whom the operator allows: this node would propose those again and again. */
  readonly isImmune: (peer: PeerIdString) => boolean
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  /** A certificate is in force. */
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
}

/** All that one trusted node judges by. Only `step` changes it. */
export interface Judge extends JudgeInit {
  readonly weightOf: WeightOf
  readonly evidence: EvidenceBook
  readonly cases: CaseBook
  readonly findings: FindingBook
  readonly looks: LookBook
  readonly seenBooks: Map<PeerIdString, SeenBook>
  readonly orders: BoundedMap<string, readonly PeerIdString[]>
  /** Of whom something was heard since the last review. */
  readonly heard: Set<PeerIdString>
  /** How many subjects each group accuses, as of the last review. */
  readonly accusations: Map<string, number>
  /** Which trusted node announced a case, by the case's key. */
  readonly announcedBy: Map<string, PeerIdString>
  /** The window in which this node proposed an eviction last, by the case's key. */
  readonly proposals: Map<string, WindowNumber>
  /** Whose eviction this node signed in this window. */
  readonly signed: { window: WindowNumber; readonly subjects: Set<PeerIdString> }
  readonly told: BoundedMap<PeerIdString, readonly ToldStanding[]>
  readonly states: BoundedMap<PeerIdString, StandingState>
}

const REMEMBERED_ORDERS = 1_024
/** Subjects whose earlier standings are remembered; of others nothing is told. */
const REMEMBERED_STANDINGS = 20_000

export function judge(init: JudgeInit): Judge {
  const { options } = init
  return {
    ...init,
    // until the ledger exists every reporter is one that was never checked
    weightOf: () => options.uncheckedCredibility,
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

/** Who examines the subject, in order. */
export function examiners({ orders, digest }: Judge, at: Surroundings, subject: PeerIdString, openedWindow: WindowNumber): readonly PeerIdString[] {
  const key = `${at.roster.version} ${Math.floor(openedWindow / EXAMINER_PERIOD_WINDOWS)} ${subject}`
  const order = orders.get(key) ?? examinerOrder(at.roster.trusted, subject, openedWindow, digest)
  orders.set(key, order)
  return order
}

/** Whether no case may be about this peer, now. */
export function isBeyond(at: Surroundings, peer: PeerIdString): boolean {
  return at.isImmune(peer) || at.isOwnWatcher(peer) || at.isEvicted(peer)
}
