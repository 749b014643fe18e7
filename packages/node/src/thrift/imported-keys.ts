import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { privateKeyFromRaw, publicKeyFromRaw } from '@libp2p/crypto/keys'
import { BoundedMap } from '@peerwatch/model'
import type { KeyObject } from 'node:crypto'
import type { AbortOptions, PrivateKey, PublicKey } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

const PUBLIC_BYTES = 32
const PRIVATE_BYTES = 64
const SIGNATURE_BYTES = 64
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Authors of gossip that are heard at a time; a key that was forgotten is imported again. */
export const IMPORTED_KEYS_MOST = 4_096

type Verify = (this: PublicKey, data: Uint8Array | Uint8ArrayList, signature: Uint8Array, options?: AbortOptions) => boolean | Promise<boolean>
type Sign = (this: PrivateKey, message: Uint8Array | Uint8ArrayList, options?: AbortOptions) => Uint8Array | Promise<Uint8Array>

const publicKeys = new BoundedMap<string, KeyObject>(IMPORTED_KEYS_MOST)
const privateKeys = new WeakMap<object, KeyObject>()
let isInstalled = false

function importedPublicKey(raw: Uint8Array): KeyObject {
  const name = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')
  const known = publicKeys.get(name)
  if (known != null) return known
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
  publicKeys.set(name, key)
  return key
}

function importedPrivateKey(owner: PrivateKey): KeyObject {
  const known = privateKeys.get(owner)
  if (known != null) return known
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, owner.raw.subarray(0, PUBLIC_BYTES)]), format: 'der', type: 'pkcs8' })
  privateKeys.set(owner, key)
  return key
}

function signWithKnownKey(this: PrivateKey, message: Uint8Array | Uint8ArrayList, options?: AbortOptions): Uint8Array {
  options?.signal?.throwIfAborted()
  return sign(null, message.subarray(), importedPrivateKey(this))
}

/**
 * Has libp2p's Ed25519 keys of this process import each key once.
 *
 * libp2p hands the raw key to OpenSSL with each signature, which costs a third of the signature itself, and gossipsub verifies one for every message.
 * Its class is not exported and the function below it is not replaceable, so the two methods of the class are.
 */
export function importKeysOnce(): void {
  if (isInstalled) return
  isInstalled = true
  const publicClass = Object.getPrototypeOf(publicKeyFromRaw(new Uint8Array(PUBLIC_BYTES))) as { verify: Verify }
  const privateClass = Object.getPrototypeOf(privateKeyFromRaw(new Uint8Array(PRIVATE_BYTES))) as { sign: Sign }
  const { verify: verifyWithImport } = publicClass
  publicClass.verify = function verifyWithKnownKey(data, signature, options) {
    // what is malformed gets libp2p's own error
    if (signature.byteLength !== SIGNATURE_BYTES || !(signature instanceof Uint8Array)) return verifyWithImport.call(this, data, signature, options)
    options?.signal?.throwIfAborted()
    return verify(null, data.subarray(), importedPublicKey(this.raw), signature)
  }
  privateClass.sign = signWithKnownKey
}
