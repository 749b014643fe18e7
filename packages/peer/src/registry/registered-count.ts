import type { PeerIdString } from '@peerwatch/model'

/** How many peers the network has, by what its seeds say. */
export interface RegisteredCount {
  readonly told: (seed: PeerIdString, count: number) => void
  readonly get: () => number
  /** The same where a seed that has not spoken yet counts as having said none: what a lone seed says is not believed. */
  readonly vouched: () => number
}

/**
 * The middle of what the seeds said last, and of two in the middle the smaller.
 *
 * One seed's word alone would set how many a trusted node may evict in a window, and which guests a peer takes on.
 *
 * @param seeds - those of the roster; what others said is forgotten
 */
export function registeredCount(seeds: () => readonly PeerIdString[]): RegisteredCount {
  const bySeed = new Map<PeerIdString, number>()
  return {
    told: (seed, count) => {
      const known = new Set(seeds())
      for (const each of bySeed.keys()) if (!known.has(each)) bySeed.delete(each)
      bySeed.set(seed, count)
    },
    get: () => middleOf([...bySeed.values()]),
    vouched: () => middleOf(seeds().map(seed => bySeed.get(seed) ?? 0))
  }
}

function middleOf(counts: readonly number[]): number {
  return counts.toSorted((a, b) => a - b)[Math.floor((counts.length - 1) / 2)] ?? 0
}
