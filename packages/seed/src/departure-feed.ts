import { waitingByGroup } from './waiting-by-group.ts'
import type { CallOff, Clock, PeerIdString, Rng } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'

/** Tells all who watch which peers have left, some at a time. Otherwise a peer that comes and goes would make a seed send to everybody each time. */
export interface DepartureFeed {
  /** Puts a departure in line. If the peer leaves again before its turn, the feed tells it once. */
  readonly tell: (peer: PeerIdString, group: string, change: Change) => void
  /** The peer is back, so nobody needs to know that it was away. */
  readonly forget: (peer: PeerIdString) => void
  readonly stop: () => void
}

export interface DepartureFeedInit {
  readonly windowMs: number
  readonly watchersCount: () => number
  readonly push: (changes: Change[]) => void
  /** Called when too many departures wait, and one is dropped untold. */
  readonly onDropped: () => void
}

/** The pause from the first departure that waits to the push. So peers that leave together are told together. */
const LEAST_PAUSE_MS = 250
/**
 * The longest pause between two pushes, and never more than a window. Shorter: peers hear sooner that many have left. Longer: what all the seeds tell of
 * many deaths, beside the lists that those left behind ask for, stays a few times what they say in a quiet window.
 */
const MOST_PAUSE_MS = 5_000
/**
 * A push takes this share of the departures that wait, and at least `LEAST_AT_ONCE`. The death of many peers may take several windows to tell, but a
 * single death is told soon.
 */
const SHARE = 1 / 8
const LEAST_AT_ONCE = 2
/** One core can write about ten times as many. */
const PUSHES_PER_SECOND = 4_000
/** The most departures in one push: every receiver checks a signature for each. */
const AT_ONCE = 100
const WAITING_MOST = 10_000

export function departureFeed(clock: Clock, rng: Rng, init: DepartureFeedInit): DepartureFeed {
  const waiting = waitingByGroup<Change>(WAITING_MOST, rng, init.onDropped)
  let callOff: CallOff | undefined
  let lastMs = -Infinity

  const arm = (): void => {
    if (waiting.count() === 0) return
    const sinceMs = clock.monotonicMs() - lastMs
    const pauseMs = Math.max(LEAST_PAUSE_MS, Math.min(MOST_PAUSE_MS, init.windowMs) - sinceMs, (init.watchersCount() * 1_000) / PUSHES_PER_SECOND)
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
