import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { generateKeyPair, publicKeyFromRaw } from '@libp2p/crypto/keys'
import { Uint8ArrayList } from 'uint8arraylist'
import { importKeysOnce, IMPORTED_KEYS_MOST } from '../../src/thrift/imported-keys.ts'

const words = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a key that is imported once signs and verifies as libp2p does, before and after', async () => {
  const key = await generateKeyPair('Ed25519')
  const message = words('what was said')
  const before = await key.sign(message)
  importKeysOnce()
  importKeysOnce()
  const after = await key.sign(message)
  assert.deepEqual(after, before, 'Ed25519 signs the same bytes alike')
  const { publicKey } = key
  assert.equal(await publicKey.verify(message, after), true)
  assert.equal(await publicKey.verify(new Uint8ArrayList(message.subarray(0, 3), message.subarray(3)), after), true)
  assert.equal(await publicKey.verify(words('what was not said'), after), false)
  assert.equal(await publicKey.verify(message, after.with(5, after[5]! ^ 1)), false)
  assert.equal(await (await generateKeyPair('Ed25519')).publicKey.verify(message, after), false)
  assert.throws(() => publicKey.verify(message, after.subarray(1)), /64 bytes/)
  const aborted = { signal: AbortSignal.abort() }
  assert.throws(() => publicKey.verify(message, after, aborted), { name: 'AbortError' })
  assert.throws(() => key.sign(message, aborted), { name: 'AbortError' })
})

test('a key that was forgotten among many strangers is imported again', async () => {
  importKeysOnce()
  const key = await generateKeyPair('Ed25519')
  const message = words('again')
  const signature = await key.sign(message)
  for (let time = 0; time < 3; time++) assert.equal(await publicKeyFromRaw(key.publicKey.raw).verify(message, signature), true)
  for (let stranger = 0; stranger < IMPORTED_KEYS_MOST + 10; stranger++) await publicKeyFromRaw(randomBytes(32)).verify(message, signature)
  assert.equal(await key.publicKey.verify(message, signature), true, 'who was forgotten is imported again')
})
