import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from 'node:crypto'
import { defaultCrypto } from '@chainsafe/libp2p-noise/crypto'
import type { ICryptoInterface } from '@chainsafe/libp2p-noise'
import type { KeyObject } from 'node:crypto'

type Bytes = Parameters<ICryptoInterface['generateX25519SharedKey']>[0]

const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const KEY_BYTES = 32
const HKDF_BYTES = 3 * KEY_BYTES

/** By the very object that Noise holds: a handshake uses each of its keys up to three times, and its own one lives as long as the host. */
const privateKeys = new WeakMap<Bytes, KeyObject>()
const publicKeys = new WeakMap<Bytes, KeyObject>()

function imported(keys: WeakMap<Bytes, KeyObject>, raw: Bytes, take: (raw: Uint8Array) => KeyObject): KeyObject {
  const known = keys.get(raw)
  if (known != null) return known
  const key = take(raw.subarray())
  keys.set(raw, key)
  return key
}

/**
 * The crypto of Noise's handshakes, with each key imported once and with HKDF by OpenSSL.
 *
 * Noise hands both raw keys to OpenSSL with each of the three secrets of a handshake, which costs three times as much as the secret itself.
 */
export const handshakeCrypto: ICryptoInterface = Object.freeze<ICryptoInterface>({
  ...defaultCrypto,
  generateX25519KeyPair: () => {
    const { privateKey: key } = generateKeyPairSync('x25519')
    const { x = '', d = '' } = key.export({ format: 'jwk' })
    const privateKey = Buffer.from(d, 'base64url')
    privateKeys.set(privateKey, key)
    return { publicKey: Buffer.from(x, 'base64url'), privateKey }
  },
  generateX25519SharedKey: (privateKey, publicKey) =>
    diffieHellman({
      privateKey: imported(privateKeys, privateKey, raw => createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, raw]), format: 'der', type: 'pkcs8' })),
      publicKey: imported(publicKeys, publicKey, raw => createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' }))
    }),
  getHKDF: (chainingKey, input) => {
    const bytes = new Uint8Array(hkdfSync('sha256', input, chainingKey, '', HKDF_BYTES))
    return [bytes.subarray(0, KEY_BYTES), bytes.subarray(KEY_BYTES, 2 * KEY_BYTES), bytes.subarray(2 * KEY_BYTES)]
  }
})
