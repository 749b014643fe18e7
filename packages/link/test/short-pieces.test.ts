import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { joinShortPieces } from '../src/short-pieces.ts'

joinShortPieces()

/** Entries of a list: each holds 200 bytes beside its own. */
function entries(list: Uint8ArrayList): number {
  return [...list].length
}

suite('L41: what libp2p keeps of a stream costs and holds about its bytes, in however many pieces it came', () => {
  test('a list behaves as an array of bytes does, whatever is added, taken and cut off', () => {
    const piece = fc.uint8Array({ maxLength: 40 })
    const steps = fc.array(
      fc.oneof(
        piece.map(bytes => ({ add: [bytes] })),
        fc.array(piece, { maxLength: 60 }).map(add => ({ add })),
        fc.nat({ max: 300 }).map(consume => ({ consume })),
        fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })).map(([from, length]) => ({ from, length }))
      ),
      { maxLength: 60 }
    )
    fc.assert(
      fc.property(steps, all => {
        const list = new Uint8ArrayList()
        let bytes: number[] = []
        for (const step of all) {
          if ('add' in step) {
            list.append(new Uint8ArrayList(...step.add))
            bytes.push(...step.add.flatMap(part => [...part]))
          } else if ('consume' in step) {
            list.consume(step.consume)
            bytes = bytes.slice(step.consume)
          } else {
            const part = list.sublist(Math.min(step.from, list.byteLength), Math.min(step.from + step.length, list.byteLength))
            assert.deepEqual([...part.subarray()], bytes.slice(step.from, step.from + step.length))
          }
          assert.equal(list.byteLength, bytes.length)
          assert.deepEqual([...list.subarray()], bytes)
        }
      }),
      { numRuns: 200 }
    )
  })

  test('a hundred thousand bytes one by one are few entries, and taken off at once', () => {
    const list = new Uint8ArrayList()
    for (let at = 0; at < 100_000; at++) list.append(Uint8Array.of(at % 256))
    assert.ok(entries(list) < 100, `${entries(list)} entries`)
    list.consume(99_999)
    assert.deepEqual([...list.subarray()], [99_999 % 256])
  })

  test('pieces of an ordinary message are not copied', () => {
    const [header, body] = [new Uint8Array(12), new Uint8Array(300)]
    assert.deepEqual([...new Uint8ArrayList(header, body)], [header, body])
    const list = new Uint8ArrayList(header, body)
    list.consume(12)
    assert.equal(list.subarray(), body)
  })
})
