import type { Clock } from './clock.ts'

/** A clock that stands still until it is moved: time in tests costs nothing and is the same on every machine. */
export interface ManualClock extends Clock {
  /** Moves both clocks on and runs what falls due, in the order in which it does. */
  readonly advance: (ms: number) => void
  /** Moves both clocks on at once: what fell due meanwhile runs late, as where the loop was blocked. */
  readonly standStill: (ms: number) => void
  /** Moves the wall clock alone, as somebody who sets it does; `ms` may be negative. */
  readonly setBy: (ms: number) => void
  /** Timers that have neither run nor been called off. */
  readonly pendingCount: () => number
  /** When the next of them is due, on the monotonic clock. */
  readonly nextAtMs: () => number | undefined
}

interface Due {
  readonly atMs: number
  readonly run: () => void
}

/**
 * @param startsAtMs - what both clocks show at first
 * @returns a clock whose timers run within `advance` only
 */
export function manualClock(startsAtMs = 0): ManualClock {
  const timers = new Set<Due>()
  let monotonicMs = startsAtMs
  let aheadMs = 0
  const first = (): Due | undefined => {
    let found: Due | undefined
    for (const due of timers) if (found == null || due.atMs < found.atMs) found = due
    return found
  }
  const advance = (ms: number): void => {
    const untilMs = monotonicMs + ms
    for (let due = first(); due != null && due.atMs <= untilMs; due = first()) {
      monotonicMs = Math.max(monotonicMs, due.atMs)
      timers.delete(due)
      due.run()
    }
    monotonicMs = Math.max(monotonicMs, untilMs)
  }
  return {
    nowMs: () => monotonicMs + aheadMs,
    monotonicMs: () => monotonicMs,
    after: (ms, run) => {
      const due: Due = { atMs: monotonicMs + Math.max(0, ms), run }
      timers.add(due)
      return () => {
        timers.delete(due)
      }
    },
    advance,
    standStill: ms => {
      monotonicMs += ms
      advance(0)
    },
    setBy: ms => {
      aheadMs += ms
    },
    pendingCount: () => timers.size,
    nextAtMs: () => first()?.atMs
  }
}
