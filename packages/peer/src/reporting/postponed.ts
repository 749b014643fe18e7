import type { CallOff, Timers } from '@peerwatch/model'

/** Runs tasks in order, each this long after it was given. */
export interface Postponed {
  readonly run: (task: () => void) => void
  /** Runs at once what still waits. */
  readonly hurry: () => void
}

export function postponed(clock: Timers, byMs: number): Postponed {
  const waiting = new Map<() => void, CallOff>()
  return {
    run: task => {
      const due = (): void => {
        waiting.delete(due)
        task()
      }
      waiting.set(due, clock.after(byMs, due))
    },
    hurry: () => {
      for (const [due, callOff] of waiting) {
        callOff()
        due()
      }
    }
  }
}
