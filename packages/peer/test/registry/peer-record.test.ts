import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateKeyPair, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import * as varint from 'uint8-varint'
import { readPeerRecord, sealPeerRecord } from '../../src/registry/peer-record.ts'

const key = await generateKeyPair('Ed25519')
const peerId = peerIdFromPrivateKey(key)
const LONG_BYTES = 3_695

const field = (tag: readonly number[], bytes: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.from(tag), varint.encode(bytes.byteLength), bytes])
const prefixed = (bytes: Uint8Array): Uint8Array => Buffer.concat([varint.encode(bytes.byteLength), bytes])

/** `/dnsaddr/0/p2p/…` with a name of 3.7 KB; the bytes of the digest are harmless numbers to who reads them as fields. */
function longAddress(hashCode = 0x12, digest = longDigest(LONG_BYTES)): Uint8Array {
  const multihash = Buffer.concat([varint.encode(hashCode), varint.encode(digest.byteLength), digest])
  return Buffer.concat([Uint8Array.of(56, 1, 0x30), varint.encode(421), prefixed(multihash)])
}

function longDigest(bytes: number): Uint8Array {
  const digest = Buffer.alloc(bytes, Uint8Array.of(0x08, 0x01))
  digest.set([0x08, 0x81, 0x01], bytes - 3)
  return digest
}

/** The same, where the lengths of its parts, too, are read as tags of numbers. */
function longAddressOfNumbers(): Uint8Array {
  return longAddress(2 ** 36, Buffer.concat([Uint8Array.of(0x01), longDigest(LONG_BYTES)]))
}

async function signedRecord(addresses: readonly Uint8Array[]): Promise<Uint8Array> {
  const payload = Buffer.concat([field([0x0a], peerId.toMultihash().bytes), Uint8Array.of(0x10, 1), ...addresses])
  const domain = new TextEncoder().encode(PeerRecord.DOMAIN)
  const signature = await key.sign(Buffer.concat([prefixed(domain), prefixed(PeerRecord.CODEC), prefixed(payload)]))
  return Buffer.concat([field([0x0a], publicKeyToProtobuf(key.publicKey)), field([0x12], PeerRecord.CODEC), field([0x1a], payload), field([0x2a], signature)])
}

suite('L42: the limits of a peer record hold for what is made of it, however it is written', () => {
  const short = multiaddr('/ip4/1.2.3.4/tcp/4001').bytes
  for (const { name, address } of [
    { name: 'a long address', address: field([0x1a], field([0x0a], longAddress())) },
    { name: 'a long address behind tags in more bytes than they need', address: field([0x9a, 0x80, 0], field([0x8a, 0x80, 0], longAddress())) },
    { name: 'a long address behind tags that say they are of numbers', address: field([0x18], field([0x08], longAddressOfNumbers())) },
    { name: 'a short address behind a tag in more bytes than it needs', address: field([0x9a, 0], field([0x0a], short)) },
    { name: 'an address that goes beyond its message', address: Buffer.concat([Uint8Array.of(0x1a, 4), field([0x0a], short)]) }
  ]) {
    test(`${name} is refused`, async () => {
      const record = await signedRecord([address])
      assert.throws(() => readPeerRecord(record), { name: 'WireError', code: 'malformed' })
    })
  }

  test('more addresses than the limit are refused, as many are read', async () => {
    const one = field([0x1a], field([0x0a], short))
    const sixteen = await signedRecord(Array.from({ length: 16 }, () => one))
    assert.equal(readPeerRecord(sixteen).addresses.length, 16)
    assert.equal(await readPeerRecord(sixteen).isSigned(), true)
    const more = await signedRecord(Array.from({ length: 17 }, () => one))
    assert.throws(() => readPeerRecord(more), { name: 'WireError', code: 'malformed' })
  })

  test('what libp2p signs is read as libp2p reads it', async () => {
    const addresses = ['/ip4/1.2.3.4/tcp/4001', '/dns4/peer.example/tcp/443/tls/ws'].map(text => multiaddr(text))
    const read = readPeerRecord(await sealPeerRecord(peerId, key, addresses, 2 ** 52))
    assert.deepEqual(
      [read.peer, read.seq, read.addresses, await read.isSigned()],
      [peerId.toString(), 2 ** 52, addresses.map(address => `${address.toString()}/p2p/${peerId.toString()}`), true]
    )
  })
})

test('L44: libp2p itself makes no text of an address with a peer id that is longer than any key makes', async () => {
  const { refuseLongPeerIds } = await import('../../../link/src/short-addresses.ts')
  refuseLongPeerIds()
  assert.throws(() => multiaddr(longAddress()).toString(), RangeError)
  assert.equal(multiaddr(`/p2p/${peerId.toString()}`).toString(), `/p2p/${peerId.toString()}`)
})
