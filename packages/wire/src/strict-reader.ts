import { reader } from 'protons-runtime'
import { WireError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { readVarint, varintBytes } from './varint.ts'
import type { Reader } from 'protons-runtime'

const WIRE_TYPE = Object.freeze({ varint: 0, bits64: 1, bytes: 2, bits32: 5 })
const KNOWN_TYPES: readonly number[] = Object.values(WIRE_TYPE)
const UINT32_MOST = 0xffffffff

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** protons exports what makes its readers, but not their class. */
export const LenientReader = reader(new Uint8Array()).constructor as new (bytes: Uint8Array) => Reader

/**
 * protons' reader for those who agree on every byte: numbers have one form, a field has the wire type of its declaration (but for what is read as the length of a message) and ends within its message,
 * text is UTF-8, and there are no groups.
 *
 * protons' own takes numbers of any length, never compares the wire type and reads on beyond the end of a message within another, so Go, Rust and a
 * check before it would each read another message.
 */
export class StrictReader extends LenientReader {
  /** What protons asks for next: the tag of a field, or what it said it would be. */
  #wireType: number | undefined
  /** Where the messages end that are being read, each within the one before. */
  readonly #ends: number[] = []
  #fields = 0
  #messages = 0

  override uint32(): number {
    if (this.#wireType == null) this.#next()
    const value = this.#varint()
    if (value > UINT32_MOST) throw new WireError('malformed', 'a number beyond 2^32')
    if (this.#wireType == null) this.#wireType = tagType(value)
    // the length of a message within this one is asked for like a number
    else if (this.#wireType === WIRE_TYPE.bytes) this.#enter(value)
    else this.#took(WIRE_TYPE.varint)
    return value
  }

  override string(): string {
    return utf8.decode(this.bytes())
  }

  /** Throws where something is left, or was read beyond the end of a message. */
  finish(): void {
    this.#leave()
    if (this.pos !== this.len || this.#ends.length > 0) throw new WireError('malformed', 'a message that does not end where it says')
  }

  override bool(): boolean {
    this.#took(WIRE_TYPE.varint)
    const value = this.#varint()
    if (value > 1) throw new WireError('malformed', 'a boolean that is neither 0 nor 1')
    return value === 1
  }

  override uint64Number(): number {
    this.#took(WIRE_TYPE.varint)
    return this.#varint()
  }

  override double(): number {
    this.#took(WIRE_TYPE.bits64)
    return super.double()
  }

  override bytes(): ReturnType<Reader['bytes']> {
    this.#took(WIRE_TYPE.bytes)
    const length = this.#varint()
    const from = this.#advance(length)
    return this.buf.subarray(from, from + length) as ReturnType<Reader['bytes']>
  }

  override skipType(wireType: number): this {
    this.#took(wireType)
    if (wireType === WIRE_TYPE.varint) this.#varint()
    else if (wireType === WIRE_TYPE.bits64) this.#advance(8)
    else if (wireType === WIRE_TYPE.bits32) this.#advance(4)
    else this.#advance(this.#varint())
    return this
  }

  #next(): void {
    this.#leave()
    if (++this.#fields > LIMITS.fields) throw new WireError('malformed', `a message with more than ${LIMITS.fields} fields`)
  }

  #enter(length: number): void {
    this.#took(WIRE_TYPE.bytes)
    // an empty one has two bytes and costs 2 µs, be its field one that comes once
    if (++this.#messages > LIMITS.messages) throw new WireError('malformed', `a message with more than ${LIMITS.messages} within`)
    const end = this.pos + length
    if (end > (this.#ends.at(-1) ?? this.len)) throw new WireError('malformed', 'a message that is cut short')
    this.#ends.push(end)
  }

  #leave(): void {
    for (let end = this.#ends.at(-1); end != null && end <= this.pos; end = this.#ends.at(-1)) {
      if (end < this.pos) throw new WireError('malformed', 'a field that goes beyond its message')
      this.#ends.pop()
    }
  }

  #took(wireType: number): void {
    if (this.#wireType !== wireType) throw new WireError('malformed', `a field of wire type ${this.#wireType} instead of ${wireType}`)
    this.#wireType = undefined
  }

  #varint(): number {
    const value = readVarint(this.buf, this.pos, this.len)
    if (value == null) throw new WireError('malformed', 'a number that is cut short')
    this.pos += varintBytes(value)
    return value
  }

  #advance(bytes: number): number {
    const from = this.pos
    if (from + bytes > this.len) throw new WireError('malformed', 'a field that is cut short')
    this.pos += bytes
    return from
  }
}

function tagType(tag: number): number {
  const wireType = tag & 7
  if (tag < 8 || !KNOWN_TYPES.includes(wireType)) throw new WireError('malformed', `a field of number ${tag >>> 3} and wire type ${wireType}`)
  return wireType
}
