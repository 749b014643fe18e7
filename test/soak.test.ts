import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf, hasHeld, warmupMs } from '../scripts/soak/growth.ts'
import type { Held, Sample } from '../scripts/soak/growth.ts'

const MINUTE_MS = 60_000
const level: Held = { heapBytes: 100 * 2 ** 20, handles: 20, timers: 40, listeners: 60, links: 3 }

/** A sample every five minutes of an hour. */
function hour(heldAt: (minute: number) => Partial<Held>, namesAMinute = 10): Sample[] {
  return Array.from({ length: 12 }, (_, index) => {
    const minute = (index + 1) * 5
    return { ...level, ...heldAt(minute), atMs: minute * MINUTE_MS, names: minute * namesAMinute }
  })
}

const hasGrown = (samples: readonly Sample[], isFresh = false): boolean => !hasHeld(growthOf(samples, 60 * MINUTE_MS, isFresh))

test('an hour warms up for ten minutes, a short run for half of its time', () => {
  assert.equal(warmupMs(60 * MINUTE_MS), 10 * MINUTE_MS)
  assert.equal(warmupMs(3 * MINUTE_MS), 1.5 * MINUTE_MS)
})

test('what fills while it warms up, and what comes and goes, is no growth', () => {
  assert.equal(hasGrown(hour(minute => (minute < 10 ? { heapBytes: 2 ** 20 } : {}))), false)
  assert.equal(hasGrown(hour(minute => (minute % 10 === 0 ? { timers: 80, handles: 30 } : {}))), false)
})

for (const what of Object.keys(level) as (keyof Held)[]) {
  test(`${what} that grow by more than 5 % are told`, () => {
    assert.equal(hasGrown(hour(minute => ({ [what]: level[what] * (1 + minute / 300) }))), true)
  })
}

test('one more of a few may be under way; two are growth', () => {
  assert.equal(hasGrown(hour(minute => ({ timers: minute > 30 ? 12 : 11 }))), false)
  assert.equal(hasGrown(hour(minute => ({ timers: minute > 30 ? 13 : 11 }))), true)
})

test('fresh names may cost heap, each so much and no more than are remembered, and nothing else', () => {
  const fresh = (bytesAName: number, namesAMinute: number): Sample[] =>
    hour(minute => ({ heapBytes: level.heapBytes + minute * namesAMinute * bytesAName }), namesAMinute)
  assert.equal(hasGrown(fresh(3_000, 100), true), false)
  assert.equal(hasGrown(fresh(6_000, 100), true), true)
  assert.equal(hasGrown(fresh(3_000, 2_000), true), true)
  assert.equal(
    hasGrown(
      hour(minute => ({ timers: 40 + minute })),
      true
    ),
    true
  )
})
