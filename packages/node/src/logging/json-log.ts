import { closeSync, openSync } from 'node:fs'
import pino from 'pino'
import { PRIVATE_FILE_MODE, STDOUT } from '../files/layout.ts'
import { unwritable } from '../files/unwritable.ts'
import { lineBudget } from './line-budget.ts'
import { describeEvent, levelOf, linesPerMinuteOf } from './node-event.ts'
import { prettyLine } from './pretty-line.ts'
import type { CallOff, Clock } from '@peerwatch/model'
import type { DestinationStream } from 'pino'
import type { EventDetail, EventName, LogLevel } from './node-event.ts'

export type LogFormat = 'json' | 'pretty'

export interface JsonLogInit {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>
  /** A file that is appended to, made with mode 0600; `-` for stdout; or a stream. */
  readonly to: { readonly path: string } | { readonly stream: DestinationStream }
  readonly node: string
  readonly role: string
  /** Lines below it are left out. Default 'info'; 'debug' has each window and each acknowledged report. */
  readonly level?: LogLevel
  /** `pretty` is for people; programs, `peerwatch logs` among them, filter JSON only. Default 'json'. */
  readonly format?: LogFormat
  /** A line for each first sight of a gossip message; leave out under load. Default true. */
  readonly firstSights?: boolean
  /** Told once of the first line that could not be written. */
  readonly onLost?: (error: unknown) => void
}

/** One JSON object per line: time, level, node, role, event, and what a person follows. */
export interface JsonLog {
  readonly write: <K extends EventName>(event: K, detail: EventDetail<K>) => void
  readonly setLevel: (level: LogLevel) => void
  /** Opens the file of that name again, for whoever has renamed the old one. Throws NodeError `data-unusable`, and goes on with the old one. */
  readonly reopen: () => void
  /** Everything written so far is on the file when it resolves. */
  readonly close: () => Promise<void>
}

/** Memory for lines that a slow disk has not taken; beyond it they are dropped. */
const UNWRITTEN_BYTES_MOST = 8 * 1024 * 1024

/** Lines are written together: so many at once, or those of so long. Longer: fewer writes; a reader that follows sees them later, and SIGKILL loses more. */
const GATHERED_BYTES = 4 * 1024
const GATHERED_FOR_MS = 250

/** Throws NodeError `data-unusable` where the file cannot be opened. */
export function jsonLog({ clock, to, node, role, level = 'info', format = 'json', firstSights = true, onLost }: JsonLogInit): JsonLog {
  let hasLost = false
  const file = 'path' in to ? openLog(to.path) : undefined
  // A full disk must not end the node.
  const onLoss = (error: unknown): void => {
    if (!hasLost) onLost?.(error)
    hasLost = true
  }
  file?.on('error', onLoss).on('drop', onLoss)
  const stream = file ?? (to as { stream: DestinationStream }).stream
  const logger = pino(
    {
      level,
      base: { node, role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) }
    },
    format === 'pretty' ? pretty(stream) : stream
  )
  let isClosed = false
  let callOff: CallOff | undefined
  const writeSoon = (): void => {
    callOff ??= clock.after(GATHERED_FOR_MS, () => {
      callOff = undefined
      file?.flush()
    })
  }
  const put = <K extends EventName>(event: K, detail: EventDetail<K>): void => {
    const { level: at, fields } = describeEvent(event, detail)
    // a field of an event never hides the line's own
    logger[at]({ ...fields, event })
    if (file != null) writeSoon()
  }
  const budget = lineBudget({
    clock,
    onLeftOut: (of, lines) => {
      put('node:lines-left-out', { of, lines })
    }
  })
  return {
    write: (event, detail) => {
      if (isClosed || (event === 'chat:first-sight' && !firstSights) || !logger.isLevelEnabled(levelOf(event, detail))) return
      const linesPerMinute = linesPerMinuteOf(event)
      if (linesPerMinute == null || budget.take(event, linesPerMinute)) put(event, detail)
    },
    setLevel: next => {
      logger.level = next
    },
    reopen: () => {
      if (file == null || file === stdout || isClosed || !('path' in to)) return
      // sonic-boom tells of a failure only later, and would then close the old file twice
      closeSync(openForLines(to.path))
      file.reopen()
    },
    close: async () => {
      if (isClosed) return
      budget.settle()
      isClosed = true
      callOff?.()
      if (file == null) return
      if (file === stdout) {
        file.off('error', onLoss).off('drop', onLoss)
        file.flush()
        return
      }
      // Not flushSync: it would overtake the write that is under way. After a failed write no 'close' comes.
      const closed = new Promise(resolve => {
        file.once('close', resolve)
        file.once('error', resolve)
      })
      file.end()
      await closed
    }
  }
}

function pretty(stream: DestinationStream): DestinationStream {
  return {
    write: line => {
      stream.write(`${prettyLine(JSON.parse(line) as Record<string, unknown>)}\n`)
    }
  }
}

type Destination = ReturnType<typeof pino.destination>

/** One for all nodes of a process, or their lines would mix. Never closed: what it still holds is written before the process ends. */
let stdout: Destination | undefined

function openLog(path: string): Destination {
  if (path === STDOUT) return (stdout ??= pino.destination({ fd: process.stdout.fd, sync: false, minLength: GATHERED_BYTES, maxLength: UNWRITTEN_BYTES_MOST }))
  const fd = openForLines(path)
  try {
    const file = pino.destination({ fd, sync: false, minLength: GATHERED_BYTES, maxLength: UNWRITTEN_BYTES_MOST })
    // what it opens by itself, when it is asked to reopen
    return Object.assign(file, { file: path, mode: PRIVATE_FILE_MODE })
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The stream opens files later, and fails where nobody can be told. */
function openForLines(path: string): number {
  try {
    return openSync(path, 'a', PRIVATE_FILE_MODE)
  } catch (error) {
    throw unwritable(`the log ${path}`, error, { expected: 'a file to append to', otherwise: 'give another one with --log' })
  }
}
