import { groupSizes } from './group-sizes.ts'
import type { CallOff, PeerIdString, Rng, Timers } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'

/** Tells one other seed of registrations: a few at a time, and each group by turns. A whole registry at once would overflow its stream. */
export interface SeedFeed {
  readonly tell: (peers: Iterable<{ readonly peer: PeerIdString; readonly group: string }>) => void
  readonly stop: () => void
}

export interface SeedFeedInit {
  /** What to tell of the peer; undefined if it is gone by now. */
  readonly change: (peer: PeerIdString) => Change | undefined
  readonly push: (changes: Change[]) => void
}

const EVERY_MS = 50
const AT_ONCE = 50

export function seedFeed(clock: Timers, rng: Rng, init: SeedFeedInit): SeedFeed {
  // a peer that registers twice before its turn is told of once
  const waiting = new Map<PeerIdString, string>()
  const groups = groupSizes<PeerIdString>()
  let callOff: CallOff | undefined

  const forget = (peer: PeerIdString): void => {
    const group = waiting.get(peer)
    if (group != null) groups.delete(group, peer)
    waiting.delete(peer)
  }
  const flush = (): void => {
    callOff = undefined
    const taken = [...groups.byTurns(AT_ONCE, rng)]
    for (const peer of taken) forget(peer)
    const changes = taken.map(init.change).filter(change => change != null)
    if (changes.length > 0) init.push(changes)
    if (waiting.size > 0) callOff = clock.after(EVERY_MS, flush)
  }
  return {
    tell: peers => {
      for (const { peer, group } of peers) {
        forget(peer)
        waiting.set(peer, group)
        groups.add(group, peer)
      }
      if (waiting.size > 0) callOff ??= clock.after(EVERY_MS, flush)
    },
    stop: () => {
      callOff?.()
      for (const peer of waiting.keys()) forget(peer)
    }
  }
}
