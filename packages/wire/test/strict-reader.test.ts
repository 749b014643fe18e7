import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import * as varint from 'uint8-varint'
import { LIMITS, messages, readVarint, varintBytes, WireError } from '../src/index.ts'
import type { MessageName } from './support/messages.ts'

interface StrictVector {
  readonly message: string
  readonly bytes: string
  readonly read: boolean
  readonly name: string
}

const vectors = JSON.parse(readFileSync(new URL('../../../test/vectors/strict.json', import.meta.url), 'utf8')) as StrictVector[]

suite('L42: what one implementation reads the others read: a number has one form', () => {
  for (const { message, bytes, read, name } of vectors) {
    test(`${message} with ${name}: ${read ? 'read' : 'refused'}`, () => {
      const codec = messages[(message[0]!.toLowerCase() + message.slice(1)) as MessageName]
      const decode = (): unknown => codec.decode(Buffer.from(bytes, 'hex'))
      if (read) assert.doesNotThrow(decode)
      else assert.throws(decode, { name: 'WireError', code: 'malformed' })
    })
  }

  test('bytes that come as a number, and a number that comes as bytes, are refused', () => {
    // goodbye of a registry request, and the sequence number of a goodbye
    assert.throws(() => messages.registryRequest.decode(Uint8Array.of(0x30, 0)), { code: 'malformed' })
    assert.throws(() => messages.goodbye.decode(Uint8Array.of(0x0a, 0)), { code: 'malformed' })
  })

  test('every number up to 2^53 has one form, and the same in one byte more is refused', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat({ max: 3 }), (value, at) => {
        const shortest = [...varint.encode(value)]
        const bytes = Uint8Array.from([...Array.from({ length: at }, () => 1), ...shortest, 1])
        assert.equal(readVarint(bytes, at, bytes.byteLength), value)
        assert.equal(varintBytes(value), shortest.length)
        assert.equal(readVarint(bytes, at, at + shortest.length - 1), undefined, 'not whole yet')
        const longer = Uint8Array.from([...shortest.slice(0, -1), shortest.at(-1)! | 0x80, 0])
        assert.throws(() => readVarint(longer, 0, longer.byteLength), WireError)
      }),
      { numRuns: 500 }
    )
  })
})

test('L44: a message has no more messages within than any honest one, be each of them empty and its field one that comes once', () => {
  assert.doesNotThrow(() => messages.registryRequest.decode(Buffer.from('1200'.repeat(LIMITS.messages), 'hex')))
  assert.throws(() => messages.registryRequest.decode(Buffer.from('1200'.repeat(LIMITS.messages + 1), 'hex')), { code: 'malformed' })
})
