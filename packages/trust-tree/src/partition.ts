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

/**
 * Tokens of strangers count for nothing; members without a token or start hold no range.
 *
 * @param leaving - members of the roster before that are none any more, until their ranges are whole elsewhere: they hold what they held
 */
export function partition(members: Iterable<PeerIdString>, tokens: Tokens, leaving: Iterable<PeerIdString> = []): Partition {
  const staying = new Set(members)
  const placing = tokensOf(staying, tokens)
  const gone = tokensOf(new Set(leaving), tokens).filter(({ node }) => !staying.has(node))
  const ring = ringOf(placing, token => token.start)
  if (gone.length === 0 && placing.every(token => token.moved == null)) return { ring }
  return { ring, formerRing: ringOf([...placing, ...gone], startBefore) }
}

function tokensOf(nodes: Iterable<PeerIdString>, tokens: Tokens): Token[] {
  return Array.from(nodes).flatMap(node => tokens.get(node) ?? [])
}

function startBefore({ moved, start }: Token): Place | undefined {
  return moved == null ? start : moved.from
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
