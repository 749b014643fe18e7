import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseConfigFile } from '@peerwatch/node/config'

const BIN = new URL('../packages/cli/bin/peerwatch.js', import.meta.url).pathname
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** Told by commands themselves, not thrown by a package. */
const OF_COMMANDS = ['internal', 'misbehaving', 'unknown-variable', 'usage']

function codesOf(path: string): string[] {
  return [...read(path).matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code ?? '')
}

test('every error code has its section in docs/errors.md, and no other has', () => {
  const sections = [...read('docs/errors.md').matchAll(/^## (.*)$/gm)].map(([, code]) => code)
  const codes = new Set([...codesOf('packages/node/src/errors.ts'), ...codesOf('packages/services/src/errors.ts'), ...OF_COMMANDS])
  assert.deepEqual(
    sections,
    [...codes].toSorted((a, b) => (a < b ? -1 : 1))
  )
})

test('every command has its section in docs/commands.md', () => {
  const help = execFileSync(process.execPath, [BIN, '--help'], { encoding: 'utf8', env: { PATH: process.env['PATH'], NO_COLOR: '1' } })
  const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).filter(name => name !== 'help')
  const sections = [...read('docs/commands.md').matchAll(/^## (.*)$/gm)].flatMap(([, names]) => (names ?? '').split(/[ ,]+/))
  assert.ok(commands.length > 10)
  for (const name of commands) assert.ok(sections.includes(name ?? ''), `${name} has no section`)
})

test('the file shown in docs/configuration.md is a right one', async () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(read('docs/configuration.md'))?.[1] ?? ''
  assert.ok((await parseConfigFile('shown.yaml', text)).values.size >= 5)
})
