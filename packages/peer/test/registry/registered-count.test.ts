import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { registeredCount } from '../../src/registry/registered-count.ts'
import type { PeerIdString } from '@peerwatch/model'

const seedAt = (index: number): PeerIdString => `seed-${index}` as PeerIdString
const COUNT = fc.nat(100_000)

test('G51: one lying seed never raises the number of peers above what an honest one says, nor among three seeds lowers it below that', () => {
  fc.assert(
    fc.property(
      fc.array(COUNT, { minLength: 1, maxLength: 8 }),
      fc.array(fc.record({ lie: COUNT, before: fc.nat(8) }), { minLength: 1, maxLength: 4 }),
      (honest, lies) => {
        const liar = seedAt(honest.length)
        const count = registeredCount(() => [...honest.map((_, index) => seedAt(index)), liar])
        for (const [index, told] of honest.entries()) {
          for (const { lie, before } of lies) if (before === index) count.told(liar, lie)
          count.told(seedAt(index), told)
        }
        for (const { lie } of lies) count.told(liar, lie)
        assert.ok(count.get() <= Math.max(...honest))
        if (honest.length > 1) assert.ok(count.get() >= Math.min(...honest))
      }
    )
  )
})

test('a seed that left the roster has no voice, and nobody has said anything at first', () => {
  let seeds = [seedAt(0), seedAt(1), seedAt(2)]
  const count = registeredCount(() => seeds)
  assert.equal(count.get(), 0)
  for (const [index, told] of [10, 20, 30].entries()) count.told(seedAt(index), told)
  assert.equal(count.get(), 20)
  seeds = [seedAt(2)]
  count.told(seedAt(2), 30)
  assert.equal(count.get(), 30)
})

test('G51: what a seed says before most others have spoken is vouched for by nobody, whatever it says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), COUNT, (seedsCount, lie) => {
      const count = registeredCount(() => Array.from({ length: seedsCount }, (_, index) => seedAt(index)))
      count.told(seedAt(0), lie)
      assert.equal(count.vouched(), 0)
      for (let index = 1; index < seedsCount; index++) count.told(seedAt(index), 10)
      assert.ok(count.vouched() <= 10)
      assert.equal(count.vouched(), count.get())
    })
  )
  const alone = registeredCount(() => [seedAt(0)])
  alone.told(seedAt(0), 7)
  assert.equal(alone.vouched(), 7, 'a network of one seed goes by it')
})
