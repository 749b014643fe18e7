import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { mutated } from '../scripts/mutations/mutation.ts'
import { mutations } from '../scripts/mutations/table.ts'

const PAGE = 'docs/invariants.md'
const TESTS = ['packages/*/test/**/*.test.ts', 'test/*.test.ts', 'test/e2e/*.test.ts']
/** Tests that an implementation gets by calling a function, whose name they end with. */
const SUITES = 'packages/*/src/testing/*-suite.ts'
/** A string that starts with an id, or several, and a sentence: how tests of invariants are named. */
const NAMED = /(['"`])((?:[A-Z]\d+)(?:, [A-Z]\d+)*): ((?:(?!\1)[^\n])+)\1/g
/** An id further on in a name, which the table would miss. */
const HIDDEN = /\b(?:test|check)\((['"`])(?:(?!\1)[^\n])+[^\n\w][A-Z]\d+: (?:(?!\1)[^\n])+\1/g
const ROW = /^\| ([A-Z]\d+) +\| (.*?) +\| (.*?) +\|$/gm

interface Invariant {
  readonly sentence: string
  readonly files: Set<string>
}

/** Each test file with its own names and those of the suites that it runs. */
function testFiles(): { file: string; text: string }[] {
  const suites = globSync(SUITES).map(file => {
    const text = readFileSync(file, 'utf8')
    return { text, run: `${/export function (\w+Suite)\(/.exec(text)?.[1] ?? file}(` }
  })
  return globSync(TESTS)
    .toSorted()
    .map(file => {
      const texts = [readFileSync(file, 'utf8')]
      // a suite may run others
      for (const ran of texts) texts.push(...suites.filter(({ run, text }) => ran.includes(run) && !texts.includes(text)).map(({ text }) => text))
      return { file, text: texts.join('\n') }
    })
}

function namedByTests(): Map<string, Invariant> {
  const found = new Map<string, Invariant>()
  for (const { file, text } of testFiles()) {
    for (const [, , ids = '', sentence = ''] of text.matchAll(NAMED)) {
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

test('the ids stand at the start of the names of tests, where the table sees them', () => {
  for (const { file, text } of testFiles())
    assert.deepEqual(
      [...text.matchAll(HIDDEN)].map(([name]) => name),
      [],
      file
    )
})

test('every invariant has a change that breaks it, each of which still applies', () => {
  const ids = rows(readFileSync(PAGE, 'utf8')).keys()
  assert.deepEqual([...new Set(mutations.map(({ id }) => id))].toSorted(byId), [...ids].toSorted(byId))
  for (const mutation of mutations) {
    const source = readFileSync(mutation.file, 'utf8')
    assert.notEqual(mutated(source, mutation), source)
  }
})
