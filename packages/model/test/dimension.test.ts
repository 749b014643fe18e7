import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DIMENSIONS_MOST, dimensionTable } from '../src/index.ts'
import type { DimensionRow, EvictableRow, ShownDimension } from '../src/index.ts'

const shown: ShownDimension = { name: 'latency', number: 7, evictable: false, theta: 0.5, ratio: ({ ok, bad }) => ok / (ok + bad) }
const evictable: EvictableRow = {
  ...shown,
  name: 'spam',
  number: 6,
  evictable: true,
  evidence: { withinWindows: 9 },
  passes: ({ bad }) => bad < 3,
  leastSeen: 3
}
const table = dimensionTable([shown, evictable])

suite('a table of dimensions', () => {
  test('rows stand in the order of their numbers, whatever order they were given in', () => {
    assert.deepEqual(table.names, ['spam', 'latency'])
    assert.deepEqual(table.evictable, ['spam'])
    assert.equal(table.evidenceWindows, 9)
  })

  test('names and numbers find their row', () => {
    assert.equal(table.row('latency'), shown)
    assert.equal(table.evictableRow('spam'), evictable)
    assert.deepEqual([table.find(6), table.find(7), table.findEvictable(6), table.findEvictable(7)], ['spam', 'latency', 'spam', undefined])
    assert.deepEqual([table.has('spam'), table.has('integrity')], [true, false])
  })

  test('an unknown number is no dimension, nor an error', () => {
    assert.deepEqual([0, 1, 5, 8, 2 ** 32 - 1, Number.NaN].map(table.find), [undefined, undefined, undefined, undefined, undefined, undefined])
  })

  test('an unknown name is an error, and so is a dimension that cannot evict where one is needed that can', () => {
    assert.throws(() => table.row('integrity'), /expected one of spam, latency, found integrity/)
    assert.throws(() => table.evictableRow('latency'), RangeError)
  })
})

const refused: readonly { name: string; rows: readonly DimensionRow[]; message: RegExp }[] = [
  { name: 'two rows of one name', rows: [shown, { ...shown, number: 8 }], message: /one name or one number/ },
  { name: 'two rows of one number', rows: [shown, { ...shown, name: 'other' }], message: /one name or one number/ },
  { name: 'a name that no label can have', rows: [{ ...shown, name: 'Late Y' }], message: /name: expected lower-case letters/ },
  { name: 'the number of honesty', rows: [{ ...shown, number: 5 }], message: /number/ },
  { name: 'number 0', rows: [{ ...shown, number: 0 }], message: /number/ },
  { name: 'a number that the wire cannot carry', rows: [{ ...shown, number: 2 ** 32 }], message: /number/ },
  { name: 'a θ that nobody is below', rows: [{ ...shown, theta: 0 }], message: /theta/ },
  { name: 'a θ that everybody is below', rows: [{ ...shown, theta: 1 }], message: /theta/ },
  { name: 'evidence of no windows', rows: [{ ...evictable, evidence: { withinWindows: 0 } }], message: /withinWindows/ },
  { name: 'a look that has to see nothing', rows: [{ ...evictable, leastSeen: 0 }], message: /leastSeen/ },
  {
    name: 'more rows than a report has room for',
    rows: Array.from({ length: DIMENSIONS_MOST + 1 }, (_, index) => ({ ...shown, name: `d${'x'.repeat(index)}`, number: index + 10 })),
    message: /at most 8, found 9/
  }
]

suite('a table of dimensions refuses', () => {
  for (const { name, rows, message } of refused) {
    test(name, () => {
      assert.throws(() => dimensionTable(rows), message)
    })
  }
})
