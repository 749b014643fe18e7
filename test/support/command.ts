/** The `peerwatch` command as a person starts it: a process, with nothing around it of the shell that runs the tests. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { COMPILED } from './compile-cache.ts'
import { HANGS_AFTER_MS } from './until.ts'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'

export const BIN = fileURLToPath(new URL('../../packages/cli/bin/peerwatch.js', import.meta.url))

export interface CommandInit {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Default: the command of Peerwatch. */
  readonly bin?: string
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Command {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** The first line with this text that it has said or will say. Rejects when it ends without. */
  readonly line: (text: string) => Promise<string>
  /** The same, of what it says from now on. */
  readonly nextLine: (text: string) => Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>
  /** SIGTERM; resolves when it has ended. */
  readonly stop: () => Promise<void>
}

/** Where nodes put themselves down: the user's own are none of a test's. */
const RUNTIME = mkdtempSync(join(tmpdir(), 'peerwatch-run-'))
process.once('exit', () => {
  rmSync(RUNTIME, { recursive: true, force: true })
})

export function commandEnv(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], NO_COLOR: '1', NODE_COMPILE_CACHE: COMPILED, XDG_RUNTIME_DIR: RUNTIME, ...more }
}

/** Runs it to its end. */
export async function runCommand(args: readonly string[], { cwd, env, bin = BIN }: CommandInit): Promise<Ran> {
  return new Promise(resolve => {
    execFile(process.execPath, [bin, ...args], { cwd, timeout: HANGS_AFTER_MS, env: commandEnv(env) }, (error, stdout, stderr) => {
      resolve({ code: error == null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
  })
}

/** Starts what goes on, such as a node; `running` has it until it has ended. */
export function startCommand(args: readonly string[], { cwd, env, bin = BIN }: CommandInit, running: Set<Command>): Command {
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: commandEnv(env) })
  const lines: string[] = []
  const looking = new Set<() => void>()
  let hasEnded = false
  let stderr = ''
  const lookAgain = (): void => {
    for (const look of looking) look()
  }
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', line => {
      lines.push(line)
      lookAgain()
    })
  }
  child.stderr.on('data', chunk => {
    stderr += String(chunk)
  })
  const lineFrom = async (first: number, text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.slice(first).find(line => line.includes(text))
        if (found == null && !hasEnded) return
        looking.delete(look)
        if (found == null) reject(new assert.AssertionError({ message: `it ended without a line with ${text}; stderr: ${stderr}` }))
        else resolve(found)
      }
      looking.add(look)
      look()
    })
  const command: Command = {
    child,
    line: async text => lineFrom(0, text),
    nextLine: async text => lineFrom(lines.length, text),
    ended: once(child, 'close').then(([code]) => {
      hasEnded = true
      running.delete(command)
      lookAgain()
      return { code: code as number | null, stderr }
    }),
    stop: async () => {
      child.kill('SIGTERM')
      await command.ended
    }
  }
  running.add(command)
  return command
}
