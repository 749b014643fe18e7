import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { createProgram } from '../packages/cli/src/program.ts'
import { transcript } from './conditions/transcript.ts'
import { tryAll } from './conditions/try-all.ts'
import type { Told } from './conditions/told.ts'
import type { Answered } from './conditions/try-all.ts'

const TRANSCRIPT = new URL('conditions/transcript.txt', import.meta.url)

let answered: Answered[] = []
let all: Told[] = []
before(async () => {
  answered = await tryAll()
  all = answered.flatMap(({ told }) => told)
})

test('under every condition the commands say what a person has read and found right (UPDATE=1 writes it anew)', async () => {
  const text = transcript(answered)
  if (process.env['UPDATE'] === '1') await writeFile(TRANSCRIPT, text)
  assert.equal(text, await readFile(TRANSCRIPT, 'utf8'))
})

test('what fails says in one line what was found, expected and to do, and is no error that nobody expected', () => {
  const failed = all.filter(({ said, exitCode }) => exitCode !== 0 && !/^(ok|Usage:) /.test(said))
  assert.ok(failed.length > 200)
  for (const { line, said } of failed) {
    assert.match(said, /^(peerwatch: warning: [^\n]*\n)?peerwatch: [a-z-]+: [^\n]*; expected [^\n]*; [^\n]*\n$/, line)
    assert.doesNotMatch(said, /peerwatch: internal: /, line)
  }
})

test('C85: of what this user may not read no command says that it is missing', () => {
  const shut = answered.filter(({ condition }) => /\bshut\b/.test(condition)).flatMap(({ told }) => told)
  assert.ok(shut.length > 60)
  for (const { line, said } of shut) {
    // beside what is shut, two folders that can be read
    const claims = said.split('\n').filter(text => !/\b(?:good|shut-storage-key)\b/.test(text))
    assert.doesNotMatch(claims.join('\n'), /does not exist|there is no|no node runs|no keys|not-running|no-log/, line)
  }
})

type Command = Awaited<ReturnType<typeof createProgram>>

/** Every flag of a command, and of the commands below it. */
function flagsOf(command: Command): string[] {
  return [...command.options.map(({ long }) => long ?? ''), '--help', ...command.commands.flatMap(flagsOf)]
}

test('C86: what a command says names no flag that neither it nor the command that the message shows has', async () => {
  const program = await createProgram()
  const every = new Map(program.commands.map(command => [command.name(), flagsOf(command)]))
  for (const { line, said } of all.filter(each => !each.said.startsWith('Usage:'))) {
    const name = line.split(' ').find(word => every.has(word)) ?? ''
    // what was typed is quoted, and another command may be shown
    const shown = [...said.matchAll(/`peerwatch (\w+)[^`]*`/g)].flatMap(([, other = '']) => every.get(other) ?? [])
    const known = new Set([...(every.get(name) ?? []), ...shown, '--help', '--debug'])
    const typed = new Set(line.split(' '))
    const named = [...said.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag).filter(flag => !typed.has(flag))
    assert.deepEqual(
      named.filter(flag => !known.has(flag)),
      [],
      `${line}\n${said}`
    )
  }
})

test('the help that a wrong value points to is that of its command', () => {
  for (const [line, help] of [
    ['init x --trusted 0', 'peerwatch init --help'],
    ['guest list --days 3', 'peerwatch guest list --help'],
    ['status peer', 'peerwatch status --help'],
    ['sttus', 'peerwatch --help']
  ] as const) {
    assert.ok(all.find(each => each.line === line)?.said.includes(`\`${help}\``), line)
  }
})
