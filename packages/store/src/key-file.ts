import { STORAGE_KEY_BYTES } from './sealing.ts'
import type { StorageKey } from './sealing.ts'

/*
 * storage.key: the 32 bytes of key number 1, until it is rotated for the first time; then number(1) ‖ key(32), the newest first, and once more
 * for the older key as long as something may be sealed with it.
 */
const ENTRY_BYTES = 1 + STORAGE_KEY_BYTES
const KEYS_MOST = 2
const NUMBER_MOST = 0xff

/** Undefined where it is no such file. */
export function keysFrom(content: Buffer): StorageKey[] | undefined {
  if (content.length === STORAGE_KEY_BYTES) return [{ number: 1, bytes: content }]
  const count = content.length / ENTRY_BYTES
  if (!Number.isInteger(count) || count < 1 || count > KEYS_MOST) return undefined
  const keys = Array.from({ length: count }, (_, at) => content.subarray(at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES)).map(entry => ({
    number: entry[0]!,
    bytes: entry.subarray(1)
  }))
  const numbers = new Set(keys.map(({ number }) => number))
  return numbers.has(0) || numbers.size < count ? undefined : keys
}

export function keyBytes(keys: readonly StorageKey[]): Buffer {
  const [only, ...others] = keys
  if (only?.number === 1 && others.length === 0) return Buffer.from(only.bytes)
  return Buffer.concat(keys.flatMap(({ number, bytes }) => [Buffer.of(number), bytes]))
}

/** From 1 to 255, and again from 1: of two keys in use the numbers differ. */
export function nextNumber(number: number): number {
  return (number % NUMBER_MOST) + 1
}
