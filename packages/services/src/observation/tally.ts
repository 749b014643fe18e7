import { NOTHING_SEEN, sum } from '@peerwatch/model'
import type { Counts, PeerIdString } from '@peerwatch/model'

/** Subjects counted at a time; links bound them long before. */
const MOST_SUBJECTS = 1024

/** Counts per neighbour since they were last taken. */
export interface Tally {
  readonly add: (peer: PeerIdString, counts: Counts) => void
  readonly take: () => ReadonlyMap<PeerIdString, Counts>
}

export function tally(): Tally {
  let counted = new Map<PeerIdString, Counts>()
  return {
    add: (peer, counts) => {
      const before = counted.get(peer)
      if (before == null && counted.size >= MOST_SUBJECTS) return
      counted.set(peer, sum(before ?? NOTHING_SEEN, counts))
    },
    take: () => {
      const taken = counted
      counted = new Map()
      return taken
    }
  }
}
