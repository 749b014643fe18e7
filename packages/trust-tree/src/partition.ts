import type { PeerIdString, Place } from '@peerwatch/model'
import type { Token, Tokens } from './token.ts'

/** One node on the ring. */
export interface Slot {
  readonly node: PeerIdString
  readonly start: Place
}

/** The key space, divided. A function of (roster members, tokens) only. */
export interface Partition {
  /** By start, then by node id. */
  readonly ring: readonly Slot[]
  /** The ring before the moves that are not settled yet; absent where all are. */
  readonly formerRing?: readonly Slot[]
}

/** Tokens of nodes that are not members count for nothing; members without a token or start hold no range. */
export function partition(members: Iterable<PeerIdString>, tokens: Tokens): Partition {
  const placing: Token[] = []
  for (const member of new Set(members)) {
    const token = tokens.get(member)
    if (token != null) placing.push(token)
  }
  const ring = ringOf(placing, token => token.start)
  if (placing.every(token => token.previousStart == null)) return { ring }
  return { ring, formerRing: ringOf(placing, token => token.previousStart ?? token.start) }
}

function ringOf(placing: readonly Token[], startOf: (token: Token) => Place | undefined): Slot[] {
  const slots: Slot[] = []
  for (const token of placing) {
    const start = startOf(token)
    if (start != null) slots.push({ node: token.node, start })
  }
  return slots.toSorted((a, b) => compareText(a.start, b.start) || compareText(a.node, b.node))
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Index of the slot that owns `place`: the last that starts at or before it, and below the first start the last of all; −1 for an empty ring. */
export function slotOf(ring: readonly Slot[], place: Place): number {
  let low = 0
  let high = ring.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ring[middle]!.start <= place) low = middle + 1
    else high = middle
  }
  return low === 0 ? ring.length - 1 : low - 1
}

/** Undefined only where nobody has a start. */
export function ownerOf(view: Partition, place: Place): PeerIdString | undefined {
  return view.ring[slotOf(view.ring, place)]?.node
}
