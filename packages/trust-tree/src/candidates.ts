import type { PeerIdString, Place } from '@peerwatch/model'
import { slotOf } from './partition.ts'
import type { Partition, Slot } from './partition.ts'

/** Durable copies that an acknowledgement needs. More: survives more losses, at the price of that many writes. Source: docs/design.md, "The trust tree". */
export const DEFAULT_COPIES = 2

/** Who may hold a place. */
export interface Candidates {
  /** The owner, then the next `copies` predecessors on the ring; fewer where the ring is shorter. An acknowledgement and a read need `copies` of these. */
  readonly current: readonly PeerIdString[]
  /** The same before an unsettled move, where it differs: written to as well, and read from; empty otherwise. */
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

/** The first current candidate in reach: the owner, or the predecessor that acts for it; undefined where none is. */
export function actingOwner(view: Partition, place: Place, isOutOfReach: (node: PeerIdString) => boolean, copies = DEFAULT_COPIES): PeerIdString | undefined {
  return candidatesOf(view, place, copies).current.find(node => !isOutOfReach(node))
}
