/** A folder in which nodes are started and asked as a person would: by the `peerwatch` command alone. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { BIN, commandEnv } from '../support/command.ts'
import { HANGS_AFTER_MS } from '../support/until.ts'
import { longCommand, nodeProcess } from './processes.ts'
import { LOOK_EVERY_MS, patience } from './yardstick.ts'
import type { ChildProcess } from 'node:child_process'
import type { Finished, LongCommand, NodeProcess } from './processes.ts'

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

/** @param referenceMs - patience on the reference machine; on this one it lasts as much longer as this one is slower, at any moment */
export async function eventually<T>(what: string, referenceMs: number, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const waiting = patience(referenceMs)
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (waiting.isOver()) assert.fail(`within ${waiting.told()} not seen: ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}

export async function makePlace(name: string): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), `peerwatch-e2e-${name}-`))
  const children = new Set<ChildProcess>()
  let isFailed = false
  const env = commandEnv({ TMPDIR: root })
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
        { cwd: root, timeout: HANGS_AFTER_MS, env, maxBuffer: 16 * 1024 * 1024 },
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
