import { WireError } from './errors.ts'

const CONTINUES = 0x80

/**
 * The number at `at`, as protocol buffers and libp2p write it: seven bits a byte, the lowest first, in no more bytes than it needs.
 *
 * The one reader of such numbers. A longer form of the same number makes two parsers disagree on where the next field begins, and then what one of
 * them has checked is not what the other one reads.
 *
 * @returns undefined while it is not whole within `end`; else the number, which takes `varintBytes` of it
 */
export function readVarint(bytes: Uint8Array, at: number, end: number): number | undefined {
  let value = 0
  let factor = 1
  for (let next = at; next < end; next++) {
    const byte = bytes[next]!
    value += (byte & 0x7f) * factor
    if (value > Number.MAX_SAFE_INTEGER) throw new WireError('malformed', 'a number beyond 2^53')
    if (byte < CONTINUES) {
      if (byte === 0 && next > at) throw new WireError('malformed', 'a number in more bytes than it needs')
      return value
    }
    factor *= CONTINUES
    if (factor > Number.MAX_SAFE_INTEGER) throw new WireError('malformed', 'a number beyond 2^53')
  }
  return undefined
}

/** How many bytes a number takes. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= CONTINUES; rest = Math.floor(rest / CONTINUES)) bytes++
  return bytes
}
