import { candidatesOf, DEFAULT_COPIES } from './candidates.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Partition } from './partition.ts'
import type { NodeRange } from './range.ts'

/** Places that a node is to hold by the new partition, and cannot be known to hold yet. */
export interface Gain extends NodeRange {
  /** Whose they were: of these so many must be read that no acknowledged record can be missed (`readsNeeded`). */
  readonly former: readonly PeerIdString[]
}

/** How many candidates must take a record before it counts as written. */
export function writesNeeded(candidates: readonly PeerIdString[], copies = DEFAULT_COPIES): number {
  return Math.min(copies, candidates.length)
}

/** How many candidates must be read so that one of them has what was written: it may be missing at all the others. */
export function readsNeeded(candidates: readonly PeerIdString[], copies = DEFAULT_COPIES): number {
  return candidates.length === 0 ? 0 : candidates.length - writesNeeded(candidates, copies) + 1
}

/**
 * What unsettled moves give to whom. A list that grows shorter is a gain for those who stay too: fewer of them are read, so each must have all.
 * Nothing where all moves are settled.
 */
export function gainsOf(view: Partition, copies = DEFAULT_COPIES): Gain[] {
  if (view.formerRing == null) return []
  const starts = [...new Set([...view.ring, ...view.formerRing].map(({ start }) => start))].toSorted()
  return starts.flatMap((from, index) => {
    const { current, former } = candidatesOf(view, from, copies)
    const to = starts[(index + 1) % starts.length]!
    const gaining = current.filter(node => former.length > 0 && (!former.includes(node) || current.length < former.length))
    return gaining.map(node => ({ node, from, to, empty: false, former }))
  })
}
