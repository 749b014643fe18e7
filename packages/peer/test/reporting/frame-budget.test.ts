import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameBudget } from '../../src/reporting/frame-budget.ts'

const FREE = 256
const CARRYING = 16

test('P2: within one window an entry gets no more frames than the free ones and those that reports earned, and few that carry something', () => {
  const seldom = fc.nat(9).map(draw => draw === 0)
  // with many that carry something the other bound is never reached
  const histories = fc.constantFrom(0, 1, CARRYING + 4).chain(most =>
    fc.array(fc.record({ earned: fc.nat(3), frames: fc.integer({ min: 1, max: 60 }), carrying: fc.nat(most), isNextWindow: seldom }), {
      maxLength: 40,
      size: 'max'
    })
  )
  fc.assert(
    fc.property(histories, history => {
      const budget = frameBudget()
      let window = 7
      let [earned, taken, carried] = [0, 0, 0]
      for (const { earned: more, frames, carrying, isNextWindow } of history) {
        if (isNextWindow) {
          window++
          // what was earned and not used is kept
          ;[earned, taken, carried] = [Math.max(0, earned + FREE - taken - FREE), 0, 0]
        }
        budget.earn(more)
        earned += more
        for (let frame = 0; frame < frames; frame++) {
          const isCarrying = frame < carrying
          const isTaken = budget.take(window, isCarrying)
          taken++
          if (isCarrying) carried++
          assert.ok(!isTaken || (taken <= FREE + earned && carried <= CARRYING), `${taken} of ${FREE} + ${earned}, ${carried} carrying`)
          if (taken <= FREE && carried <= CARRYING) assert.ok(isTaken, 'the free ones are always taken')
        }
      }
    })
  )
})
