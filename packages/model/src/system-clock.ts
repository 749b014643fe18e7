import type { Clock } from './clock.ts'

/** The longest that a timer of the platform can wait; what is longer would run at once there. */
const LONGEST_MS = 2 ** 31 - 2

/** The time of this machine. The one file that may touch the platform's timers. */
export const systemClock: Clock = Object.freeze<Clock>({
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    let timer: NodeJS.Timeout
    const wait = (leftMs: number): void => {
      const partMs = Math.min(leftMs, LONGEST_MS)
      timer = setTimeout(
        () => {
          if (partMs < leftMs) wait(leftMs - partMs)
          else run()
        },
        // timers count whole ms of a clock that is rounded down: without the one more they run early
        Math.ceil(partMs) + 1
      )
    }
    wait(ms)
    return () => {
      clearTimeout(timer)
    }
  }
})

/** As `after`, but does not keep the process running: for what has to be done only where something else does. */
export function afterIfStillRunning(ms: number, run: () => void): void {
  setTimeout(run, ms).unref()
}
