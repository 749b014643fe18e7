import { systemClock } from '@peerwatch/model/system-clock'
import { AttacksError } from './errors.ts'
import type { CallOff, Timers } from '@peerwatch/model'
import type { Attack } from './attackable.ts'

export interface OnOffInit {
  /** Default: the system's. */
  readonly clock?: Timers | undefined
  readonly windowMs: number
  /** Windows of misconduct in each turn. Default 5. */
  readonly onWindows?: number | undefined
  /** Windows in a turn. Default 20. */
  readonly ofWindows?: number | undefined
}

/** Behaves by turns: misdeeds first, then innocence. */
export function onOff(attack: Attack, { clock = systemClock, windowMs, onWindows = 5, ofWindows = 20 }: OnOffInit): Attack {
  const isOrdered = windowMs > 0 && onWindows > 0 && onWindows < ofWindows
  if (!isOrdered)
    throw new AttacksError('bad-option', `onOff: expected 0 < onWindows < ofWindows, found ${onWindows} of ${ofWindows} windows of ${windowMs} ms`)
  let callOff: CallOff | undefined
  const on = (): void => {
    attack.start()
    callOff = clock.after(onWindows * windowMs, off)
  }
  const off = (): void => {
    attack.stop()
    callOff = clock.after((ofWindows - onWindows) * windowMs, on)
  }
  return {
    start: () => {
      if (callOff == null) on()
    },
    stop: () => {
      callOff?.()
      callOff = undefined
      attack.stop()
    }
  }
}
