import type { Concerned, Pseudonym } from '@peerwatch/model'

/** No epoch is refused. */
export const NO_FLOOR = -1

/**
 * Up to which epoch a record is refused: the floor of all records, or that of an erasure, whichever is higher. This is the only place that says so;
 * each path of a record or summary, in or out, asks it.
 */
export interface Floors {
  readonly all: () => number
  readonly of: (record: Concerned) => number
  /** Of summaries, of which some stay when their records go. */
  readonly summaries: () => number
  readonly ofSummary: (summary: Concerned) => number
  /** Undefined where nothing of this peer was erased, or the floors of all have passed it. */
  readonly erased: (peer: Pseudonym) => number | undefined
  /** Returns those whose erasure says nothing any more. */
  readonly raise: (floor: number, summaries: number) => Pseudonym[]
  readonly erase: (peer: Pseudonym, upToEpoch: number) => void
}

/** Where the floors stand. That of summaries is never above that of all. */
export interface Standing {
  readonly all: number
  readonly summaries: number
}

export function floors(initial: Standing): Floors {
  const byPeer = new Map<Pseudonym, number>()
  let { all, summaries } = initial
  const above = (floor: number, { subject, author }: Concerned): number =>
    byPeer.size === 0 ? floor : Math.max(floor, byPeer.get(subject) ?? floor, byPeer.get(author) ?? floor)

  return {
    all: () => all,
    of: record => above(all, record),
    summaries: () => summaries,
    ofSummary: summary => above(summaries, summary),
    erased: peer => byPeer.get(peer),
    raise: (floor, floorOfSummaries) => {
      all = Math.max(all, floor)
      summaries = Math.min(all, Math.max(summaries, floorOfSummaries))
      const passed = [...byPeer].flatMap(([peer, epoch]) => (epoch <= summaries ? [peer] : []))
      for (const peer of passed) byPeer.delete(peer)
      return passed
    },
    erase: (peer, upToEpoch) => {
      byPeer.set(peer, Math.max(upToEpoch, byPeer.get(peer) ?? NO_FLOOR))
    }
  }
}
