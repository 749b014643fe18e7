import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newest } from '../src/newest.ts'

/** A window of four bytes, and an id. */
const marks = fc.array(
  fc.tuple(fc.constantFrom('0001', '0002', '0009'), fc.constantFrom('a', 'b', 'c')).map(([window, id]) => window + id),
  { maxLength: 8 }
)

function remaining(groups: string[][]): string[] {
  let stored: string[] = []
  for (const group of groups) {
    const { put, remove } = newest(stored, group)
    stored = [...stored.filter(mark => !remove.includes(mark)), ...put]
  }
  return stored
}

test('S80: the newest remains alone, whatever the order, grouping and repetition', () => {
  fc.assert(
    fc.property(fc.array(marks, { maxLength: 6 }), groups => {
      const all = groups.flat()
      assert.deepEqual(remaining(groups), all.toSorted().slice(-1))
      assert.deepEqual(remaining([all.toReversed(), all]), remaining(groups))
    })
  )
})

test('S80: what does not remain is known where a later window does, and a conflict where another id of its window does', () => {
  fc.assert(
    fc.property(marks, marks, (first, second) => {
      const stored = remaining([first])
      const { outcomes, put } = newest(stored, second)
      const [kept = ''] = remaining([first, second])
      for (const [index, mark] of second.entries()) {
        const isNew = mark === kept && !stored.includes(mark) && second.indexOf(mark) === index
        const lost = mark.slice(0, 4) === kept.slice(0, 4) ? 'conflict' : 'known'
        assert.equal(outcomes[index], mark === kept ? (isNew ? 'stored' : 'known') : lost)
      }
      assert.deepEqual(put, stored.includes(kept) ? [] : second.slice(0, 1).map(() => kept))
    })
  )
})
