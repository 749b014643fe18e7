import type { Clock } from '@peerwatch/model'

/** Clocks that are no further apart agree; a clock that moved by more against the monotonic one has jumped. */
export const CLOCK_TOLERANCE_WINDOWS = 1

export interface AbsenceInit {
  readonly windowMs: number
  readonly clock: Clock
  /** Told where the system clock and the monotonic one have parted: the machine slept, or somebody set its clock. */
  readonly onJump: () => void
}

/** Knows of this node's own absence: it was stopped, asleep or with a blocked loop for a window or longer. */
export interface Absence {
  /** Where the system clock is ahead of the monotonic one. */
  readonly ownAheadMs: () => number
  /** Says at which monotonic instant this node will look again if it is there; `Infinity`: it does not. */
  readonly expectAt: (dueAtMs: number) => void
  /** Looks at both clocks whether this node was away. */
  readonly notice: () => void
  /** A peer that was last heard of before this monotonic instant has been silent for longer than `mostMs` while this node was there. */
  readonly silentBeforeMs: (mostMs: number) => number
}

export function absence({ windowMs, clock, onJump }: AbsenceInit): Absence {
  const ownAheadMs = (): number => clock.nowMs() - clock.monotonicMs()
  let dueAtMs = Infinity
  let seenAheadMs = ownAheadMs()
  let backAtMs = -Infinity

  /** A stopped process misses its timers; the monotonic clock of a suspended machine may have stood still with it, its system clock has not. */
  const notice = (): void => {
    const atMs = clock.monotonicMs()
    const byMs = ownAheadMs() - seenAheadMs
    seenAheadMs += byMs
    if (atMs - dueAtMs >= windowMs || byMs >= windowMs) {
      backAtMs = atMs
      dueAtMs = atMs
    }
    if (Math.abs(byMs) >= CLOCK_TOLERANCE_WINDOWS * windowMs) onJump()
  }
  return {
    ownAheadMs,
    expectAt: atMs => {
      dueAtMs = atMs
    },
    notice,
    silentBeforeMs: mostMs => {
      notice()
      const sinceMs = clock.monotonicMs() - mostMs
      return sinceMs > backAtMs ? sinceMs : -Infinity
    }
  }
}
