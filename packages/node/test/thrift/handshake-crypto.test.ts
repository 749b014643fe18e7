import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { defaultCrypto, pureJsCrypto } from '@chainsafe/libp2p-noise/crypto'
import { Uint8ArrayList } from 'uint8arraylist'
import { handshakeCrypto } from '../../src/thrift/handshake-crypto.ts'

test('both sides find one secret, the same as with the crypto of Noise, however often and in however many pieces they have the keys', () => {
  const [own, other] = [handshakeCrypto.generateX25519KeyPair(), defaultCrypto.generateX25519KeyPair()]
  const expected = Buffer.from(pureJsCrypto.generateX25519SharedKey(own.privateKey, other.publicKey))
  // Noise has a copy of the library of its own, and so a type of its own
  const inPieces = new Uint8ArrayList(other.publicKey.subarray(0, 7), other.publicKey.subarray(7)) as object as Uint8Array
  for (let time = 0; time < 2; time++) {
    for (const [privateKey, publicKey] of [
      [own.privateKey, other.publicKey],
      [own.privateKey, inPieces],
      [own.privateKey.slice(), other.publicKey.slice()],
      [other.privateKey, own.publicKey]
    ] as const) {
      assert.deepEqual(Buffer.from(handshakeCrypto.generateX25519SharedKey(privateKey, publicKey)), expected)
    }
  }
})

test('a key that no secret can be made with is refused, as Noise itself does', () => {
  const { privateKey } = handshakeCrypto.generateX25519KeyPair()
  for (const publicKey of [new Uint8Array(32), randomBytes(31)]) {
    assert.throws(() => defaultCrypto.generateX25519SharedKey(privateKey, publicKey))
    assert.throws(() => handshakeCrypto.generateX25519SharedKey(privateKey, publicKey))
  }
})

test('keys are derived as Noise derives them, from nothing too', () => {
  for (const input of [randomBytes(32), new Uint8Array()]) {
    const chainingKey = randomBytes(32)
    const [own, expected] = [handshakeCrypto, pureJsCrypto].map(crypto => crypto.getHKDF(chainingKey, input).map(key => Buffer.from(key)))
    assert.deepEqual(own, expected)
  }
})
