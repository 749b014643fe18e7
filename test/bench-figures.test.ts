import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { interval, median } from '../bench/figure.ts'

suite('the interval of a figure', () => {
  test('the sixth and the sixteenth of 21 runs, and all of a few, whatever their order', () => {
    const runs = Array.from({ length: 21 }, (_, index) => ((index * 8) % 21) + 1)
    assert.deepEqual(interval(runs), [6, 16])
    assert.deepEqual(interval([3, 1, 2]), [1, 3])
    assert.ok(interval([]).every(Number.isNaN))
  })

  test('it holds the true median at least 95 times of 100, and is no wider than it needs to be', () => {
    const rng = seededRng(7)
    for (const count of [7, 21, 40]) {
      const holds = Array.from({ length: 4_000 }, () => interval(Array.from({ length: count }, rng))).filter(([low, high]) => low <= 0.5 && high >= 0.5)
      const share = holds.length / 4_000
      assert.ok(share > 0.94 && share < 0.99, `${share} of ${count} runs`)
    }
    assert.equal(median([1, 2, 3]), 2)
  })
})
