import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseConfigFile } from '@peerwatch/node/config'
import { runCommand } from './support/command.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** Told by commands themselves, not thrown by a package. */
const OF_COMMANDS = [
  'eviction-ends',
  'half-local',
  'internal',
  'misbehaving',
  'old-network',
  'open-key',
  'single',
  'two-rosters',
  'unknown-variable',
  'unreachable-guest',
  'usage'
]

function codesOf(path: string): string[] {
  return [...read(path).matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code ?? '')
}

test('every error code has its section in docs/errors.md, and no other has', () => {
  const sections = [...read('docs/errors.md').matchAll(/^## (.*)$/gm)].map(([, code]) => code)
  const codes = new Set([...codesOf('packages/node/src/errors.ts'), ...codesOf('packages/link/src/errors.ts'), ...OF_COMMANDS])
  assert.deepEqual(
    sections,
    [...codes].toSorted((a, b) => (a < b ? -1 : 1))
  )
})

test('every command has its section in docs/commands.md', async () => {
  const { stdout: help } = await runCommand(['--help'], { cwd: fileURLToPath(new URL('..', import.meta.url)) })
  const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).filter(name => name !== 'help')
  const sections = [...read('docs/commands.md').matchAll(/^## (.*)$/gm)].flatMap(([, names]) => (names ?? '').split(/[ ,]+/))
  assert.ok(commands.length > 10)
  for (const name of commands) assert.ok(sections.includes(name ?? ''), `${name} has no section`)
})

test('the file shown in docs/configuration.md is a right one', async () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(read('docs/configuration.md'))?.[1] ?? ''
  assert.ok((await parseConfigFile('shown.yaml', text)).values.size >= 5)
})
