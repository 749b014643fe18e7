/** Nodes as processes of their own, and other commands that run for long. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BIN } from '../support/command.ts'
import { LOOK_EVERY_MS, patience } from './yardstick.ts'
import type { ChildProcess } from 'node:child_process'
import type { EvictionView, FullStandingView, StandingView, StatusView, TreeView } from '@peerwatch/node/node-view'

const START_WITHIN_MS = 30_000
/** What docker-compose.yml gives a node that is told to stop; then it is killed, and has no exit code. On the reference machine, as all here. */
const END_WITHIN_MS = 30_000
const ANSWERED_WITHIN_MS = 30_000

export interface LogLine {
  readonly time: string
  readonly node: string
  readonly event: string
  readonly [field: string]: unknown
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface NodeProcess {
  readonly name: string
  readonly data: string
  /** Known once it was started. */
  readonly id: () => string
  readonly pid: () => number
  /** Starts it, or starts it again on the same data; resolves when it runs. Rejects with its stderr where it ends instead. */
  readonly start: (...more: string[]) => Promise<void>
  /** Resolves when it takes part in the network. */
  readonly ready: () => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: () => Promise<Ended>
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>
  readonly stderr: () => string
  readonly status: () => Promise<StatusView>
  readonly tree: () => Promise<TreeView>
  /** Undefined where it holds no record of this peer: there the answer is coarse, or that nothing is known. */
  readonly standing: (peer: string) => Promise<FullStandingView | undefined>
  readonly evictions: () => Promise<EvictionView[]>
  /** Lines of its log, of all its runs, with this event. */
  readonly events: (event: string) => LogLine[]
}

/** Any command that runs for long. */
export interface LongCommand {
  readonly pid: () => number
  readonly stderr: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  readonly hasEnded: () => boolean
  /** Resolves when it has ended, by itself or by whatever it was sent. */
  readonly ended: () => Promise<Ended & { readonly stdout: string }>
  /** Sends the signal, and resolves when it has ended. */
  readonly stop: (signal: NodeJS.Signals) => Promise<Ended & { readonly stdout: string }>
}

interface NodeProcessInit {
  readonly root: string
  readonly role: string
  readonly name: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly children: Set<ChildProcess>
  readonly run: (...args: string[]) => Promise<Finished>
}

/** One run of a process. */
interface Run {
  readonly child: ChildProcess
  readonly started: Promise<{ readonly id: string }>
  readonly ready: Promise<void>
  readonly ended: Promise<Ended>
  readonly stderr: () => string
}

export function nodeProcess({ root, role, name, args, env, children, run: ask }: NodeProcessInit): NodeProcess {
  const data = join('data', name)
  let current: Run | undefined
  let id: string | undefined

  const running = (): Run => {
    assert.ok(current != null, `${name} was not started`)
    return current
  }
  const answer = async <T>(command: string, ...rest: string[]): Promise<T> => {
    for (const waiting = patience(ANSWERED_WITHIN_MS); ; ) {
      const { code, stdout, stderr } = await ask(command, ...rest, '--json', '--data', data)
      if (code === 0) return JSON.parse(stdout) as T
      // a machine with ten times as many processes as cores; a person would ask again
      assert.ok(!waiting.isOver() && /does not answer \([^)]*timeout\)/.test(stderr), `${command} of ${name}: ${stderr}`)
    }
  }
  const ended = async (): Promise<Ended> => inTime(running().child, running().ended)
  return {
    name,
    data: join(root, data),
    id: () => {
      assert.ok(id != null, `${name} was not started`)
      return id
    },
    pid: () => running().child.pid ?? 0,
    start: async (...more) => {
      const command = [BIN, role, ...args, '--data', data, '--json-ready', '--log-level', 'debug', ...more]
      current = startRun(command, { cwd: root, env, children, outputTo: join(root, `${name}.out`) })
      id = (await current.started).id
    },
    ready: async () => running().ready,
    signal: signal => {
      running().child.kill(signal)
    },
    ended,
    kill: async () => {
      running().child.kill('SIGKILL')
      await running().ended
    },
    stop: async (signal = 'SIGTERM') => {
      running().child.kill(signal)
      return ended()
    },
    stderr: () => running().stderr(),
    status: async () => answer('status'),
    tree: async () => answer('tree'),
    standing: async peer => {
      const { code, stdout, stderr } = await ask('standing', peer, '--json', '--data', data)
      assert.match(stderr, /^$|unknown-peer|does not answer/, `standing at ${name}`)
      const view = code === 0 ? (JSON.parse(stdout) as StandingView) : undefined
      return view?.detail === 'full' ? view : undefined
    },
    evictions: async () => (await answer<{ evictions: EvictionView[] }>('evictions')).evictions,
    events: event => logLines(join(root, data, 'log.jsonl')).filter(line => line.event === event)
  }
}

/** Waits for a process that was told to end, and ends it where it does not: then it has no exit code. */
async function inTime<T>(child: ChildProcess, ended: Promise<T>): Promise<T> {
  const callOff = whenOver(END_WITHIN_MS, () => {
    // a stopped process takes this one only
    child.kill('SIGKILL')
  })
  const how = await ended
  callOff()
  return how
}

/** Runs `late` when patience is over, unless it is called off before. */
function whenOver(referenceMs: number, late: (told: string) => void): () => void {
  const waiting = patience(referenceMs)
  const timer = setInterval(() => {
    if (!waiting.isOver()) return
    clearInterval(timer)
    late(waiting.told())
  }, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
  }
}

interface RunInit {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly children: Set<ChildProcess>
  readonly outputTo: string
}

export function longCommand(args: readonly string[], { cwd, env, children, outputTo }: RunInit): LongCommand {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += String(chunk)
  })
  child.stderr.on('data', chunk => {
    stderr += String(chunk)
    appendFileSync(outputTo, String(chunk))
  })
  const closed = new Promise<Ended & { readonly stdout: string }>(resolve => {
    child.once('close', (code, signal) => {
      children.delete(child)
      resolve({ code, signal, stdout, stderr })
    })
  })
  return {
    pid: () => child.pid ?? 0,
    stderr: () => stderr,
    signal: signal => {
      child.kill(signal)
    },
    hasEnded: () => child.exitCode != null || child.signalCode != null,
    ended: async () => closed,
    stop: async signal => {
      child.kill(signal)
      return inTime(child, closed)
    }
  }
}

function startRun(args: string[], init: RunInit): Run {
  const { cwd, env, children, outputTo } = init
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  const started = Promise.withResolvers<{ id: string }>()
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<Ended>()
  // whoever waits hears of it; nobody has to wait
  for (const { promise } of [started, ready]) promise.catch(() => {})
  let stderr = ''
  child.stderr.on('data', chunk => {
    stderr += String(chunk)
    appendFileSync(outputTo, String(chunk))
  })
  createInterface(child.stdout).on('line', line => {
    appendFileSync(outputTo, `${line}\n`)
    const told = JSON.parse(line) as { event: string; id: string }
    if (told.event === 'started') started.resolve(told)
    if (told.event === 'ready') ready.resolve()
  })
  const callOff = whenOver(START_WITHIN_MS, told => {
    started.reject(new Error(`not started within ${told}: ${stderr}`))
  })
  void started.promise.finally(callOff).catch(() => {})
  child.once('close', (code, signal) => {
    children.delete(child)
    const error = new Error(`ended with ${code ?? signal}: ${stderr}`)
    started.reject(error)
    ready.reject(error)
    ended.resolve({ code, signal, stderr })
  })
  return { child, started: started.promise, ready: ready.promise, ended: ended.promise, stderr: () => stderr }
}

/** Whole lines only: the last one may be half on disk. */
export function logLines(path: string): LogLine[] {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as LogLine)
}

/** Processes whose parent is this one: what a node left behind would be here, or below its own children. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(pid)
      } catch {
        return false
      }
    })
    .map(Number)
}
