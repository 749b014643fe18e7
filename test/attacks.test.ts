import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ATTACKS } from '@peerwatch/attacks/runs'
import { runCommand } from './support/command.ts'

const page = readFileSync(new URL('../docs/threat-model.md', import.meta.url), 'utf8')
const names = ATTACKS.map(({ name }) => name)
const [, afterHeading = ''] = page.split('## Attack by attack')
const [tablePart = '', untriedPart = ''] = afterHeading.split('Without an attack of its own:')
/** The first cells, without the heading and the line below it. */
const told = [...tablePart.matchAll(/^\| (.*?) +\|/gm)].map(([, cell = '']) => cell).filter(cell => cell !== 'attack' && !/^-+$/.test(cell))
const untried = [...untriedPart.matchAll(/^- \*\*(.*?)\*\*: \S/gm)].map(([, cell = '']) => cell)
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

test('attacks have names of their own, in order, a sentence each, and a file of their name', () => {
  assert.deepEqual(names, [...new Set(names)].toSorted())
  for (const { name, does } of ATTACKS) assert.match(does, /^[A-Z][^\n]{20,140}\.$/, name)
  const files = globSync('packages/attacks/src/runs/*.ts').map(file => file.replace(/^.*\/|\.ts$/g, ''))
  assert.deepEqual(files.filter(file => file !== 'index').toSorted(), names)
})

test('the threat model has every attack in its table, and names no other there', () => {
  assert.ok(told.length > 20)
  assert.deepEqual([...new Set(told.flatMap(namesIn))].toSorted(), names)
})

test('every row of the threat model is tried by an attack, or its page says why not', () => {
  const without = told.filter(cell => namesIn(cell).length === 0)
  assert.deepEqual(without.toSorted(), untried.toSorted())
})

test('an unknown attack, or none, is refused with the names of those there are', async () => {
  for (const args of [['nothing-of-the-kind'], [], ['--seed', 'x', '--all']]) {
    const { code, stderr } = await runCommand(args, { cwd: '.', bin: 'scripts/attacks.ts' })
    assert.equal(code, 2)
    for (const name of names) assert.ok(stderr.includes(`  ${name} `), `${args.join(' ')}: ${name}`)
  }
})
