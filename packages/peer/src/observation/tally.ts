import type { Counts, PeerIdString } from '@peerwatch/model'

/** Subjects counted at a time; links bound them long before. */
const MOST_SUBJECTS = 1024

/** Counts per neighbour since they were last taken. */
export interface Tally {
  readonly add: (peer: PeerIdString, counts: Counts) => void
  readonly take: () => ReadonlyMap<PeerIdString, Counts>
}

export function tally(): Tally {
  // changed in place: this runs for every copy of every gossip message
  let counted = new Map<PeerIdString, { ok: number; bad: number }>()
  return {
    add: (peer, { ok, bad }) => {
      const before = counted.get(peer)
      if (before != null) {
        before.ok += ok
        before.bad += bad
      } else if (counted.size < MOST_SUBJECTS) counted.set(peer, { ok, bad })
    },
    take: () => {
      const taken = counted
      counted = new Map()
      return taken
    }
  }
}
