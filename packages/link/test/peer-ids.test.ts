import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base58btc } from 'multiformats/bases/base58'
import fc from 'fast-check'
import { peerIdBytes, peerIdFromBytes, peerIdText, readPeerId } from '../src/peer-ids.ts'
import type { PeerIdString } from '@peerwatch/model'

/** An identity multihash of these bytes. */
function identity(key: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, key.byteLength), key])
}

function textOf(bytes: Uint8Array): string {
  return base58btc.encode(bytes).slice(1)
}

const ED25519 = Uint8Array.of(8, 1, 18, 32)

for (const kind of ['Ed25519', 'secp256k1', 'RSA'] as const) {
  test(`L45: the bytes that libp2p makes of a key of kind ${kind} are read, in bytes and in text`, async () => {
    const peer = peerIdFromPrivateKey(await generateKeyPair(kind as 'Ed25519'))
    const bytes = peer.toMultihash().bytes
    assert.equal(peerIdFromBytes(bytes), peer.toString())
    assert.equal(readPeerId(peer.toString()), peer.toString())
    assert.equal(readPeerId(peer.toCID().toString()), peer.toString(), 'a CID is another spelling of the same bytes')
    assert.deepEqual(Buffer.from(peerIdBytes(peerIdText(peer))), Buffer.from(bytes))
  })
}

test('L45: any other form of a peer id is refused, in bytes and in text', async () => {
  const { publicKey } = await generateKeyPair('Ed25519')
  const raw = publicKey.raw
  const secp = (await generateKeyPair('secp256k1')).publicKey.raw
  const key = Buffer.concat([ED25519, raw])
  assert.equal(peerIdFromBytes(identity(key)), textOf(identity(key)))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'der' })
  const digest = createHash('sha256').update(rsa).digest()
  const forms: Readonly<Record<string, Uint8Array>> = {
    'a field that no key has': identity(Buffer.concat([key, Uint8Array.of(26, 1, 7)])),
    'a number that no key has': identity(Buffer.concat([Uint8Array.of(24, 5), key])),
    'a longer varint for the kind': identity(Buffer.concat([Uint8Array.of(8, 0x81, 0), Uint8Array.of(18, 32), raw])),
    'a longer varint for the length of the key': identity(Buffer.concat([Uint8Array.of(8, 1, 18, 0xa0, 0), raw])),
    'a longer tag': identity(Buffer.concat([Uint8Array.of(0x88, 0, 1, 18, 32), raw])),
    'fields the other way round': identity(Buffer.concat([Uint8Array.of(18, 32), raw, Uint8Array.of(8, 1)])),
    'the key twice': identity(Buffer.concat([Uint8Array.of(8, 1, 18, 0), Uint8Array.of(18, 32), raw])),
    'a longer varint of the multihash': Buffer.concat([Uint8Array.of(0, 0xa4, 0), key]),
    'a longer code of the multihash': Buffer.concat([Uint8Array.of(0x80, 0, 36), key]),
    'an uncompressed point': identity(Buffer.concat([Uint8Array.of(8, 2, 18, 33), secp, Uint8Array.of(26, 0)])),
    'a byte behind the key': Buffer.concat([identity(key), Uint8Array.of(7)]),
    'a byte too few': identity(key).subarray(0, -1),
    'a short digest': Buffer.concat([Uint8Array.of(0x12, 20), digest.subarray(0, 20)]),
    'a digest with a longer length': Buffer.concat([Uint8Array.of(0x12, 0xa0, 0), digest]),
    'an address of the web': identity(Buffer.from('http://127.0.0.1/'))
  }
  for (const [name, bytes] of Object.entries(forms)) {
    assert.throws(() => peerIdFromBytes(bytes), name)
    assert.throws(() => readPeerId(textOf(bytes)), `${name}, as text`)
  }
})

test('L45: whatever bytes are read as a peer id are the bytes that its text stands for', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }))
      .map(([raw, before, after]) => identity(Buffer.concat([before, ED25519, raw, after])))
  )
  fc.assert(
    fc.property(bytes, given => {
      let text: PeerIdString
      try {
        text = peerIdFromBytes(given)
      } catch {
        return true
      }
      return Buffer.compare(peerIdBytes(text), given) === 0
    }),
    { numRuns: 2_000 }
  )
})
