import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition, Slot } from './partition.ts'

/**
 * The places from `from` up to `to`, without `to` itself. If `to` ≤ `from`, the range goes round the end of the key space. If both are equal, it has all
 * places, or none.
 */
export interface PlaceRange {
  readonly from: Place
  readonly to: Place
  readonly empty: boolean
}

export interface NodeRange extends PlaceRange {
  readonly node: PeerIdString
}

export function contains(range: PlaceRange, place: Place): boolean {
  if (range.empty) return false
  if (range.from < range.to) return range.from <= place && place < range.to
  return place >= range.from || place < range.to
}

/** The places of the slots from index `first` to index `last`, both included. */
export function rangeAt(ring: readonly Slot[], first: number, last: number): PlaceRange {
  const from = ring[first]!.start
  const to = ring[(last + 1) % ring.length]!.start
  // Of equal starts the last owns; and the last slot of all goes round the end.
  return { from, to, empty: from === to && !(last === ring.length - 1 && from === ring[0]!.start) }
}

/** The range of each node, in ring order. */
export function rangesOf(view: Partition): NodeRange[] {
  return view.ring.map(({ node }, index) => ({ node, ...rangeAt(view.ring, index, index) }))
}

export const FIRST_PLACE: Place = '0000000000000000' as Place
const KEY_SPACE = 2n ** 64n

function widthOf({ from, to, empty }: PlaceRange): bigint {
  if (empty) return 0n
  const width = (BigInt(`0x${to}`) - BigInt(`0x${from}`) + KEY_SPACE) % KEY_SPACE
  return width === 0n ? KEY_SPACE : width
}

/** The place that has this part of the range before it, from 0 to 1. */
export function placeIn(range: PlaceRange, part: number): Place {
  const PRECISION = 2 ** 32
  const place = (BigInt(`0x${range.from}`) + (widthOf(range) * BigInt(Math.floor(part * PRECISION))) / BigInt(PRECISION)) % KEY_SPACE
  return place.toString(16).padStart(16, '0') as Place
}

/** The part of the key space that a range takes, from 0 to 1. */
export function shareOf(range: PlaceRange): number {
  return Number(widthOf(range)) / Number(KEY_SPACE)
}
