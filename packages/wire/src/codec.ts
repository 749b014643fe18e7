import { WireError } from './errors.ts'
import { StrictReader } from './strict-reader.ts'
import type { Codec } from 'protons-runtime'

/** A message with its size limit. */
export interface WireCodec<T> {
  readonly maxBytes: number
  readonly encode: (message: Partial<T>) => Uint8Array
  /** Throws WireError for anything that is too long or malformed. */
  readonly decode: (bytes: Uint8Array) => T
}

interface Generated<T> {
  readonly encode: (message: Partial<T>) => Uint8Array
  readonly codec: () => Codec<T>
}

export function wireCodec<T>(name: string, message: Generated<T>, maxBytes: number, limits: Record<string, unknown> = {}): WireCodec<T> {
  return {
    maxBytes,
    encode: value => message.encode(value),
    decode: bytes => {
      if (bytes.byteLength > maxBytes) throw new WireError('too-long', `${name} of ${bytes.byteLength} bytes, at most ${maxBytes}`)
      try {
        const reader = new StrictReader(bytes)
        // the generated type of `limits` depends on the message; a wrong name in the table below is found by test/limits.test.ts
        const decoded = message.codec().decode(reader, undefined, { limits: limits as never })
        reader.finish()
        return decoded
      } catch (error) {
        throw new WireError('malformed', `malformed ${name}`, { cause: error })
      }
    }
  }
}
