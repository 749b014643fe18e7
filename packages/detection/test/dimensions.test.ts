import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { PRESETS } from '@peerwatch/model'
import { DIMENSIONS, forwardingRatio, goodShare, integrity, isAltering, isFlooded, resource, RESOURCE_SLOT_MS } from '../src/index.ts'

const sums = fc.record({ ok: fc.double({ min: 0, max: 1e6, noNaN: true }), bad: fc.double({ min: 0, max: 1e6, noNaN: true }), groups: fc.nat({ max: 100 }) })
const counts = fc.record({ ok: fc.nat({ max: 1_000 }), bad: fc.nat({ max: 1_000 }) })

suite('the table', () => {
  test('a number on the wire names the dimension that it always named', () => {
    assert.deepEqual(Object.fromEntries(DIMENSIONS.rows.map(({ name, number }) => [name, number])), { liveness: 1, integrity: 2, forwarding: 3, resource: 4 })
    assert.equal(DIMENSIONS.find(5), undefined)
  })

  test('nobody is evicted for being dead or for forwarding little', () => {
    assert.deepEqual(DIMENSIONS.evictable, ['integrity', 'resource'])
  })

  for (const [name, { refusedWindows }] of Object.entries(PRESETS)) {
    test(`preset ${name}: what led to a cut is forgotten before its peer is let in again`, () => {
      assert.ok(DIMENSIONS.evidenceWindows < refusedWindows)
    })
  }
})

for (const row of DIMENSIONS.rows) {
  suite(row.name, () => {
    test('its ratio is undefined or between 0 and 1', () => {
      fc.assert(
        fc.property(sums, seen => {
          const ratio = row.ratio(seen) ?? 0
          assert.ok(ratio >= 0 && ratio <= 1, `${ratio}`)
        })
      )
    })

    test('more bad observations never raise its ratio', () => {
      fc.assert(
        fc.property(sums, fc.double({ min: 0, max: 1e6, noNaN: true }), (seen, more) => {
          assert.ok((row.ratio({ ...seen, bad: seen.bad + more }) ?? 0) <= (row.ratio(seen) ?? 1))
        })
      )
    })
  })
}

for (const { name, passes, leastSeen } of [integrity, resource]) {
  suite(`a control in ${name}`, () => {
    test('passes when nothing bad was seen of it', () => {
      fc.assert(fc.property(fc.integer({ min: leastSeen, max: 1_000 }), ok => passes({ ok, bad: 0 })))
    })

    test('fails when all that was seen of it is bad', () => {
      fc.assert(fc.property(fc.integer({ min: leastSeen, max: 1_000 }), bad => !passes({ ok: 0, bad })))
    })

    test('that fails does not pass with more bad observations', () => {
      fc.assert(fc.property(counts, fc.nat({ max: 1_000 }), (seen, more) => passes(seen) || !passes({ ...seen, bad: seen.bad + more })))
    })
  })
}

suite('the rules', () => {
  test('the share of good observations begins at a half and comes near the truth', () => {
    assert.equal(goodShare({ ok: 0, bad: 0, groups: 0 }), 0.5)
    assert.ok(Math.abs(goodShare({ ok: 900, bad: 100, groups: 1 }) - 0.9) < 0.001)
  })

  test('forwarding is corrected for what the reporter itself brought, and needs two reporters', () => {
    assert.equal(forwardingRatio(10, 20, 1), undefined)
    assert.equal(forwardingRatio(10, 20, 2), 1)
    assert.equal(forwardingRatio(30, 40, 4), 1)
    assert.equal(forwardingRatio(0, 0, 4), undefined)
  })

  test('altered messages are evidence from the third on', () => {
    assert.deepEqual(
      [0, 2, 3, 4].map(messages => isAltering(messages)),
      [false, false, true, true]
    )
  })

  test('a window is one of flooding from half of its slots on', () => {
    const windowMs = 8 * RESOURCE_SLOT_MS
    assert.deepEqual(
      [0, 3, 4, 8].map(slots => isFlooded(slots, windowMs)),
      [false, false, true, true]
    )
  })

  test('a control of the flooded kind passes below half of its slots', () => {
    assert.deepEqual(
      [4, 5, 6].map(bad => resource.passes({ ok: 10 - bad, bad })),
      [true, false, false]
    )
  })
})
