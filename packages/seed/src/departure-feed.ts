import { waitingByGroup } from './waiting-by-group.ts'
import type { CallOff, PeerIdString, Rng, Timers } from '@peerwatch/model'
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
  readonly watchersCount: () => number
  readonly push: (changes: Change[]) => void
  /** One is told of to nobody, since too many wait. */
  readonly onDropped: () => void
}

/** One push to each of those who watch. More often: goodbyes are known sooner; more rarely: fewer frames. */
const LEAST_PAUSE_MS = 250
/** A core writes about ten times as many. */
const PUSHES_PER_SECOND = 4_000
/** In one push: each costs everybody a signature to check. */
const AT_ONCE = 100
const WAITING_MOST = 10_000

export function departureFeed(clock: Timers, rng: Rng, init: DepartureFeedInit): DepartureFeed {
  const waiting = waitingByGroup<Change>(WAITING_MOST, rng, init.onDropped)
  let callOff: CallOff | undefined

  const arm = (): void => {
    if (waiting.count() > 0) callOff ??= clock.after(Math.max(LEAST_PAUSE_MS, (init.watchersCount() * 1_000) / PUSHES_PER_SECOND), flush)
  }
  const flush = (): void => {
    callOff = undefined
    // by turns: a crowd that leaves delays its own group
    const changes = waiting.take(AT_ONCE)
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
