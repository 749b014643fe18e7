import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ChildProcess } from 'node:child_process'

/** Of one process, as the system counts it (resident set). */
export interface Memory {
  readonly rssBytes: number
  /** After what nobody refers to any more was given back. */
  readonly collectedBytes: number
}

/** A process that is run as it is, but for the one question. */
export interface Measured {
  readonly address: string
  readonly memory: () => Promise<Memory>
  readonly end: () => Promise<void>
}

/** Loaded before the script; imports nothing, so that it costs nothing. Pages are given back a little after the collection. */
const PROBE = `
process.on('message', () => {
  const rssBytes = process.memoryUsage.rss()
  gc()
  setTimeout(() => process.send({ rssBytes, collectedBytes: process.memoryUsage.rss() }), 1000)
})
process.on('disconnect', () => process.exit(0))`
const START_WITHIN_MS = 60_000

/** Starts a script that tells its addresses as `{ "event": "started", "addresses": […] }` on stdout. */
export async function startMeasured(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const child = fork(script, args, {
    env,
    execArgv: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(PROBE)}`],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc']
  })
  const end = async (): Promise<void> => {
    if (child.exitCode != null || child.signalCode != null) return
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  }
  try {
    const address = await Promise.race([firstAddress(child), failure(child, script)])
    return {
      address,
      memory: async () => {
        const answered = once(child, 'message') as Promise<[Memory]>
        child.send('memory')
        return (await Promise.race([answered, failure(child, script)]))[0]
      },
      end
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

async function firstAddress({ stdout }: ChildProcess): Promise<string> {
  const lines = createInterface({ input: stdout! })
  const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(START_WITHIN_MS) })) as [string]
  const { addresses } = JSON.parse(line) as { addresses: readonly string[] }
  return addresses[0]!
}

async function failure(child: ChildProcess, script: string): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  throw new Error(`${script} ended (${code ?? signal})`)
}
