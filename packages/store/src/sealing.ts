import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const VERSION = 1
/** Rotation comes later; a value already says which key sealed it. */
const KEY_NUMBER = 1
const NONCE_AT = 2
const SEALED_AT = 14
const TAG_BYTES = 16
const COUNTER_AT = 8
const COUNTER_MOST = 0xffffffff
export const STORAGE_KEY_BYTES = 32

/** Sealed: version(1) ‖ key number(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16); the database's key is the associated data. */
export interface Sealer {
  readonly seal: (key: Uint8Array, plain: Uint8Array) => Buffer
  /** Undefined where the value is not one that was sealed for this key with this storage key. */
  readonly open: (key: Uint8Array, sealed: Uint8Array) => Buffer | undefined
}

/**
 * Nonces are 8 random bytes and a counter: random alone would limit one key to 2³² records, a bare counter would repeat
 * itself on a folder that was put back from a backup.
 */
export function sealer(storageKey: Uint8Array): Sealer {
  const secret = Buffer.from(storageKey)
  const nonce = Buffer.alloc(SEALED_AT - NONCE_AT)
  let counter = COUNTER_MOST

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
      sealed[1] = KEY_NUMBER
      nonce.copy(sealed, NONCE_AT)
      cipher.update(plain).copy(sealed, SEALED_AT)
      cipher.final()
      cipher.getAuthTag().copy(sealed, SEALED_AT + plain.length)
      return sealed
    },
    open: (key, sealed) => {
      if (sealed.length < SEALED_AT + TAG_BYTES || sealed[0] !== VERSION || sealed[1] !== KEY_NUMBER) return undefined
      const decipher = createDecipheriv(ALGORITHM, secret, sealed.subarray(NONCE_AT, SEALED_AT), { authTagLength: TAG_BYTES })
      decipher.setAAD(key)
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
      const plain = decipher.update(sealed.subarray(SEALED_AT, sealed.length - TAG_BYTES))
      try {
        decipher.final()
      } catch {
        return undefined
      }
      return plain
    }
  }
}
