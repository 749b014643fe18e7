import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BoundedMap } from '../src/bounded-map.ts'

type Step = { readonly does: 'set' | 'get' | 'peek' | 'has' | 'delete'; readonly key: number; readonly value: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ does: fc.constantFrom('set', 'set', 'get', 'peek', 'has', 'delete'), key: fc.nat(9), value: fc.nat() }),
  { maxLength: 100, size: 'max' }
)

test('O29: a bounded map is a map that holds the keys used last', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 6 }), (history, most) => {
      const map = new BoundedMap<number, number>(most)
      /** The key used last stands last. */
      let oracle: [number, number][] = []
      const without = (key: number): [number, number][] => oracle.filter(([other]) => other !== key)
      const play: Record<Step['does'], (key: number, value: number, held: number | undefined) => void> = {
        set: (key, value) => {
          map.set(key, value)
          oracle = [...without(key), [key, value] satisfies [number, number]].slice(-most)
        },
        get: (key, _value, held) => {
          assert.equal(map.get(key), held)
          if (held != null) oracle = [...without(key), [key, held]]
        },
        peek: (key, _value, held) => {
          assert.equal(map.peek(key), held)
        },
        has: (key, _value, held) => {
          assert.equal(map.has(key), held != null)
        },
        delete: (key, _value, held) => {
          assert.equal(map.delete(key), held != null)
          oracle = without(key)
        }
      }
      for (const { does, key, value } of history) {
        play[does](key, value, oracle.find(([other]) => other === key)?.[1])
        assert.deepEqual([...map.entries()], oracle)
        assert.equal(map.size, oracle.length)
      }
    })
  )
})
