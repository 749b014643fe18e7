import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'

const PAGE = 'docs/invariants.md'
/** A string that starts with an id, or several, and a sentence: how tests of invariants are named. */
const NAMED = /(['"`])((?:[A-Z]\d+)(?:, [A-Z]\d+)*): ((?:(?!\1)[^\n])+)\1/g
const ROW = /^\| ([A-Z]\d+) +\| (.*?) +\| (.*?) +\|$/gm

interface Invariant {
  readonly sentence: string
  readonly files: Set<string>
}

function namedByTests(): Map<string, Invariant> {
  const found = new Map<string, Invariant>()
  for (const file of globSync(['packages/*/test/**/*.test.ts', 'test/*.test.ts']).toSorted()) {
    for (const [, , ids = '', sentence = ''] of readFileSync(file, 'utf8').matchAll(NAMED)) {
      for (const id of ids.split(', ')) {
        const known = found.get(id) ?? { sentence, files: new Set() }
        known.files.add(file)
        found.set(id, known)
      }
    }
  }
  return found
}

function rows(page: string): Map<string, { sentence: string; files: string }> {
  return new Map([...page.matchAll(ROW)].map(([, id = '', sentence = '', files = '']) => [id, { sentence, files }]))
}

function byId(a: string, b: string): number {
  return a[0] === b[0] ? Number(a.slice(1)) - Number(b.slice(1)) : a < b ? -1 : 1
}

function filesOf({ files }: Invariant): string {
  return [...files].map(file => `[${file.replace(/^.*\/test\/|^test\//, '').replace('.test.ts', '')}](../${file})`).join(', ')
}

/** Keeps the sentences that are there, writes the missing ones as the test says them and drops rows without a test. */
function rewritten(page: string, named: Map<string, Invariant>): string {
  const known = rows(page)
  const table = [...named]
    .toSorted(([a], [b]) => byId(a, b))
    .map(([id, found]) => `| ${id} | ${known.get(id)?.sentence ?? found.sentence} | ${filesOf(found)} |`)
  return `${page.split(/^\| id /m)[0]}| id | what holds | tests |\n|---|---|---|\n${table.join('\n')}\n`
}

if (process.env['UPDATE'] === '1') writeFileSync(PAGE, rewritten(readFileSync(PAGE, 'utf8'), namedByTests()))

test('every invariant has a test that names it, and every id that a test names is an invariant', () => {
  const named = namedByTests()
  const listed = rows(readFileSync(PAGE, 'utf8'))
  assert.ok(named.size > 0)
  assert.deepEqual([...listed.keys()].toSorted(byId), [...named.keys()].toSorted(byId), 'UPDATE=1 writes the missing rows')
})

test('every invariant is listed once, with the files of its tests', () => {
  const page = readFileSync(PAGE, 'utf8')
  const named = namedByTests()
  const ids = [...page.matchAll(ROW)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length, 'an id is listed twice')
  for (const [id, { files }] of rows(page)) assert.equal(files, filesOf(named.get(id) ?? { sentence: '', files: new Set() }), id)
})
