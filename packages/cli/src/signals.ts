import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export async function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    let isFirst = true
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (!isFirst) process.exit(128 + constants.signals[signal])
        isFirst = false
        resolve(signal)
      })
    }
  })
}
