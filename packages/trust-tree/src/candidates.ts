import type { PeerIdString, Place } from '@peerwatch/model'
import { slotOf } from './partition.ts'
import type { Partition, Slot } from './partition.ts'

/** An acknowledgement needs so many durable copies. More copies survive more losses, and cost as many writes. Source: docs/design.md, "The trust tree". */
export const DEFAULT_COPIES = 2

/** The nodes that may hold a place. */
export interface Candidates {
  /** The owner, then the next `copies` predecessors on the ring; fewer if the ring is shorter. An acknowledgement and a read need `copies` of these. */
  readonly current: readonly PeerIdString[]
  /** The candidates before an unsettled move, if they differ: nodes write to them too, and read from them. Otherwise empty. */
  readonly former: readonly PeerIdString[]
}

const NOBODY: readonly PeerIdString[] = []

export function candidatesOf(view: Partition, place: Place, copies = DEFAULT_COPIES): Candidates {
  const current = listOf(view.ring, place, copies)
  if (view.formerRing == null) return { current, former: NOBODY }
  const former = listOf(view.formerRing, place, copies)
  const same = former.length === current.length && former.every((node, index) => node === current[index])
  return { current, former: same ? NOBODY : former }
}

function listOf(ring: readonly Slot[], place: Place, copies: number): PeerIdString[] {
  const owner = slotOf(ring, place)
  const count = Math.min(ring.length, copies + 1)
  return Array.from({ length: count }, (_, back) => ring[(owner - back + ring.length) % ring.length]!.node)
}

/** The first of the candidates in reach: the owner, or the predecessor that acts for it. Undefined: none is in reach. */
export function actingOwner(candidates: readonly PeerIdString[], isOutOfReach: (node: PeerIdString) => boolean): PeerIdString | undefined {
  return candidates.find(node => !isOutOfReach(node))
}
