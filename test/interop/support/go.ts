import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { HANGS_AFTER_MS } from '../../support/until.ts'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

const GO_MODULE = new URL('../../../interop/go/', import.meta.url).pathname
const BUILT = new URL('../../../build/interop/', import.meta.url).pathname
const BUILD_WITHIN_MS = 10 * 60_000

/** The version line of the Go tool; undefined where there is none. */
export function findGo(): string | undefined {
  try {
    return execFileSync('go', ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

function runGo(...args: readonly string[]): void {
  execFileSync('go', args, { cwd: GO_MODULE, stdio: ['ignore', 'inherit', 'inherit'], timeout: BUILD_WITHIN_MS })
}

/** Builds all Go programs; what did not change comes from Go's own cache. */
export function buildGo(): void {
  runGo('build', '-trimpath', '-o', BUILT, './cmd/...')
}

/** The race detector needs cgo, which Go itself turns off where it finds no C compiler. */
function canDetectRaces(): boolean {
  return execFileSync('go', ['env', 'CGO_ENABLED'], { encoding: 'utf8' }).trim() === '1'
}

/** What Go itself can say of the module. */
export function checkGo(): void {
  runGo('vet', './...')
  const isRaced = canDetectRaces()
  if (!isRaced) console.log('cgo is off (no C compiler): go test runs without -race')
  // -count=1: Go's cache of results looks at no file outside of the module, and the vectors are
  runGo('test', '-count=1', ...(isRaced ? ['-race'] : []), './...')
}

/** One JSON line of a Go program. */
export type GoEvent = Readonly<Record<string, unknown>> & { readonly event: string }

/** A Go program under way. */
export interface GoProcess {
  readonly peer: string
  readonly addresses: readonly string[]
  /** All that it told so far. */
  readonly events: readonly GoEvent[]
  readonly send: (line: string) => void
  /** The first line, from the start on, with this name for which `wanted` holds. Rejects when the program ends without, or hangs. */
  readonly event: (name: string, wanted?: (event: GoEvent) => boolean) => Promise<GoEvent>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly stop: () => Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Starts a program of interop/go/cmd and waits until it is ready. */
export async function startGo(program: 'vanilla' | 'peer' | 'hosts', ...args: readonly string[]): Promise<GoProcess> {
  return startLines(`${BUILT}${program}`, ...args)
}

/** Starts any program that talks in such lines. */
export async function startLines(program: string, ...args: readonly string[]): Promise<GoProcess> {
  const child: Child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const events: GoEvent[] = []
  const listeners = new Set<() => void>()
  let stderr = ''
  let isOver = false
  child.stderr.on('data', chunk => {
    stderr = `${stderr}${String(chunk)}`.slice(-4_000)
  })
  child.stdin.on('error', () => {})
  createInterface(child.stdout).on('line', line => {
    events.push(JSON.parse(line) as GoEvent)
    for (const listener of listeners) listener()
  })
  child.on('close', () => {
    isOver = true
    for (const listener of listeners) listener()
  })
  const event: GoProcess['event'] = async (name, wanted = () => true) =>
    new Promise((resolve, reject) => {
      let looked = 0
      const finish = (): void => {
        clearTimeout(timer)
        listeners.delete(look)
      }
      const fail = (why: string): void => {
        finish()
        reject(new Error(`${program}: no ${name}: ${why}; last: ${JSON.stringify(events.slice(-5))} ${stderr}`))
      }
      const look = (): void => {
        while (looked < events.length) {
          const found = events[looked++]!
          if (found.event !== name || !wanted(found)) continue
          finish()
          resolve(found)
          return
        }
        if (isOver) fail('it ended')
      }
      const timer = setTimeout(() => {
        fail(`not within ${HANGS_AFTER_MS} ms`)
      }, HANGS_AFTER_MS)
      listeners.add(look)
      look()
    })
  const ready = await event('ready')
  return {
    peer: ready['peer'] as string,
    addresses: ready['addresses'] as string[],
    events,
    send: line => {
      child.stdin.write(`${line}\n`)
    },
    event,
    signal: signal => {
      child.kill(signal)
    },
    stop: async () => {
      child.kill('SIGCONT')
      child.stdin.end('quit\n')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER_MS)
      await ended
      clearTimeout(timer)
    }
  }
}
