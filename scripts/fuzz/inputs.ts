import * as varint from 'uint8-varint'
import type { Rng } from '@peerwatch/model'

/** One way to make hostile bytes: of about so many bytes, so that twice as many cost what twice as many cost. */
export interface Family {
  readonly name: string
  readonly make: (bytes: number, rng: Rng, valid: Uint8Array) => Uint8Array
}

const upTo = (most: number, rng: Rng): number => Math.floor(rng() * (most + 1))

/** Random in its first kilobyte and in what is repeated of it: to draw each byte would cost more than to decode it. */
function randomBytes(count: number, rng: Rng): Uint8Array {
  const unit = Uint8Array.from({ length: Math.min(count, 1021) }, () => upTo(255, rng))
  return unit.byteLength === 0 ? unit : new Uint8Array(Buffer.alloc(count, unit))
}

function filled(bytes: number, unit: readonly number[]): Uint8Array {
  const count = Math.floor(bytes / unit.length) * unit.length
  return count === 0 ? new Uint8Array() : new Uint8Array(Buffer.alloc(count, Uint8Array.from(unit)))
}

/** A field of a number and wire type of its own, around `inside`. */
function field(number: number, inside: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from([...varint.encode(number * 8 + 2), ...varint.encode(inside.byteLength)]), inside])
}

/** Bytes of which Base58, and whatever else grows with the square, has the most to do. */
const LONG_NAMES: readonly (readonly number[])[] = [[0xff], [0x00], [0x08, 0x01], [0x12, 0x20]]

function longName(bytes: number, rng: Rng): Uint8Array {
  const body = filled(Math.max(0, bytes - 8), LONG_NAMES[upTo(LONG_NAMES.length - 1, rng)]!)
  // an address: /p2p/ and a digest of that length
  const digest = Buffer.concat([Uint8Array.from([0x12, ...varint.encode(body.byteLength)]), body])
  return Buffer.concat([Uint8Array.from([...varint.encode(421), ...varint.encode(digest.byteLength)]), digest])
}

export const FAMILIES: readonly Family[] = [
  { name: 'random', make: (bytes, rng) => randomBytes(bytes, rng) },
  {
    name: 'damaged',
    make: (bytes, rng, valid) => {
      const damaged = Uint8Array.from(valid.subarray(0, bytes))
      for (let each = 0; each <= upTo(4, rng) && damaged.byteLength > 0; each++) damaged[upTo(damaged.byteLength - 1, rng)] = upTo(255, rng)
      return damaged
    }
  },
  { name: 'valid, again and again', make: (bytes, _rng, valid) => filled(bytes, valid.byteLength === 0 ? [0] : [...valid]) },
  { name: 'empty fields', make: (bytes, rng) => filled(bytes, [...varint.encode((1 + upTo(14, rng)) * 8 + 2), 0]) },
  { name: 'fields of one byte', make: (bytes, rng) => filled(bytes, [...varint.encode((1 + upTo(14, rng)) * 8 + 2), 1, upTo(255, rng)]) },
  { name: 'numbers', make: (bytes, rng) => filled(bytes, [...varint.encode((1 + upTo(14, rng)) * 8), ...varint.encode(upTo(2 ** 31, rng))]) },
  { name: 'unknown fields', make: (bytes, rng) => filled(bytes, [...varint.encode((1_000 + upTo(1_000, rng)) * 8), 1]) },
  { name: 'numbers without end', make: (bytes, rng) => filled(bytes, [rng() < 0.5 ? 0x80 : 0xff]) },
  { name: 'long tags', make: (bytes, rng) => filled(bytes, [0x80 + 8 * (1 + upTo(14, rng)) + 2, 0x80, 0x00, 0x00]) },
  { name: 'groups', make: (bytes, rng) => filled(bytes, [8 * (1 + upTo(14, rng)) + 3]) },
  { name: 'one long field', make: (bytes, rng) => field(1 + upTo(14, rng), filled(Math.max(0, bytes - 8), [upTo(255, rng)])) },
  {
    name: 'nested',
    make: (bytes, rng) => {
      let inside = filled(bytes / 2, [8, 1])
      for (let depth = upTo(40, rng); depth > 0 && inside.byteLength + 8 < bytes; depth--) inside = field(1 + upTo(14, rng), inside)
      return inside
    }
  },
  { name: 'a long name', make: (bytes, rng) => field(1 + upTo(4, rng), longName(bytes - 8, rng)) },
  { name: 'a long name in a message within', make: (bytes, rng) => field(1 + upTo(4, rng), field(1, longName(bytes - 16, rng))) },
  {
    name: 'many names',
    make: (bytes, rng) => {
      const one = field(1 + upTo(4, rng), longName(64, rng))
      return filled(bytes, [...one])
    }
  }
]
