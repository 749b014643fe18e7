import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listeners } from '../src/listeners.ts'

const NAMES = ['a', 'b', 'c'] as const

test('whatever is added and ended, each listener that is there is told once, in the order in which they came', () => {
  const step = fc.oneof(fc.record({ adds: fc.constantFrom(...NAMES) }), fc.record({ ends: fc.constantFrom(...NAMES) }), fc.record({ tells: fc.nat() }))
  fc.assert(
    fc.property(fc.array(step), history => {
      const told: string[] = []
      const heard = listeners<[number: number, word: string]>()
      const each = new Map(NAMES.map(name => [name, (number: number, word: string) => void told.push(`${name} ${number} ${word}`)]))
      const ends = new Map<string, () => void>()
      const there = new Set<string>()
      for (const one of history) {
        if ('adds' in one) {
          there.add(one.adds)
          ends.set(one.adds, heard.add(each.get(one.adds)!))
        } else if ('ends' in one) {
          there.delete(one.ends)
          ends.get(one.ends)?.()
        } else {
          heard.tell(one.tells, 'x')
          assert.deepEqual(
            told.splice(0),
            [...there].map(name => `${name} ${one.tells} x`)
          )
        }
        assert.equal(heard.count(), there.size)
      }
    })
  )
})

test('a listener may end itself, or another, while it is told', () => {
  const told: string[] = []
  const heard = listeners()
  const ends = NAMES.map((name, index) =>
    heard.add(() => {
      told.push(name)
      if (index === 0) ends[0]!()
      if (index === 1) ends[2]!()
    })
  )
  heard.tell()
  heard.tell()
  assert.deepEqual(told, ['a', 'b', 'b'])
})
