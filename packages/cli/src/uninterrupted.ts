const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Lets what writes files come to its end before a signal ends the process: half of a network has keys in it, and is of no use.
 *
 * A second signal ends the process at once.
 */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  let came: NodeJS.Signals | undefined
  const letGo = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, hold)
    if (came != null) process.kill(process.pid, came)
  }
  const hold = (signal: NodeJS.Signals): void => {
    const isSecond = came != null
    came = signal
    if (isSecond) letGo()
  }
  for (const signal of SIGNALS) process.on(signal, hold)
  try {
    return await work()
  } finally {
    letGo()
  }
}
