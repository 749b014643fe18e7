import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { twoSmallest } from '../src/two-smallest.ts'

const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 8 })

/** What remains after offering the groups one after the other. */
function remaining(groups: string[][]): string[] {
  let stored: string[] = []
  for (const group of groups) {
    const { put, remove } = twoSmallest(stored, group)
    stored = [...stored.filter(id => !remove.includes(id)), ...put].toSorted()
  }
  return stored
}

test('S3: what remains does not depend on order, grouping or repetition', () => {
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 6 }), groups => {
      const all = groups.flat()
      assert.deepEqual(remaining(groups), [...new Set(all)].toSorted().slice(0, 2))
      assert.deepEqual(remaining([all.toReversed(), all]), remaining(groups))
    })
  )
})

test('S3: an id is answered `conflict` exactly when it does not remain', () => {
  fc.assert(
    fc.property(ids, ids, (first, second) => {
      const stored = remaining([first])
      const left = remaining([first, second])
      const { outcomes } = twoSmallest(stored, second)
      for (const [index, outcome] of outcomes.entries()) assert.equal(outcome === 'conflict', !left.includes(second[index]!))
    })
  )
})
