import type { CallOff, PeerIdString, Timers } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'

/** Tells one other seed of registrations, a few at a time: a whole registry at once would overflow its stream. */
export interface SeedFeed {
  readonly tell: (peers: Iterable<PeerIdString>) => void
  readonly stop: () => void
}

export interface SeedFeedInit {
  /** Undefined for who is gone by now. */
  readonly change: (peer: PeerIdString) => Change | undefined
  readonly push: (changes: Change[]) => void
}

const EVERY_MS = 50
const AT_ONCE = 50

export function seedFeed(clock: Timers, init: SeedFeedInit): SeedFeed {
  // a peer that registers twice before its turn is told of once
  const waiting = new Set<PeerIdString>()
  let callOff: CallOff | undefined

  const flush = (): void => {
    callOff = undefined
    const changes: Change[] = []
    for (const peer of waiting) {
      if (changes.length >= AT_ONCE) break
      waiting.delete(peer)
      const change = init.change(peer)
      if (change != null) changes.push(change)
    }
    if (changes.length > 0) init.push(changes)
    if (waiting.size > 0) callOff = clock.after(EVERY_MS, flush)
  }
  return {
    tell: peers => {
      for (const peer of peers) waiting.add(peer)
      if (waiting.size > 0) callOff ??= clock.after(EVERY_MS, flush)
    },
    stop: () => {
      callOff?.()
      waiting.clear()
    }
  }
}
