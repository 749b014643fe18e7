import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import fc from 'fast-check'
import { contains } from '@peerwatch/trust-tree'
import { loadMeter } from '../../src/tree/load-meter.ts'
import type { Place } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { LoadMeter } from '../../src/tree/load-meter.ts'

const placeOf = (first: number): Place => first.toString(16).padStart(2, '0').padEnd(16, '0') as Place

function meter(): { readonly meter: LoadMeter; readonly advance: (ms: number) => void; readonly lose: (ms: number) => void } {
  const clock = manualClock(0)
  let lostMs = 0
  return {
    meter: loadMeter({ clock, health: { lostMs: () => lostMs } } as unknown as Core),
    advance: clock.advance,
    lose: ms => {
      lostMs += ms
      clock.advance(ms)
    }
  }
}

test('T29: where a range is cut a subject begins, and the share that is told is what lies behind it', () => {
  const range = fc.tuple(fc.nat(255), fc.nat(255)).map(([from, to]) => ({ from: placeOf(from), to: placeOf(to), empty: false }))
  fc.assert(
    fc.property(
      fc.array(fc.nat(255), { minLength: 1, maxLength: 200, size: 'max' }),
      range,
      fc.integer({ min: 1, max: 15 }),
      (subjects, places, sixteenths) => {
        const { meter: load } = meter()
        for (const subject of subjects) load.count(placeOf(subject))
        const { place, share } = load.cut(places, sixteenths / 16)
        const inside = subjects.map(placeOf).filter(each => contains(places, each))
        const behind = inside.filter(each => contains({ from: place, to: places.to, empty: false }, each))
        assert.ok(share === 0 || Math.abs(share - behind.length / inside.length) < 1e-9, `${share} of ${behind.length} of ${inside.length}`)
        assert.ok(share === 0 || (inside.includes(place) && place !== places.from && share < 1))
        assert.ok(share !== 0 || inside.length < 32 || new Set(inside).size === 1)
      }
    ),
    { numRuns: 500 }
  )
})

test('T66: what a node did not hear while it stood still makes its load no smaller', () => {
  const { meter: load, advance, lose } = meter()
  for (let each = 0; each < 600; each++) {
    load.count(placeOf(each % 256))
    advance(100)
  }
  const before = load.perSecond()
  assert.ok(before > 9 && before < 11)
  lose(60_000)
  assert.equal(load.perSecond(), before)
  advance(30_000)
  assert.ok(load.perSecond() < before / 2)
})

test('T29: one subject that brings all cannot be cut', () => {
  const { meter: load } = meter()
  for (let report = 0; report < 100; report++) load.count(placeOf(7))
  assert.deepEqual(load.cut({ from: placeOf(0), to: placeOf(0), empty: false }, 1 / 2), { place: placeOf(128), share: 0 })
})

test('T29: the load is what comes in a second, also a moment after the range became another one', () => {
  const { meter: load, advance } = meter()
  const run = (perSecond: number, seconds: number): void => {
    for (let tick = 0; tick < perSecond * seconds; tick++) {
      advance(1_000 / perSecond)
      load.count(placeOf(1))
    }
  }
  run(20, 120)
  assert.ok(Math.abs(load.perSecond() - 20) < 1, `${load.perSecond()}`)
  load.reset()
  assert.equal(load.perSecond(), 0)
  run(5, 4)
  assert.ok(Math.abs(load.perSecond() - 5) < 1, `${load.perSecond()}`)
})
