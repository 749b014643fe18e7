import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import * as varint from 'uint8-varint'
import { Uint8ArrayList } from 'uint8arraylist'
import { frameReader } from '../src/frame-reader.ts'

const MAX_FRAME_BYTES = 512 * 1024

function framed(...frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8ArrayList(...frames.flatMap(frame => [varint.encode(frame.byteLength), frame])).subarray()
}

/** Reads whatever whole frames there are after each piece. */
function readAll(pieces: Iterable<Uint8Array | Uint8ArrayList>): Uint8Array[] {
  const reader = frameReader(MAX_FRAME_BYTES)
  const read: Uint8Array[] = []
  for (const piece of pieces) {
    reader.append(piece)
    for (let frame = reader.next(); frame != null; frame = reader.next()) read.push(frame)
  }
  return read
}

test('frames are the same in whatever pieces they come', () => {
  const cut = fc.array(fc.nat({ max: 400 }), { maxLength: 30 })
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), cut, fc.boolean(), (frames, sizes, asList) => {
      const bytes = framed(...frames)
      const pieces: Uint8Array[] = []
      let at = 0
      for (const size of [...sizes, bytes.byteLength]) {
        pieces.push(bytes.subarray(at, at + size))
        at = Math.min(bytes.byteLength, at + size)
      }
      assert.deepEqual(readAll(asList ? [new Uint8ArrayList(...pieces)] : pieces), frames)
    }),
    { numRuns: 300 }
  )
})

suite('L40: a frame costs and holds about its bytes, in however many pieces it comes, and a length that is only announced holds nothing', () => {
  test('half a megabyte byte by byte holds at most twice its bytes at any time, and is copied a few times', () => {
    const reader = frameReader(MAX_FRAME_BYTES)
    const body = new Uint8Array(MAX_FRAME_BYTES).map((_, at) => at % 251)
    const bytes = framed(body)
    for (let at = 0; at < bytes.byteLength; at++) {
      reader.append(bytes.subarray(at, at + 1))
      assert.ok(reader.heldBytes() <= Math.max(256, 2 * reader.unreadBytes()), `${reader.heldBytes()} for ${reader.unreadBytes()}`)
    }
    assert.deepEqual(reader.next(), body)
    assert.equal(reader.heldBytes(), 0)
  })

  test('the largest length alone holds some bytes', () => {
    const reader = frameReader(MAX_FRAME_BYTES)
    reader.append(varint.encode(MAX_FRAME_BYTES))
    assert.equal(reader.next(), undefined)
    assert.ok(reader.heldBytes() <= 256)
  })

  test('what is left of a large buffer after its frame is small', () => {
    const reader = frameReader(MAX_FRAME_BYTES)
    reader.append(framed(new Uint8Array(MAX_FRAME_BYTES)))
    reader.append(Uint8Array.of(9))
    assert.equal(reader.next()?.byteLength, MAX_FRAME_BYTES)
    assert.ok(reader.heldBytes() <= 256, String(reader.heldBytes()))
  })

  test('a frame keeps nothing of the buffer it was read from', () => {
    const [frame] = readAll([framed(new Uint8Array(10), new Uint8Array(1_000))])
    assert.equal(frame?.buffer.byteLength, 10)
  })
})

for (const { name, bytes, code } of [
  { name: 'a length in more bytes than it needs', bytes: [0x83, 0x00, 1, 2, 3], code: 'malformed' },
  { name: 'a length of zero in two bytes', bytes: [0x80, 0x00], code: 'malformed' },
  { name: 'a length that goes on for more than four bytes', bytes: [0xff, 0xff, 0xff, 0xff], code: 'malformed' },
  { name: 'a frame beyond the limit', bytes: [0x81, 0x80, 0x20], code: 'too-long' }
]) {
  test(`${name} is refused: ${code}`, () => {
    const reader = frameReader(MAX_FRAME_BYTES)
    reader.append(Uint8Array.from(bytes))
    assert.throws(() => reader.next(), { name: 'WireError', code })
  })
}
