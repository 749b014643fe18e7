import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { messages, wireCodec, WireError } from '../src/index.ts'
import { anyMessage, declaredAs, encodedEntries, repeatedFields } from './support/messages.ts'
import type { WireCodec } from '../src/index.ts'
import type { MessageName } from './support/messages.ts'

const names = Object.keys(messages) as MessageName[]
const codecs = messages as unknown as Record<MessageName, WireCodec<Record<string, unknown>>>

/** Decodes; anything but a message or a WireError fails the test. */
function decodesOrRefuses(codec: WireCodec<Record<string, unknown>>, bytes: Uint8Array): void {
  let decoded: Record<string, unknown>
  try {
    decoded = codec.decode(bytes)
  } catch (error) {
    assert.ok(error instanceof WireError, `threw ${String(error)} for ${Buffer.from(bytes).toString('hex')}`)
    return
  }
  assert.equal(typeof decoded, 'object')
}

for (const name of names) {
  const codec = codecs[name]
  const message = anyMessage(declaredAs(name))

  test(`${name}: what was encoded decodes to the same`, () => {
    fc.assert(
      fc.property(message, value => {
        const bytes = codec.encode(value)
        fc.pre(bytes.byteLength <= codec.maxBytes)
        const decoded = codec.decode(bytes)
        for (const [field, expected] of Object.entries(value)) assert.deepEqual(decoded[field], expected)
        assert.deepEqual(codec.encode(decoded), bytes, 'one message has one encoding')
      }),
      { numRuns: 50 }
    )
  })

  test(`${name}: arbitrary bytes decode or are refused with a WireError`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        decodesOrRefuses(codec, bytes)
      }),
      { numRuns: 200 }
    )
  })

  test(`${name}: a damaged message decodes or is refused with a WireError`, () => {
    const damage = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), cut: fc.nat({ max: 8 }), extra: fc.uint8Array({ maxLength: 8 }) })
    fc.assert(
      fc.property(message, damage, (value, { at, byte, cut, extra }) => {
        const bytes = codec.encode(value)
        const damaged = Buffer.concat([bytes.subarray(0, Math.max(0, bytes.byteLength - cut)), extra])
        fc.pre(damaged.byteLength > 0)
        damaged[at % damaged.byteLength] = byte
        decodesOrRefuses(codec, damaged)
      }),
      { numRuns: 200 }
    )
  })

  test(`${name}: one byte beyond the limit is refused before anything is decoded`, () => {
    assert.throws(() => codec.decode(new Uint8Array(codec.maxBytes + 1)), { name: 'WireError', code: 'too-long' })
  })

  for (const path of repeatedFields(declaredAs(name))) {
    test(`${name}: thousands of entries in ${path.name} are refused`, () => {
      const fitting = Math.min(4_000, Math.floor((codec.maxBytes - 32) / 2))
      assert.throws(() => codec.decode(encodedEntries(path, fitting)), { name: 'WireError', code: 'malformed' })
    })
  }

  test(`${name}: a field of a later version is ignored`, () => {
    const later = Uint8Array.of(0xfa, 0x3f, 1, 7) // field 1023, one byte
    assert.deepEqual(codec.decode(later), codec.decode(new Uint8Array()))
  })
}

test('a limit is reached, not passed: as many entries as the limit decode', () => {
  const codec = messages.report
  assert.equal(codec.decode(codec.encode({ cuts: Array.from({ length: 8 }, () => 2) })).cuts.length, 8)
  assert.throws(() => codec.decode(codec.encode({ cuts: Array.from({ length: 9 }, () => 2) })), { code: 'malformed' })
})

test('groups nested without end are refused, not a crash', () => {
  const nested = new Uint8Array(messages.treeRequest.maxBytes).fill(0xfb) // field 127, start of a group
  assert.throws(() => messages.treeRequest.decode(nested), { name: 'WireError', code: 'malformed' })
})

test('an error of the decoder is kept as the cause', () => {
  const failing = wireCodec('thing', { encode: () => new Uint8Array(), codec: () => ({ decode: () => assert.fail('inside') }) as never }, 8)
  assert.throws(
    () => failing.decode(new Uint8Array(1)),
    (error: Error) => error instanceof WireError && error.cause instanceof assert.AssertionError
  )
})
