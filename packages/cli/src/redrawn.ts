import { systemClock } from '@peerwatch/model/system-clock'
import { createLogUpdate } from 'log-update'
import { fitted } from './look.ts'
import { pageOf } from './terminal.ts'
import type { Names } from './known-peers.ts'
import type { Look } from './look.ts'

/** A text on a terminal that the next one takes the place of. */
export interface Redrawn {
  readonly show: (text: (look: Look) => string, names: Names) => void
  readonly done: () => void
}

/** Draws over itself, in the size that the terminal has at that moment. */
export function redrawn(stream: NodeJS.WriteStream): Redrawn {
  const update = createLogUpdate(stream)
  return {
    show: (text, names) => {
      const lines = fitted({ ...pageOf(stream), names, nowMs: systemClock.nowMs() }, text).split('\n')
      // the last row stays free: writing into it scrolls some terminals
      const room = Math.max(1, (stream.rows ?? Infinity) - 2)
      update(lines.length <= room ? lines.join('\n') : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`].join('\n'))
    },
    done: () => {
      update.done()
    }
  }
}
