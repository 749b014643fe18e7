import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { agreement } from '../../src/time/agreement.ts'
import type { Voice } from '../../src/time/agreement.ts'

function voice(name: string, atMs: number, halfMs = 10): Voice<string> {
  return { name, fromMs: atMs - halfMs, toMs: atMs + halfMs }
}

test('it lies where more than half of the voices overlap, and names those', () => {
  const found = agreement([voice('a', 100), voice('b', 105), voice('liar', 9_000)], 0)
  assert.deepEqual([found?.fromMs, found?.toMs, [...found!.names]], [95, 110, ['a', 'b']])
})

test('half of the voices are not enough, whoever they are', () => {
  assert.equal(agreement([voice('a', 0), voice('b', 500)], 0), undefined)
  assert.equal(agreement([voice('a', 0), voice('b', 5), voice('c', 500), voice('d', 505)], 0), undefined)
  assert.equal(agreement([], 0), undefined)
})

test('of two places that as many allow the nearer one is taken', () => {
  const three = [voice('left', -15), voice('middle', 0), voice('right', 15)]
  assert.ok(agreement(three, 100)!.names.has('right'))
  assert.ok(agreement(three, -100)!.names.has('left'))
})

test('H57: fewer than half of the voices, whatever they say, move it nowhere that no honest one allows', () => {
  const honest = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 9 })
  const lies = fc.array(fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 })), { maxLength: 9 })
  fc.assert(
    fc.property(honest, lies, fc.integer({ min: -1_000_000, max: 1_000_000 }), (right, wrong, nearMs) => {
      const liars = wrong.slice(0, right.length - 1)
      const voices = [...right.map((atMs, index) => voice(`${index}`, atMs)), ...liars.map(([atMs, halfMs], index) => voice(`liar ${index}`, atMs, halfMs))]
      const found = agreement(voices, nearMs)
      assert.ok(found != null, 'all honest ones overlap, and they are more than half')
      assert.ok(found.fromMs <= found.toMs && found.fromMs >= -20 && found.toMs <= 20)
      assert.ok([...found.names].some(name => !name.startsWith('liar')))
    })
  )
})
