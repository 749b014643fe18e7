/**
 * The numbers of docs/limits.md are those of the code: a row names the files that hold its bound, and each number of the row stands in one of them.
 *
 * The first table is the business of packages/wire/test/limits.test.ts.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const PAGE = 'docs/limits.md'
const UNITS: Readonly<Record<string, number>> = { KiB: 1_024, MiB: 1_024 ** 2, GiB: 1_024 ** 3, s: 1_000, min: 60_000 }
/** What libraries have, and what other numbers make: a part of each text, with the number that no file has. */
const NOT_OURS = ['its own 4 MiB', "gossipsub's 4 MiB"]

interface Row {
  readonly what: string
  readonly bound: string
  readonly files: readonly string[]
}

/** Rows of the tables that have a column `where`. */
function rows(): Row[] {
  const found: Row[] = []
  let head: readonly string[] = []
  for (const line of readFileSync(PAGE, 'utf8').split('\n')) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
    const where = head.indexOf('where')
    if (cells.length === 0) head = []
    else if (head.length === 0) head = cells
    else if (where > 0 && !/^-+$/.test(cells[0] ?? '')) {
      const files = [...(cells[where] ?? '').matchAll(/`([\w/.-]+)`/g)].map(([, name = '']) => name)
      found.push({ what: cells[0] ?? '', bound: cells.slice(1, where).join(' '), files })
    }
  }
  return found
}

/** A name is the end of one path below a package, or a path of the repository. */
function sourcesOf(name: string): string[] {
  const below = name.endsWith('.ts') ? name : `${name}/*.ts`
  return [...new Set([`packages/*/src/**/${below}`, `packages/${below}`, below].flatMap(pattern => globSync(pattern)))]
}

/** `8 * 2 ** 20` is what it comes to. */
function valueOf(product: string): number {
  const factors = product.split(/\s*(?<!\*)\*(?!\*)\s*/).map(factor => factor.split(/\s*\*\*\s*/).map(Number))
  return factors.map(([base = Number.NaN, power = 1]) => base ** power).reduce((all, factor) => all * factor)
}

function valuesIn(source: string): Set<number> {
  const code = source.replaceAll(/\/\*\*?[^]*?\*\/|^\s*\/\/.*$/gm, '').replaceAll(/(?<=\d)_(?=\d)/g, '')
  return new Set([...code.matchAll(/\d+(?:\.\d+)?(?:\s*\*\*?\s*\d+(?:\.\d+)?)*/g)].map(([product]) => valueOf(product)))
}

/** Those of a cell; none and one are words. */
function numbersOf(bound: string): { readonly text: string; readonly value: number }[] {
  const ours = NOT_OURS.reduce((text, foreign) => text.replace(foreign, ''), bound)
  return [...ours.matchAll(/(?<![\w`.-])(\d+(?:,\d{3})*(?:\.\d+)?)(?: (KiB|MiB|GiB|s|min)\b)?/g)]
    .map(([text, number = '', unit = '']) => ({ text, value: Number(number.replaceAll(',', '')) * (UNITS[unit] ?? 1) }))
    .filter(({ value }) => value > 1)
}

test('the numbers of a cell are read with their units, and those of the code as what they come to', () => {
  assert.deepEqual(
    numbersOf('2 MiB (256 KiB), 10,000 at once, `x2`, every 1.5 s; one').map(({ value }) => value),
    [2 ** 21, 2 ** 18, 10_000, 1_500]
  )
  assert.deepEqual([...valuesIn('const A = 8 * 2 ** 20\n// 77\nconst B = 20_000, C = 64 * 1024')], [2 ** 23, 20_000, 2 ** 16])
})

for (const { what, bound, files } of rows()) {
  test(`docs/limits.md: ${what}: each number is one of the code`, () => {
    const numbers = numbersOf(bound)
    for (const file of files) assert.ok(sourcesOf(file).length > 0, `there is no ${file}`)
    const values = new Set(files.flatMap(sourcesOf).flatMap(file => [...valuesIn(readFileSync(file, 'utf8'))]))
    for (const { text, value } of numbers) assert.ok(values.has(value), `${files.join(', ')}: has no ${text} (${value})`)
  })
}

test('most of the rows are held against the code', () => {
  assert.ok(rows().filter(({ bound, files }) => files.length > 0 && numbersOf(bound).length > 0).length > 35)
})
