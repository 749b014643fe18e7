import { windowAt } from '@peerwatch/model'
import { listeners } from './listeners.ts'
import type { CallOff, Clock, WindowNumber } from '@peerwatch/model'
import type { LocalHealth } from './local-health.ts'

/** Runs `listener` once for each window that ends, soon after its end. */
export type WindowListener = (closed: WindowNumber) => void

/** Windows as this node counts them: by its own clock until it follows a trusted node's, then by the monotonic one. */
export interface WindowClock {
  readonly windowMs: number
  readonly now: () => { readonly window: WindowNumber; readonly offsetMs: number }
  /** Takes over what a trusted node or seed said. */
  readonly follow: (window: WindowNumber, offsetMs: number) => void
  /**
   * Who was last heard of before this monotonic instant has been silent for longer than `mostMs`.
   *
   * This node's own absence, stopped, asleep or with a blocked loop for a window or longer, is not the others' silence: that counts anew from when it is back.
   */
  readonly silentBeforeMs: (mostMs: number) => number
  /** Returns a function that removes the listener. */
  readonly onWindow: (listener: WindowListener) => () => void
  readonly start: () => void
  readonly stop: () => void
}

/** At most this many missed windows are announced one by one, after a sleep of the machine for instance. */
const CAUGHT_UP_WINDOWS = 3

/** @param settled - where this node is late, what came in meanwhile is read before a window closes */
export function windowClock(windowMs: number, clock: Clock, settled: LocalHealth['settled'] = run => run()): WindowClock {
  const ended = listeners<Parameters<WindowListener>>()
  // Where window 0 would have begun on the monotonic clock.
  let originMs = clock.monotonicMs() - clock.nowMs()
  let current = windowAt(clock.nowMs(), windowMs)
  let callOff: CallOff | undefined
  let dueAtMs = Infinity
  let wallAheadMs = clock.nowMs() - clock.monotonicMs()
  let backAtMs = -Infinity

  /** A stopped process misses its timers; the monotonic clock of a suspended machine may have stood still with it, its wall clock has not. */
  const noticeAbsence = (): void => {
    const nowMs = clock.monotonicMs()
    const aheadMs = clock.nowMs() - nowMs
    if (nowMs - dueAtMs >= windowMs || aheadMs - wallAheadMs >= windowMs) {
      backAtMs = nowMs
      dueAtMs = nowMs
    }
    wallAheadMs = aheadMs
  }
  const now = (): { window: WindowNumber; offsetMs: number } => {
    const sinceMs = clock.monotonicMs() - originMs
    return { window: windowAt(sinceMs, windowMs), offsetMs: ((sinceMs % windowMs) + windowMs) % windowMs }
  }
  const tick = (): void => {
    if (callOff == null) return
    noticeAbsence()
    const { window } = now()
    const from = Math.max(current, window - CAUGHT_UP_WINDOWS)
    if (window > current) current = window
    for (let closed = from; closed < window; closed++) ended.tell(closed)
    arm()
  }
  const arm = (): void => {
    callOff?.()
    const afterMs = windowMs - now().offsetMs + 1
    dueAtMs = clock.monotonicMs() + afterMs
    callOff = clock.after(afterMs, () => {
      settled(tick)
    })
  }
  return {
    windowMs,
    now,
    follow: (window, offsetMs) => {
      noticeAbsence()
      originMs = clock.monotonicMs() - (window * windowMs + offsetMs)
      // After a jump either way this node has seen none of the windows between; a step of one is drift, and announces none twice.
      if (Math.abs(window - current) > 1) current = window
      if (callOff != null) arm()
    },
    silentBeforeMs: mostMs => {
      noticeAbsence()
      const sinceMs = clock.monotonicMs() - mostMs
      return sinceMs > backAtMs ? sinceMs : -Infinity
    },
    onWindow: ended.add,
    start: () => {
      current = now().window
      arm()
    },
    stop: () => {
      callOff?.()
      callOff = undefined
      dueAtMs = Infinity
    }
  }
}
