import type { Clock } from '@peerwatch/model'

/** The time of this machine. */
export const systemClock: Clock = Object.freeze<Clock>({
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => {
      clearTimeout(timer)
    }
  }
})
