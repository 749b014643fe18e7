import { caseKey } from './case-key.ts'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { ReputationOptions } from './options.ts'

export type CaseOptions = Pick<ReputationOptions, 'caseWindows' | 'restWindows' | 'nextExaminerWindows' | 'mostQueued'>

/** A suspect that waits for a case. */
export interface Candidate {
  readonly subject: PeerIdString
  readonly dimension: EvictableDimension
  /** The accusing groups. */
  readonly groups: readonly string[]
  readonly weight: number
  /** A watcher of the tier saw it: the suspect neither waits in the queue nor rests. */
  readonly firstHand: boolean
}

interface Queued extends Candidate {
  readonly sinceWindow: WindowNumber
  readonly lastWindow: WindowNumber
}

/** Why a case got its place. Half of the places go by weight and half by age; cases that were seen first-hand or announced by others come besides. */
export type Lane = 'weight' | 'age' | 'first-hand' | 'announced'

export type CaseOutcome = 'evicted' | 'acquitted' | 'expired'

export interface Case extends Candidate {
  readonly openedWindow: WindowNumber
  readonly lane: Lane
  /** So many of the examiners, in order, are to look. */
  readonly askedCount: number
  /** When an examiner was last asked, or gave a result. */
  readonly progressWindow: WindowNumber
  /** Since when there are enough findings for a certificate. */
  readonly readyWindow: WindowNumber | undefined
}

/** The rest after acquittals: the accusations of these groups count for nothing, each until its own window. */
interface Rest {
  readonly groups: ReadonlyMap<string, WindowNumber>
  readonly acquittals: readonly WindowNumber[]
}

export interface Admission {
  readonly candidate: Candidate
  readonly lane: Lane
}

export interface JoinedCase {
  readonly openedWindow: WindowNumber
  readonly lane: Lane
  /** How many examiners are asked at once: k + 1. */
  readonly askedCount: number
}

/** A suspect stays in the queue for so many windows after the last accusation. */
const STALE_WINDOWS = 3

/** The cases of one trusted node: a bounded queue of suspects, the open cases, and the subjects at rest. Deterministic: windows are arguments. */
export class CaseBook {
  readonly #queue = new Map<string, Queued>()
  readonly #open = new Map<string, Case>()
  readonly #resting = new Map<string, Rest>()
  readonly #options: CaseOptions

  constructor(options: CaseOptions) {
    this.#options = options
  }

  open(): Case[] {
    return [...this.#open.values()]
  }

  find(subject: PeerIdString, dimension: EvictableDimension): Case | undefined {
    return this.#open.get(caseKey(subject, dimension))
  }

  /** Whether an acquittal of this subject has silenced a group: the tier has already looked at the group's accusation. */
  atRest(subject: PeerIdString, dimension: EvictableDimension, now: WindowNumber): (group: string) => boolean {
    const rest = this.#resting.get(caseKey(subject, dimension))
    return group => (rest?.groups.get(group) ?? now) > now
  }

  /** Whether acquittals protect this subject from a case with these accusers. One accuser without a rest is enough to end the protection. */
  isResting({ subject, dimension, groups, firstHand }: Candidate, now: WindowNumber): boolean {
    return !firstHand && this.#acquittals(caseKey(subject, dimension), now) > 0 && groups.every(this.atRest(subject, dimension, now))
  }

  /** Puts a suspect into the queue, or renews what is known of a suspect that waits or has an open case. */
  accuse(candidate: Candidate, now: WindowNumber): 'open' | 'queued' | 'waiting' {
    const key = caseKey(candidate.subject, candidate.dimension)
    const open = this.#open.get(key)
    if (open != null) {
      this.#open.set(key, merged(open, candidate))
      return 'open'
    }
    const known = this.#queue.get(key)
    // a subject that was acquitted lately comes after those that nobody has looked at
    const weight = candidate.weight / (1 + this.#acquittals(key, now))
    const firstHand = candidate.firstHand || known?.firstHand === true
    this.#queue.set(key, { ...candidate, weight, firstHand, sinceWindow: known?.sinceWindow ?? now, lastWindow: now })
    if (this.#queue.size > this.#options.mostQueued) this.#queue.delete(caseKeyOf(this.#leastUrgent()))
    return known == null ? 'queued' : 'waiting'
  }

  /** If the queue is full, the lightest of its younger half goes. So nobody can crowd out the heaviest or the oldest. */
  #leastUrgent(): Queued {
    const youngest = [...this.#queue.values()].toSorted((a, b) => b.sinceWindow - a.sinceWindow).slice(0, Math.ceil(this.#queue.size / 2))
    return youngest.reduce((least, next) => (isBefore(least, next, byWeight) ? next : least))
  }

  /**
   * The suspects that get a case now. A suspect that was seen first-hand always gets one.
   *
   * Keeps R7: each half of the places of accused peers is filled by its own rule.
   */
  admissions(now: WindowNumber, capacity: number): Admission[] {
    for (const [key, { lastWindow }] of this.#queue) if (lastWindow < now - STALE_WINDOWS) this.#queue.delete(key)
    const waiting = new Map(this.#queue)
    const admitted: Admission[] = []
    const take = (candidate: Queued, lane: Lane): void => {
      waiting.delete(caseKeyOf(candidate))
      admitted.push({ candidate, lane })
    }
    for (const candidate of this.#queue.values()) if (candidate.firstHand) take(candidate, 'first-hand')
    const fill = (lane: 'weight' | 'age', places: number, order: Order): void => {
      const free = places - this.open().filter(open => open.lane === lane).length
      for (const candidate of [...waiting.values()].toSorted((a, b) => (isBefore(a, b, order) ? -1 : 1)).slice(0, Math.max(0, free))) take(candidate, lane)
    }
    fill('weight', Math.ceil(capacity / 2), byWeight)
    fill('age', Math.floor(capacity / 2), byAge)
    return admitted
  }

  /** Opens a case, or learns that another node opened it earlier. */
  begin(candidate: Candidate, joined: JoinedCase): Case {
    const key = caseKey(candidate.subject, candidate.dimension)
    this.#queue.delete(key)
    const known = this.#open.get(key)
    const { subject, dimension, groups, weight, firstHand } = candidate
    const begun: Case =
      known == null
        ? { subject, dimension, groups: [...groups].toSorted(), weight, firstHand, ...joined, progressWindow: joined.openedWindow, readyWindow: undefined }
        : { ...merged(known, candidate), openedWindow: Math.min(known.openedWindow, joined.openedWindow) }
    this.#open.set(key, begun)
    return begun
  }

  /** Call it when a finding about this case came. */
  progressed(subject: PeerIdString, dimension: EvictableDimension, now: WindowNumber): void {
    this.#update(subject, dimension, { progressWindow: now })
  }

  /**
   * Brings the open cases up to date. After every three windows without a result it asks the next examiner, and a case with enough findings becomes
   * ready.
   *
   * @param failedCount - live `failed` findings by distinct members of the roster
   */
  advance(now: WindowNumber, examinersCount: number, quorum: number, failedCount: (open: Case) => number): void {
    for (const open of this.open()) {
      const isReady = failedCount(open) >= quorum
      if (isReady !== (open.readyWindow != null)) this.#update(open.subject, open.dimension, { readyWindow: isReady ? now : undefined })
      if (now - open.progressWindow < this.#options.nextExaminerWindows || open.askedCount >= examinersCount) continue
      this.#update(open.subject, open.dimension, { askedCount: open.askedCount + 1, progressWindow: now })
    }
    for (const [key, { acquittals }] of this.#resting) if (acquittals.every(until => now >= until)) this.#resting.delete(key)
  }

  isExpired(open: Case, now: WindowNumber): boolean {
    return now >= open.openedWindow + this.#options.caseWindows
  }

  /** Ends a case. An acquittal gives rest from the groups that accused in it, and from no others. */
  close(subject: PeerIdString, dimension: EvictableDimension, outcome: CaseOutcome, now: WindowNumber): Case | undefined {
    const key = caseKey(subject, dimension)
    const closed = this.#open.get(key)
    this.#open.delete(key)
    this.#queue.delete(key)
    if (closed == null || outcome !== 'acquitted') return closed
    const rest = this.#resting.get(key)
    const until = now + this.#options.restWindows
    const stillAtRest = [...(rest?.groups ?? [])].filter(([, untilWindow]) => untilWindow > now)
    this.#resting.set(key, {
      groups: new Map([...stillAtRest, ...closed.groups.map(group => [group, until] as const)]),
      acquittals: [...(rest?.acquittals ?? []).filter(each => each > now), until]
    })
    return closed
  }

  /** Forgets a suspect that waits, and its rest. An open case stays. */
  forget(subject: PeerIdString, dimension: EvictableDimension): void {
    const key = caseKey(subject, dimension)
    this.#queue.delete(key)
    this.#resting.delete(key)
  }

  #acquittals(key: string, now: WindowNumber): number {
    return this.#resting.get(key)?.acquittals.filter(until => until > now).length ?? 0
  }

  #update(subject: PeerIdString, dimension: EvictableDimension, change: Partial<Case>): void {
    const open = this.find(subject, dimension)
    if (open != null) this.#open.set(caseKey(subject, dimension), { ...open, ...change })
  }
}

type Order = (a: Queued, b: Queued) => number

const byWeight: Order = (a, b) => b.weight - a.weight || a.sinceWindow - b.sinceWindow
const byAge: Order = (a, b) => a.sinceWindow - b.sinceWindow || b.weight - a.weight

function isBefore(a: Queued, b: Queued, order: Order): boolean {
  const difference = order(a, b)
  return difference === 0 ? caseKeyOf(a) < caseKeyOf(b) : difference < 0
}

function caseKeyOf({ subject, dimension }: Candidate): string {
  return caseKey(subject, dimension)
}

function merged(open: Case, { groups, weight, firstHand }: Candidate): Case {
  return {
    ...open,
    groups: [...new Set([...open.groups, ...groups])].toSorted(),
    weight: Math.max(open.weight, weight),
    firstHand: open.firstHand || firstHand
  }
}
