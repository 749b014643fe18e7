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
  /** The hash of what was signed, as text. */
  readonly id: string
}

/** The newest finding of each node about each subject and dimension. If there are too many, the one that was added longest ago goes first. */
export class FindingBook {
  readonly #byKey = new Map<string, Map<PeerIdString, Finding>>()
  readonly #liveWindows: number
  readonly #mostSubjects: number

  constructor(liveWindows: number, mostSubjects = 4_096) {
    this.#liveWindows = liveWindows
    this.#mostSubjects = mostSubjects
  }

  /** Adds a finding. Returns false if it is no news: older than the one held, or `not confirmed` after `failed` in the same window. */
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

  /** Forgets findings that are no longer live, and those of nodes that are no longer in the roster. */
  prune(now: WindowNumber, isMember: (node: PeerIdString) => boolean): void {
    for (const [key, byNode] of this.#byKey) {
      for (const [node, { window }] of byNode) if (!isMember(node) || !this.#isLive(window, now)) byNode.delete(node)
      if (byNode.size === 0) this.#byKey.delete(key)
    }
  }

  /** An eviction or a reinstatement took force. What led to it must not lead to the next one. */
  forget(subject: PeerIdString, dimension: EvictableDimension): void {
    this.#byKey.delete(caseKey(subject, dimension))
  }

  /** Erases what was found up to this window. */
  erase(subject: PeerIdString, dimension: EvictableDimension, throughWindow: WindowNumber): void {
    const byNode = this.#byKey.get(caseKey(subject, dimension))
    for (const [node, { window }] of byNode ?? []) if (window <= throughWindow) byNode?.delete(node)
    if (byNode?.size === 0) this.#byKey.delete(caseKey(subject, dimension))
  }

  #isLive(window: WindowNumber, now: WindowNumber): boolean {
    return window > now - this.#liveWindows
  }
}

function isNewer(a: Finding, b: Finding): boolean {
  if (a.window !== b.window) return a.window > b.window
  return a.outcome === 'failed' && b.outcome === 'not confirmed'
}
