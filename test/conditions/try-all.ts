import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { commandEnv } from '../support/command.ts'
import { HANGS_AFTER_MS } from '../support/until.ts'
import { makePlace } from './place.ts'
import { conditions } from './table.ts'
import type { RunCommandsInit } from './run-commands.ts'
import type { Told } from './told.ts'

const SCRIPT = fileURLToPath(new URL('run-commands.ts', import.meta.url))
const NOBODY = 65_534

/** What each command said under a condition. */
export interface Answered {
  readonly condition: string
  readonly told: readonly Told[]
}

/** Runs every command of the table under its condition, as a user from whom something can be kept: one process for all. */
export async function tryAll(): Promise<Answered[]> {
  const uid = process.getuid?.() === 0 ? NOBODY : undefined
  const place = await makePlace(uid)
  try {
    const table = conditions(place.taken)
    const init: RunCommandsInit = {
      cwd: place.root,
      ...(uid != null && { uid }),
      runs: table.flatMap(({ lines, at = '.' }) => lines.map(line => ({ line, at })))
    }
    const told = await runCommands(init)
    const plain = (words: string): string => shown(words, place.root, [place.taken, ...place.free])
    return table.map(({ condition, lines }) => ({
      condition,
      told: told.splice(0, lines.length).map(({ line, said, exitCode }) => ({ line: plain(line), said: plain(said), exitCode }))
    }))
  } finally {
    await place.remove()
  }
}

async function runCommands(init: RunCommandsInit): Promise<Told[]> {
  const { promise: ended, resolve } = Promise.withResolvers<number | null>()
  const child = spawn(process.execPath, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 3 * HANGS_AFTER_MS,
    killSignal: 'SIGKILL',
    // the home of whoever runs the tests is shut to another user, and says nothing to anybody
    env: commandEnv({ HOME: init.cwd })
  }).once('close', resolve)
  child.stdin.end(JSON.stringify(init))
  const answer = await text(child.stdout)
  assert.equal(await ended, 0, 'no command hangs, and none ends the process')
  return JSON.parse(answer) as Told[]
}

const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/12D3KooW[1-9A-HJ-NP-Za-km-z]{44}/g, '12D3KooW…'],
  [/process \d+/g, 'process PID'],
  [/peerwatch \d[\w.-]*, Node v[\d.]+/g, 'peerwatch VERSION, Node VERSION'],
  [/[\d,]+ MiB free/g, 'N MiB free']
]

/** Without what differs from one run to the next. */
function shown(words: string, root: string, ports: readonly number[]): string {
  let plain = words.replaceAll(root, '/HERE')
  ports.forEach((port, at) => {
    plain = plain.replaceAll(new RegExp(`\\b${port}\\b`, 'g'), at === 0 ? 'TAKEN' : `FREE${at}`)
  })
  for (const [pattern, word] of CHANGING) plain = plain.replaceAll(pattern, word)
  return plain
}
