/** A folder in which nodes are started and asked as a person would: by the `peerwatch` command alone. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { BIN, longCommand, nodeProcess, START_WITHIN_MS } from './processes.ts'
import type { ChildProcess } from 'node:child_process'
import type { Finished, LongCommand, NodeProcess } from './processes.ts'

const POLL_MS = 250

export interface Place {
  readonly root: string
  readonly spawn: (...args: string[]) => LongCommand
  readonly run: (...args: string[]) => Promise<Finished>
  /** A node below `root/data`, not started; `args` after the role. */
  readonly node: (role: string, name: string, ...args: string[]) => NodeProcess
  /** Says that the folder is to be kept. */
  readonly failed: () => void
  /** Ends every process that is left, and removes the folder unless a test failed. */
  readonly close: () => Promise<void>
}

/** A loaded machine needs longer: nothing here measures speed by its deadline. */
export async function eventually<T>(what: string, within: number, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const untilMs = performance.now() + within
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > untilMs) assert.fail(`within ${within} ms not seen: ${what}`)
    await pause(POLL_MS)
  }
}

export async function makePlace(name: string): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), `peerwatch-e2e-${name}-`))
  const children = new Set<ChildProcess>()
  let isFailed = false
  const env = { PATH: process.env['PATH'], NO_COLOR: '1', NODE_COMPILE_CACHE: join(tmpdir(), 'peerwatch-e2e-compiled'), TMPDIR: root }
  const killAll = (): void => {
    // a stopped process takes SIGKILL too
    for (const child of children) child.kill('SIGKILL')
  }
  process.on('exit', killAll)

  const run = async (...args: string[]): Promise<Finished> =>
    new Promise(resolve => {
      const child = execFile(
        process.execPath,
        [BIN, ...args],
        { cwd: root, timeout: START_WITHIN_MS, env, maxBuffer: 16 * 1024 * 1024 },
        (error, stdout, stderr) => {
          children.delete(child)
          resolve({ code: error == null ? 0 : Number(error.code ?? -1), stdout, stderr })
        }
      )
      children.add(child)
    })

  const node = (role: string, nodeName: string, ...args: string[]): NodeProcess => nodeProcess({ root, role, name: nodeName, args, env, children, run })

  return {
    root,
    run,
    spawn: (...args) => longCommand(args, { cwd: root, env, children, outputTo: join(root, `${args[0]}.out`) }),
    node,
    failed: () => {
      isFailed = true
    },
    close: async () => {
      const left = [...children].filter(({ exitCode, signalCode }) => exitCode == null && signalCode == null)
      killAll()
      await Promise.all(left.map(async child => new Promise(resolve => child.once('close', resolve))))
      process.removeListener('exit', killAll)
      if (isFailed) console.error(`logs and data are kept in ${root}`)
      else await rm(root, { recursive: true, force: true })
    }
  }
}

/** For `afterEach`: what a failed test leaves is to be looked at. */
export function keepOnFailure(context: object, place: Place): void {
  if ('passed' in context && context.passed === false) place.failed()
}
