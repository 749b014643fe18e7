import { caseKey } from './case-key.ts'
import type { Counts, EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { FindingOutcome } from './examine.ts'

/** A trusted node's first-hand result. */
export interface Finding extends Counts {
  readonly subject: PeerIdString
  readonly dimension: EvictableDimension
  readonly outcome: FindingOutcome
  readonly by: PeerIdString
  readonly window: WindowNumber
  readonly controls: number
  readonly controlsPassed: number
  /** Hash of what was signed, as text. */
  readonly id: string
}

/** The newest finding of each node about each subject and dimension; bounded, the one added longest ago goes first. */
export class FindingBook {
  readonly #byKey = new Map<string, Map<PeerIdString, Finding>>()
  readonly #liveWindows: number
  readonly #mostSubjects: number

  constructor(liveWindows: number, mostSubjects = 4_096) {
    this.#liveWindows = liveWindows
    this.#mostSubjects = mostSubjects
  }

  /** False for one that is no news: older than the one held, or `not confirmed` after `failed` in the same window. */
  add(finding: Finding): boolean {
    const key = caseKey(finding.subject, finding.dimension)
    const byNode = this.#byKey.get(key) ?? new Map<PeerIdString, Finding>()
    const known = byNode.get(finding.by)
    if (known != null && !isNewer(finding, known)) return false
    this.#byKey.delete(key)
    this.#byKey.set(key, byNode)
    byNode.set(finding.by, finding)
    if (this.#byKey.size > this.#mostSubjects) this.#byKey.delete(this.#byKey.keys().next().value!)
    return true
  }

  live(subject: PeerIdString, dimension: EvictableDimension, now: WindowNumber): Finding[] {
    return [...(this.#byKey.get(caseKey(subject, dimension))?.values() ?? [])].filter(({ window }) => this.#isLive(window, now))
  }

  of(by: PeerIdString, subject: PeerIdString, dimension: EvictableDimension, now: WindowNumber): Finding | undefined {
    return this.live(subject, dimension, now).find(finding => finding.by === by)
  }

  /** Forgets what is no longer live, and whoever is not in the roster any more. */
  prune(now: WindowNumber, isMember: (node: PeerIdString) => boolean): void {
    for (const [key, byNode] of this.#byKey) {
      for (const [node, { window }] of byNode) if (!isMember(node) || !this.#isLive(window, now)) byNode.delete(node)
      if (byNode.size === 0) this.#byKey.delete(key)
    }
  }

  /** An eviction took force: what led to it must not lead to the next. */
  forget(subject: PeerIdString, dimension: EvictableDimension): void {
    this.#byKey.delete(caseKey(subject, dimension))
  }

  #isLive(window: WindowNumber, now: WindowNumber): boolean {
    return window > now - this.#liveWindows
  }
}

function isNewer(a: Finding, b: Finding): boolean {
  if (a.window !== b.window) return a.window > b.window
  return a.outcome === 'failed' && b.outcome === 'not confirmed'
}
