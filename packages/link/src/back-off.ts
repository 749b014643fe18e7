import type { Clock, Rng } from '@peerwatch/model'

export interface BackOffTimes {
  /** The pause before the first new try. Shorter: the node is back sooner, but tries more often what is gone. */
  readonly leastMs: number
  /** The longest pause; each try doubles the pause up to it. A link that worked for longer than this has lived. */
  readonly mostMs: number
}

/** Says when to try again what failed or ended. */
export interface BackOff {
  /** Call it when the try has succeeded. Whether it has lived shows when it ends. */
  readonly opened: () => void
  /** Call it when the try failed or what it opened ended. Returns how long to wait before the next try. */
  readonly pauseMs: () => number
}

/**
 * Makes the pauses between tries of one thing. Each is longer than the one before, up to the longest. Chance decides half of each, so nodes that lost
 * the same thing together do not come back together.
 *
 * Only what has lived makes the next pause short again. To have opened is not enough: two nodes that take a link from each other open it every time.
 */
export function backOff({ clock, rng }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly rng: Rng }, { leastMs, mostMs }: BackOffTimes): BackOff {
  let nextMs = leastMs
  let openedAtMs = Infinity
  return {
    opened: () => {
      openedAtMs = Math.min(openedAtMs, clock.monotonicMs())
    },
    pauseMs: () => {
      if (clock.monotonicMs() - openedAtMs > mostMs) nextMs = leastMs
      openedAtMs = Infinity
      const wholeMs = Math.min(nextMs, mostMs)
      nextMs = Math.min(2 * wholeMs, mostMs)
      return wholeMs * (0.5 + rng() / 2)
    }
  }
}
