import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sharedTests } from '../src/shared-tests.ts'

const MOST = 256

test('G82: however many deaths the names of one group report, half of the tests of a window are left to others, window after window', () => {
  const clock = { window: 7 }
  const running: string[] = []
  const shared = sharedTests(
    MOST,
    () => clock.window,
    () => running
  )
  const start = (group: string): boolean => {
    if (!shared.mayStart(group)) return false
    shared.started(group)
    running.push(group)
    return true
  }
  for (let window = 0; window < 4; window++) {
    const started = Array.from({ length: 10_000 }, () => start('crowd')).filter(Boolean)
    assert.equal(started.length, window === 0 ? MOST / 2 : 0, 'what goes on counts in the next window too')
    clock.window++
  }
  const honest = Array.from({ length: 100 }, (_, index) => start(`group ${index}`))
  assert.deepEqual(new Set(honest), new Set([true]))
  running.length = 0
  clock.window++
  assert.equal(start('crowd'), true, 'tests that are over are free again')
})

test('G82: a group never uses more of the tests than are left to others, and together they are never more than all', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 200 }), asks => {
      const counts = new Map<number, number>()
      const shared = sharedTests(
        20,
        () => 1,
        () => []
      )
      let total = 0
      for (const group of asks) {
        if (!shared.mayStart(String(group))) continue
        shared.started(String(group))
        counts.set(group, (counts.get(group) ?? 0) + 1)
        total++
        assert.ok(counts.get(group)! <= 20 - total + 1 && total <= 20)
      }
    })
  )
})
