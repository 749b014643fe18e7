import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { outliveHangUp, whenStarterGoes } from '@peerwatch/node/starter'

const STANDARD_FILES = [0, 1, 2]

/**
 * Resolves at the first signal to end in order: SIGINT, SIGTERM and, on a terminal, SIGHUP, by which the terminal says that it is gone.
 *
 * The end of the npm that started the node counts as SIGTERM. A second SIGINT or SIGTERM ends the process at once. A second SIGHUP does not: both the
 * kernel and a shell may send it. Without a terminal, SIGHUP asks the node to read the configuration again and to reopen the log, as it asks other daemons.
 */
export async function endSignals(onReload?: () => void): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let isEnding = false
  const onEnd = (signal: NodeJS.Signals): void => {
    isEnding = true
    resolve(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isEnding) process.exit(128 + constants.signals[signal])
      onEnd(signal)
    })
  }
  // asked now: a terminal that is gone is none any more
  const isOnTerminal = STANDARD_FILES.some(isatty)
  process.on('SIGHUP', () => {
    if (isOnTerminal || onReload == null) onEnd('SIGHUP')
    else {
      outliveHangUp()
      onReload()
    }
  })
  // not counted as a signal: the first one that a person sends is still to end it in order
  whenStarterGoes(() => {
    resolve('SIGTERM')
  })
  return promise
}
