import { AttacksError } from './errors.ts'
import type { Attack } from './attackable.ts'

export interface OnOffInit {
  readonly windowMs: number
  /** Windows of misconduct in each turn. Default 5. */
  readonly onWindows?: number | undefined
  /** Windows in a turn. Default 20. */
  readonly ofWindows?: number | undefined
}

/** Behaves by turns: misdeeds first, then innocence. */
export function onOff(attack: Attack, { windowMs, onWindows = 5, ofWindows = 20 }: OnOffInit): Attack {
  const isOrdered = windowMs > 0 && onWindows > 0 && onWindows < ofWindows
  if (!isOrdered)
    throw new AttacksError('bad-option', `onOff: expected 0 < onWindows < ofWindows, found ${onWindows} of ${ofWindows} windows of ${windowMs} ms`)
  let timer: NodeJS.Timeout | undefined
  const on = (): void => {
    attack.start()
    timer = setTimeout(off, onWindows * windowMs)
  }
  const off = (): void => {
    attack.stop()
    timer = setTimeout(on, (ofWindows - onWindows) * windowMs)
  }
  return {
    start: () => {
      if (timer == null) on()
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      attack.stop()
    }
  }
}
