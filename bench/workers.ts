import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import type { Commands } from './worker.ts'

/** A process of its own that runs nodes for a benchmark. */
export interface Worker {
  readonly call: <K extends keyof Commands>(command: K, ...argument: Parameters<Commands[K]>) => Promise<Awaited<ReturnType<Commands[K]>>>
  readonly stop: () => Promise<void>
  readonly pid: number
}

export interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

const CALL_TIMEOUT_MS = 120_000
const running = new Set<ChildProcess>()

export interface WorkerInit {
  /** Runs on this core only. */
  readonly core?: number
  /** What runs on machines of its own in a real network, and is not measured: it takes what the others leave. */
  readonly elsewhere?: boolean
}

export function startWorker({ core, elsewhere = false }: WorkerInit = {}): Worker {
  const child = fork(join(import.meta.dirname, 'worker.ts'), {
    serialization: 'advanced',
    ...(elsewhere ? { execPath: 'nice', execArgv: ['-n', '19', process.execPath, '--expose-gc'] } : { execArgv: ['--expose-gc'] }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  if (core != null) pin(child, core)
  running.add(child)
  let last = 0
  const call = async (command: string, argument: unknown): Promise<unknown> => {
    const id = ++last
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const onMessage = (message: unknown): void => {
      const { id: answered, result, error } = message as Answer
      if (answered !== id) return
      if (error == null) resolve(result)
      else reject(new Error(`${command}: ${error}`))
    }
    const onExit = (code: number | null, signal: string | null): void => reject(new Error(`${command}: the worker ended (${code ?? signal})`))
    const timer = setTimeout(() => reject(new Error(`${command}: no answer within ${CALL_TIMEOUT_MS} ms`)), CALL_TIMEOUT_MS)
    child.on('message', onMessage).on('exit', onExit)
    child.send({ id, command, argument })
    return promise.finally(() => {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit)
    })
  }
  return { call: call as Worker['call'], stop: async () => end(child), pid: child.pid! }
}

function pin({ pid }: ChildProcess, core: number): void {
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' })
  if (status !== 0) throw new Error('taskset is needed to keep the reference on one core')
}

async function end(child: ChildProcess): Promise<void> {
  running.delete(child)
  if (child.exitCode != null || child.signalCode != null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Whatever a benchmark left running, for instance because it failed. */
export async function stopWorkers(): Promise<void> {
  await Promise.all([...running].map(end))
}
