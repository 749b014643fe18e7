import type { PeerIdString, Place } from '@peerwatch/model'
import type { Token, Tokens } from './token.ts'

/** One node on the ring. */
export interface Slot {
  readonly node: PeerIdString
  readonly start: Place
}

/** The divided key space: a function of roster members and tokens only. */
export interface Partition {
  /** In the order of starts, then of node ids. */
  readonly ring: readonly Slot[]
  /** The ring before the moves that are not settled yet. Absent: all are settled. */
  readonly formerRing?: readonly Slot[]
}

/**
 * Divides the key space. It ignores the tokens of strangers, and a member without a token or start holds no range.
 *
 * @param leaving - nodes that the roster before had and this one has not; each holds what it held until its range is whole elsewhere
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

/**
 * The index of the slot that owns `place`: the last slot that starts at or before it. A place below the first start belongs to the last slot of all. −1:
 * the ring is empty.
 */
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

/** Undefined only if no node has a start. */
export function ownerOf(view: Partition, place: Place): PeerIdString | undefined {
  return view.ring[slotOf(view.ring, place)]?.node
}
