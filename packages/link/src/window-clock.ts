import { windowAt } from '@peerwatch/model'
import { absence } from './absence.ts'
import { listeners } from './listeners.ts'
import type { CallOff, Clock, WindowNumber } from '@peerwatch/model'
import type { LocalHealth } from './local-health.ts'

/** Runs `listener` once for each window that ends, soon after its end. */
export type WindowListener = (closed: WindowNumber) => void

/**
 * Windows as this node counts them: by its own system clock, or where `steer` puts the network's time. Between two windows time follows the monotonic
 * clock; at the end of each it is brought nearer to where it belongs. It never runs back over a window that was closed: it waits.
 */
export interface WindowClock {
  readonly windowMs: number
  readonly now: () => { readonly window: WindowNumber; readonly offsetMs: number }
  /** The network's time in ms since the Unix epoch: what other nodes' instants are compared with. */
  /** Whole milliseconds: they are signed and sent. */
  readonly nowMs: () => number
  /** Where the network's time is ahead of the monotonic clock, as far as this node knows. */
  readonly aheadMs: () => number
  /**
   * Puts the network's time so far ahead of the monotonic clock; undefined: to this node's own system clock.
   *
   * `whole`: at once, and back too, where no window that was closed by now was agreed. Else at most `MOST_STEP_WINDOWS` in each window.
   */
  readonly steer: (aheadMs: number | undefined, how: 'whole' | 'in steps') => void
  /**
   * A peer that was last heard of before this monotonic instant has been silent for longer than `mostMs`.
   *
   * This node's own absence is not the others' silence: after it was stopped, asleep or with a blocked loop for a window or longer, it counts anew.
   */
  readonly silentBeforeMs: (mostMs: number) => number
  /** Returns a function that removes the listener. */
  readonly onWindow: (listener: WindowListener) => () => void
  /** Told where a step leads into another window: what was counted belongs to neither, nor to those between. */
  readonly onStep: (listener: (from: WindowNumber, to: WindowNumber) => void) => () => void
  /** Told where the system clock and the monotonic one have parted: the machine slept, or somebody set its clock. */
  readonly onJump: (listener: () => void) => () => void
  readonly start: () => void
  readonly stop: () => void
}

/** At most this many missed windows are announced one by one, after a sleep of the machine for instance. */
const CAUGHT_UP_WINDOWS = 3
/** How far time is moved in one window, where it is not set as a whole. */
export const MOST_STEP_WINDOWS = 0.5
/** Less is the jitter of messages and of the system clock's own corrections. */
const LEAST_STEP_WINDOWS = 0.02

/**
 * @param settled - where this node is late, what came in meanwhile is read before a window closes
 * @param onLimited - told at most once a window
 */
export function windowClock(
  windowMs: number,
  clock: Clock,
  settled: LocalHealth['settled'] = run => run(),
  onLimited: (bound: 'step' | 'missed-windows') => void = () => {}
): WindowClock {
  const ended = listeners<Parameters<WindowListener>>()
  const stepped = listeners<[from: WindowNumber, to: WindowNumber]>()
  const jumped = listeners()
  const away = absence({ windowMs, clock, onJump: jumped.tell })
  const { ownAheadMs } = away
  let aheadMs = ownAheadMs()
  let steeredMs: number | undefined
  let current = windowAt(clock.nowMs(), windowMs)
  let callOff: CallOff | undefined

  const runningMs = (): number => clock.monotonicMs() + aheadMs
  const nowMs = (): number => Math.max(current * windowMs, runningMs())
  const now = (): { window: WindowNumber; offsetMs: number } => {
    const sinceMs = nowMs()
    return { window: windowAt(sinceMs, windowMs), offsetMs: ((sinceMs % windowMs) + windowMs) % windowMs }
  }
  /** After a leap either way this node has seen none of the windows between; a step of one is drift, and announces none twice. */
  const move = (toAheadMs: number): void => {
    const from = now().window
    aheadMs = toAheadMs
    const running = windowAt(runningMs(), windowMs)
    if (Math.abs(running - current) > 1) current = running
    const to = now().window
    if (to !== from) stepped.tell(from, to)
  }
  const approach = (): void => {
    const leftMs = (steeredMs ?? ownAheadMs()) - aheadMs
    if (Math.abs(leftMs) < LEAST_STEP_WINDOWS * windowMs) return
    const mostMs = MOST_STEP_WINDOWS * windowMs
    // a system clock that went ahead was not stopped with the machine; back, it waits for what was closed already
    const isWhole = steeredMs == null && leftMs > 0
    if (!isWhole && Math.abs(leftMs) > mostMs) onLimited('step')
    if (isWhole) move(aheadMs + leftMs)
    else if (leftMs > 0) move(aheadMs + Math.min(mostMs, leftMs))
    // this window lasts longer by as much
    else aheadMs -= Math.min(mostMs, -leftMs)
  }
  const tick = (): void => {
    if (callOff == null) return
    away.notice()
    const { window } = now()
    const from = Math.max(current, window - CAUGHT_UP_WINDOWS)
    if (from > current) onLimited('missed-windows')
    if (window > current) current = window
    for (let closed = from; closed < window; closed++) ended.tell(closed)
    if (callOff == null) return
    approach()
    arm()
  }
  const arm = (): void => {
    callOff?.()
    const afterMs = Math.max(0, (current + 1) * windowMs - runningMs()) + 1
    away.expectAt(clock.monotonicMs() + afterMs)
    callOff = clock.after(afterMs, () => {
      settled(tick)
    })
  }
  return {
    windowMs,
    now,
    nowMs: () => Math.floor(nowMs()),
    aheadMs: () => aheadMs,
    steer: (toAheadMs, how) => {
      away.notice()
      steeredMs = toAheadMs
      if (how !== 'whole') return
      move(toAheadMs ?? ownAheadMs())
      if (callOff != null) arm()
    },
    silentBeforeMs: away.silentBeforeMs,
    onWindow: ended.add,
    onStep: stepped.add,
    onJump: jumped.add,
    start: () => {
      move(steeredMs ?? ownAheadMs())
      current = now().window
      arm()
    },
    stop: () => {
      callOff?.()
      callOff = undefined
      away.expectAt(Infinity)
    }
  }
}
