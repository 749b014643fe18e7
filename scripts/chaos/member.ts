import { appendFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askNode } from '@peerwatch/node/api-file'
import { startCommand } from '../../test/support/command.ts'
import { ending } from './whole.ts'
import type { ApiFile } from '@peerwatch/node/api-file'
import type { Command } from '../../test/support/command.ts'

export interface MemberInit {
  /** Where all lies: `net`, `data`. */
  readonly root: string
  readonly role: 'seed' | 'trusted'
  readonly name: string
  /** Of its own, so that a proxy can tell who dials. */
  readonly dialsFrom: string
  readonly args: readonly string[]
  readonly running: Set<Command>
  /** It ended though nobody had told it to. */
  readonly onFall: (what: string) => void
}

export interface StartOptions {
  /** What its clock is ahead. */
  readonly aheadMs?: number
  /** The folder with its network.json; default `net/public`. */
  readonly networkIn?: string
}

/** A node of the network as a process of its own, on a data folder of its own. */
export interface Member {
  readonly name: string
  readonly id: string
  readonly data: string
  readonly isRunning: () => boolean
  /** Resolves when it runs; rejects where it ends instead. */
  readonly start: (options?: StartOptions) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** SIGTERM; rejects where it does not end in order. */
  readonly stop: () => Promise<void>
  /** All that it has kept is gone. */
  readonly loseDisk: () => Promise<void>
  /** What its API answers; undefined where it does not answer. */
  readonly ask: <T>(path: string) => Promise<T | undefined>
}

const PRELOAD = fileURLToPath(new URL('preload.ts', import.meta.url))
const ANSWERED_WITHIN_MS = 20_000

export async function member({ root, role, name, dialsFrom, args, running, onFall }: MemberInit): Promise<Member> {
  const data = join(root, 'data', name)
  const { id } = JSON.parse(await readFile(join(root, 'net', 'nodes', name, 'node.json'), 'utf8')) as { id: string }
  let current: Command | undefined
  await mkdir(data, { recursive: true, mode: 0o700 })

  /** From now on it may end. */
  const release = (): Command | undefined => {
    const command = current
    current = undefined
    return command
  }
  const watch = async (started: Command): Promise<void> => {
    const { code, stderr } = await started.ended
    if (current !== started) return
    current = undefined
    onFall(`${name} ended by itself with ${code ?? started.child.signalCode}: ${stderr.slice(-2_000)}`)
  }
  const start: Member['start'] = async ({ aheadMs = 0, networkIn = 'net/public' } = {}) => {
    const command = [role, '--network', networkIn, '--node', `net/nodes/${name}`, '--data', data, '--json-ready', '--log-level', 'info', ...args]
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, CHAOS_DIALS_FROM: dialsFrom, CHAOS_AHEAD_MS: `${aheadMs}`, DEBUG: process.env['DEBUG'] ?? '' }
    const started = startCommand(command, { cwd: root, env }, running)
    started.child.stderr.on('data', chunk => {
      appendFileSync(join(root, `${name}.err`), String(chunk))
    })
    current = started
    void watch(started)
    await ending(`the start of ${name}`, started.line('"event":"started"'))
  }
  return {
    name,
    id,
    data,
    isRunning: () => current != null,
    start,
    signal: signal => {
      current?.child.kill(signal)
    },
    kill: async () => {
      const command = release()
      command?.child.kill('SIGKILL')
      await command?.ended
    },
    stop: async () => {
      const command = release()
      if (command == null) return
      command.child.kill('SIGTERM')
      const { code, stderr } = await ending(`the end of ${name}`, command.ended)
      if (code !== 0) throw new Error(`${name} was stopped and ended with ${code ?? command.child.signalCode}: ${stderr.slice(-2_000)}`)
    },
    loseDisk: async () => {
      // the folder itself may be where a disk is mounted
      for (const entry of await readdir(data)) await rm(join(data, entry), { recursive: true, force: true })
    },
    ask: async <T>(path: string): Promise<T | undefined> => {
      try {
        const { address, token } = JSON.parse(await readFile(join(data, 'api.json'), 'utf8')) as ApiFile
        const answer = await askNode({ address, token, method: 'GET', path, signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) })
        return JSON.parse(await answer.text()) as T
      } catch {
        return undefined
      }
    }
  }
}
