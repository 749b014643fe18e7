import type { Clock, Rng } from '@peerwatch/model'

export interface BackOffTimes {
  /** Before the first new try. Shorter: back sooner, at more tries against what is gone. */
  readonly leastMs: number
  /** The longest pause; doubled by each try up to it. What worked for longer than this has lived. */
  readonly mostMs: number
}

/** When to try again what failed or ended. */
export interface BackOff {
  /** It works from now on; whether it lives shows when it ends. */
  readonly opened: () => void
  /** It failed or ended: how long to wait before the next try. */
  readonly pauseMs: () => number
}

/**
 * The pauses between tries of one thing: each longer than the one before up to the longest, and half of each by chance,
 * so that those who lost the same thing together do not come back together.
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
