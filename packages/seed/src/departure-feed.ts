import { waitingByGroup } from './waiting-by-group.ts'
import type { CallOff, Clock, PeerIdString, Rng } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'

/** Tells all who watch of those that left, some at a time: else one that comes and goes would make a seed send to everybody each time. */
export interface DepartureFeed {
  /** A peer that leaves again before its turn is told of once. */
  readonly tell: (peer: PeerIdString, group: string, change: Change) => void
  /** It is back: nobody needs to know that it was away. */
  readonly forget: (peer: PeerIdString) => void
  readonly stop: () => void
}

export interface DepartureFeedInit {
  readonly windowMs: number
  readonly watchersCount: () => number
  readonly push: (changes: Change[]) => void
  /** One is told of to nobody, since too many wait. */
  readonly onDropped: () => void
}

/** From the first that waits to the push, so that those who leave together are told of together. */
const LEAST_PAUSE_MS = 250
/** From one push to the next, at most, and no more than half a window. More often: what happens to many is known sooner; more rarely: it makes no burst of each seed. */
const MOST_PAUSE_MS = 5_000
/** Of those that wait a push takes this part, and this many at least: many that die at once are news of several windows, and one is told of soon. */
const SHARE = 1 / 8
const LEAST_AT_ONCE = 2
/** A core writes about ten times as many. */
const PUSHES_PER_SECOND = 4_000
/** In one push: each costs everybody a signature to check. */
const AT_ONCE = 100
const WAITING_MOST = 10_000

export function departureFeed(clock: Clock, rng: Rng, init: DepartureFeedInit): DepartureFeed {
  const waiting = waitingByGroup<Change>(WAITING_MOST, rng, init.onDropped)
  let callOff: CallOff | undefined
  let lastMs = -Infinity

  const arm = (): void => {
    if (waiting.count() === 0) return
    const sinceMs = clock.monotonicMs() - lastMs
    const pauseMs = Math.max(LEAST_PAUSE_MS, Math.min(MOST_PAUSE_MS, init.windowMs / 2) - sinceMs, (init.watchersCount() * 1_000) / PUSHES_PER_SECOND)
    callOff ??= clock.after(pauseMs, flush)
  }
  const flush = (): void => {
    callOff = undefined
    // by turns: a crowd that leaves delays its own group
    const changes = waiting.take(Math.min(AT_ONCE, Math.max(LEAST_AT_ONCE, Math.ceil(waiting.count() * SHARE))))
    lastMs = clock.monotonicMs()
    if (changes.length > 0) init.push(changes)
    arm()
  }
  return {
    tell: (peer, group, change) => {
      waiting.set(peer, group, change)
      arm()
    },
    forget: waiting.delete,
    stop: () => {
      callOff?.()
      callOff = undefined
      waiting.clear()
    }
  }
}
