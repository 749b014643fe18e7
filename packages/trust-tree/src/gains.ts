import { candidatesOf, DEFAULT_COPIES } from './candidates.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Candidates } from './candidates.ts'
import type { Partition } from './partition.ts'
import type { NodeRange } from './range.ts'

/** Places that have the same candidates, both now and before an unsettled move. `node` owns them. */
export interface Piece extends NodeRange, Candidates {}

/** The key space, cut wherever a range begins or began. */
export function piecesOf(view: Partition, copies = DEFAULT_COPIES): Piece[] {
  const starts = [...new Set([...view.ring, ...(view.formerRing ?? [])].map(({ start }) => start))].toSorted()
  return starts.flatMap((from, index): Piece[] => {
    const { current, former } = candidatesOf(view, from, copies)
    const [node] = current
    return node == null ? [] : [{ node, from, to: starts[(index + 1) % starts.length]!, empty: false, current, former }]
  })
}

/** Places that a node is to hold by the new partition, and that it may not hold completely yet. */
export interface Gain extends NodeRange {
  /** The nodes that held the places before. The node must read so many of them that it misses no acknowledged record (`readsNeeded`). */
  readonly former: readonly PeerIdString[]
}

/** How many candidates must take a record before it counts as written. */
export function writesNeeded(candidates: readonly PeerIdString[], copies = DEFAULT_COPIES): number {
  return Math.min(copies, candidates.length)
}

/** How many candidates must be read so that at least one of them has whatever was written. All others may lack it. */
export function readsNeeded(candidates: readonly PeerIdString[], copies = DEFAULT_COPIES): number {
  return candidates.length === 0 ? 0 : candidates.length - writesNeeded(candidates, copies) + 1
}

/**
 * What unsettled moves give to which node; empty if all moves are settled.
 *
 * A candidate that becomes owner or first copy gains too: it was third in line, and such a node may lack a record. If the list grows shorter, the nodes
 * that stay gain as well: others read fewer of them, so each must have all records.
 */
export function gainsOf(view: Partition, copies = DEFAULT_COPIES): Gain[] {
  if (view.formerRing == null) return []
  return piecesOf(view, copies).flatMap(({ from, to, current, former }) => {
    const isNew = (node: PeerIdString): boolean => !former.includes(node) || (current.indexOf(node) < copies && former.indexOf(node) >= copies)
    const gaining = current.filter(node => former.length > 0 && (isNew(node) || current.length < former.length))
    return gaining.map(node => ({ node, from, to, empty: false, former }))
  })
}
