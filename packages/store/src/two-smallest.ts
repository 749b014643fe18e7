import type { RecordOutcome } from '@peerwatch/model'

/** Two records show that their author contradicted itself; more would let it fill the disk. */
const KEPT = 2

export interface Settled {
  readonly put: readonly string[]
  readonly remove: readonly string[]
  /** One per offered id, in the order offered. */
  readonly outcomes: readonly RecordOutcome[]
}

/**
 * Which of the ids in one slot remain: the two smallest of all that were ever offered, in whatever order they came.
 *
 * @param stored - ids on disk
 * @param offered - ids to write, repeats allowed
 */
export function twoSmallest(stored: readonly string[], offered: readonly string[]): Settled {
  const before = new Set(stored)
  const kept = new Set([...new Set([...stored, ...offered])].toSorted(byCodeUnits).slice(0, KEPT))
  const seen = new Set(before)
  const outcomes = offered.map((id): RecordOutcome => {
    if (!kept.has(id)) return 'conflict'
    if (seen.has(id)) return 'known'
    seen.add(id)
    return stored.length > 0 || offered[0] !== id ? 'second' : 'stored'
  })
  return { put: [...kept].filter(id => !before.has(id)), remove: stored.filter(id => !kept.has(id)), outcomes }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
