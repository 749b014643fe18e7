import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const VERSION = 1
const NONCE_AT = 2
const SEALED_AT = 14
const TAG_BYTES = 16
const COUNTER_AT = 8
const COUNTER_MOST = 0xffffffff
export const STORAGE_KEY_BYTES = 32

export interface StorageKey {
  /** 1 to 255. Each value says with which one it was sealed. */
  readonly number: number
  readonly bytes: Uint8Array
}

/** Sealed: version(1) ‖ key number(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16); the database's key is the associated data. */
export interface Sealer {
  readonly seal: (key: Uint8Array, plain: Uint8Array) => Buffer
  /** Undefined where the value is not one that was sealed for this key with one of these storage keys. */
  readonly open: (key: Uint8Array, sealed: Uint8Array) => Buffer | undefined
  /** Whether it says that one of these storage keys sealed it, and not the newest. */
  readonly isOlder: (sealed: Uint8Array) => boolean
}

/**
 * Nonces are 8 random bytes and a counter: random alone would limit one key to 2³² records, a bare counter would repeat
 * itself on a folder that was put back from a backup.
 *
 * @param newest - seals; it and the older ones open
 */
export function sealer(newest: StorageKey, ...older: StorageKey[]): Sealer {
  // as key objects: with raw bytes Node takes four times as long for a record
  const secret = createSecretKey(newest.bytes)
  const secrets = new Map([newest, ...older].map(({ number, bytes }) => [number, createSecretKey(bytes)]))
  const nonce = Buffer.alloc(SEALED_AT - NONCE_AT)
  let counter = COUNTER_MOST
  const secretOf = (sealed: Uint8Array): KeyObject | undefined =>
    sealed[0] !== VERSION || sealed.length < SEALED_AT + TAG_BYTES ? undefined : secrets.get(sealed[1]!)

  return {
    seal: (key, plain) => {
      if (counter === COUNTER_MOST) {
        randomFillSync(nonce, 0, COUNTER_AT)
        counter = 0
      }
      nonce.writeUInt32BE(counter++, COUNTER_AT)
      const cipher = createCipheriv(ALGORITHM, secret, nonce)
      cipher.setAAD(key)
      const sealed = Buffer.allocUnsafe(SEALED_AT + plain.length + TAG_BYTES)
      sealed[0] = VERSION
      sealed[1] = newest.number
      nonce.copy(sealed, NONCE_AT)
      cipher.update(plain).copy(sealed, SEALED_AT)
      cipher.final()
      cipher.getAuthTag().copy(sealed, SEALED_AT + plain.length)
      return sealed
    },
    open: (key, sealed) => {
      const opening = secretOf(sealed)
      if (opening == null) return undefined
      const decipher = createDecipheriv(ALGORITHM, opening, sealed.subarray(NONCE_AT, SEALED_AT), { authTagLength: TAG_BYTES })
      decipher.setAAD(key)
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
      const plain = decipher.update(sealed.subarray(SEALED_AT, sealed.length - TAG_BYTES))
      try {
        decipher.final()
      } catch {
        return undefined
      }
      return plain
    },
    isOlder: sealed => secretOf(sealed) != null && sealed[1] !== newest.number
  }
}
