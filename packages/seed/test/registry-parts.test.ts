import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { LIMITS, WireError } from '@peerwatch/wire'
import fc from 'fast-check'
import * as varint from 'uint8-varint'
import { costLimits, groupOf, peerIdFromBytes, peerIdText, resolveNumbers } from '@peerwatch/link'
import { registrants } from '../src/registrants.ts'
import { registrantStore } from '../src/registrant-store.ts'
import { REGISTRY_SERVER_DEFAULTS } from '../src/options.ts'
import { readPeerRecord } from '@peerwatch/peer/parts'
import { sealPeerRecord } from '../../peer/src/registry/peer-record.ts'
import { registrations } from '../src/registrations.ts'
import { dialBacks } from '../src/dial-backs.ts'
import { testHost, testNetwork, until } from '../../link/test/support/core.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Probe } from '../src/probe.ts'
import type { Registrant } from '../src/registrants.ts'

const SELF = '12D3KooWSeed' as PeerIdString
const SOMEBODY = '12D3KooWExample' as PeerIdString

const groups = [
  { address: '/ip4/8.8.4.4/tcp/1', group: '8.8.4.0/24' },
  { address: '/ip4/8.8.4.7/tcp/1/ws', group: '8.8.4.0/24' },
  { address: '/ip4/8.8.4.9/udp/1/quic-v1', group: '8.8.4.0/24' },
  { address: '/ip4/127.0.0.1/tcp/1', group: 'private' },
  { address: '/ip4/192.168.3.4/tcp/1', group: 'private' },
  { address: '/ip4/100.64.0.1/tcp/1', group: 'private' },
  { address: '/ip6/::1/tcp/1', group: 'private' },
  { address: '/ip6/fd00::1/tcp/1', group: 'private' },
  { address: '/ip6/2a00:1450:4001:82b::1/tcp/1', group: '2a00:1450:4001::/48' },
  { address: '/ip6/2a00::1/tcp/1', group: '2a00:0:0::/48' },
  { address: '/ip6/::ffff:8.8.4.4/tcp/1', group: '8.8.4.0/24' },
  { address: '/dns4/example.org/tcp/1', group: 'private' }
]
for (const { address, group } of groups) {
  test(`${address} speaks for group ${group}`, () => {
    assert.equal(groupOf(multiaddr(address), 'public', SOMEBODY), group)
    assert.equal(groupOf(multiaddr(address), 'local', SOMEBODY), SOMEBODY)
  })
}

test('a peer record comes back as it was signed, and whatever else comes is a WireError', async () => {
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(key)
  const many = Array.from({ length: 40 }, (_, at) => multiaddr(`/ip4/127.0.0.1/tcp/${at + 1}/p2p/${peerId.toString()}`))
  const sealed = await sealPeerRecord(peerId, key, many, 5)
  const read = readPeerRecord(sealed)
  assert.equal(read.peer, peerId.toString())
  assert.equal(read.seq, 5)
  assert.deepEqual(read.addresses, many.slice(0, LIMITS.addresses).map(String))
  assert.ok(await read.isSigned())

  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      assert.throws(() => readPeerRecord(bytes), WireError)
    })
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const altered = Uint8Array.from(sealed)
      altered[at] = altered[at]! ^ flip
      try {
        const other = readPeerRecord(altered)
        // some bits of the wrapping mean nothing to protobuf; what is said may not differ
        if (await other.isSigned()) assert.deepEqual([other.peer, other.seq, other.addresses], [read.peer, read.seq, read.addresses])
      } catch (error) {
        assert.ok(error instanceof WireError)
      }
    })
  )
  assert.throws(() => readPeerRecord(new Uint8Array(LIMITS.peerRecordBytes + 1)), { code: 'too-long' })
})

function registrant(peer: string): Registrant {
  return {
    peer: peer as PeerIdString,
    record: new Uint8Array(),
    seq: 1,
    addresses: [],
    stamp: new Uint8Array(),
    introducedBy: SELF,
    group: peer,
    firstWindow: 1,
    reach: 'untried',
    heardAtMs: 0,
    knownAtMs: 0,
    registeredAtMs: 0
  }
}

test('entries behave like a bounded map, and a sample holds each wanted one once', () => {
  const operation = fc.record({ add: fc.boolean(), peer: fc.integer({ min: 0, max: 30 }) })
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 20 }), (operations, seed, most) => {
      const held = registrants({ most: 20, self: SELF, seedsCount: () => 3 })
      const oracle = new Set<string>()
      for (const { add, peer } of operations) {
        const name = `peer${peer}`
        if (add) {
          const fits = oracle.has(name) || oracle.size < 20
          assert.equal(held.set(registrant(name), seededRng(seed)).as !== 'full', fits)
          if (fits) oracle.add(name)
        } else assert.equal(held.delete(name as PeerIdString), oracle.delete(name))
      }
      assert.deepEqual([...held.values()].map(({ peer }) => peer).toSorted(), [...oracle].toSorted() as PeerIdString[])
      const sample = held.sample(most, ({ peer }) => peer !== 'peer3', seededRng(seed)).map(({ peer }) => peer)
      assert.equal(new Set(sample).size, Math.min(most, oracle.size - (oracle.has('peer3') ? 1 : 0)))
      assert.ok(sample.every(peer => oracle.has(peer) && peer !== 'peer3'))
    })
  )
})

test('an allowance is spent, refills with time and outlives a reconnect', () => {
  const clock = manualClock()
  const limits = costLimits({ perSecond: 10, burst: 20, mostKeys: 2, clock })
  assert.ok(limits.take(SOMEBODY, 20))
  assert.ok(!limits.take(SOMEBODY, 1))
  clock.advance(500)
  assert.ok(limits.take(SOMEBODY, 5))
  assert.ok(!limits.take(SOMEBODY, 1))
})

test('options name the one that is wrong', () => {
  assert.throws(() => resolveNumbers('registry', REGISTRY_SERVER_DEFAULTS, { mostPeers: 0 }), {
    code: 'bad-option',
    message: /mostPeers must be a number above 0, not 0/
  })
  assert.equal(resolveNumbers('registry', REGISTRY_SERVER_DEFAULTS, { mostPeers: 5 }).mostPeers, 5)
})

/** A multihash of SHA-256 that says it is this long; nobody hashed anything. */
function longHash(size: number): Uint8Array {
  return Uint8Array.from([0x12, ...varint.encode(size), ...new Uint8Array(size).fill(0x77)])
}

test('a peer id or address that is longer than any is refused before it is decoded, which would take seconds', async () => {
  const startedMs = performance.now()
  assert.throws(() => peerIdFromBytes(longHash(500_000)), WireError)
  assert.ok(performance.now() - startedMs < 30_000, 'minutes, if it was decoded')

  const key = await generateKeyPair('Ed25519')
  const inside = longHash(2_000)
  const bytes = Uint8Array.from([...multiaddr('/ip4/127.0.0.1/tcp/1').bytes, ...varint.encode(421), ...varint.encode(inside.byteLength), ...inside])
  const record = new PeerRecord({ peerId: peerIdFromPrivateKey(key), seqNumber: 1n, multiaddrs: [{ bytes } as Multiaddr] })
  const sealed = await RecordEnvelope.seal(record, key)
  assert.throws(() => readPeerRecord(sealed.marshal()), WireError)
})

test('who could be dialled once is not called unreachable by a dial-back that ends later', async t => {
  const { network, seeds } = await testNetwork()
  const { node, core } = await testHost(network, seeds[0])
  t.after(async () => node.stop())
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(key)
  const address = multiaddr('/ip4/127.0.0.1/tcp/1')
  const { registrants: held, register, reached } = registrations(core, registrantStore(core), REGISTRY_SERVER_DEFAULTS)
  await register(peerIdText(peerId), address, await sealPeerRecord(peerId, key, [address], 5))
  const reach = (): string | undefined => held.get(peerIdText(peerId))?.reach
  assert.equal(reach(), 'untried')
  reached(peerIdText(peerId), 5, true)
  reached(peerIdText(peerId), 5, false)
  assert.equal(reach(), 'reached')
})

test('who was reached not long ago and registers anew is not dialled again at the same addresses', async t => {
  const { network, seeds } = await testNetwork()
  const clock = manualClock()
  const { node, core } = await testHost(network, seeds[0], { clock })
  t.after(async () => node.stop())
  const dialled: string[] = []
  const known: number[] = []
  const results: boolean[] = []
  const probe: Probe = {
    answers: async () => true,
    isDialable: async (_peer, addresses) => {
      dialled.push(addresses.join())
      return true
    }
  }
  const backs = dialBacks(core, {
    probe,
    options: REGISTRY_SERVER_DEFAULTS,
    onResult: (_peer, _seq, reached) => results.push(reached),
    onKnown: (_peer, seq) => known.push(seq)
  })
  t.after(() => {
    backs.stop()
  })
  const registers = (seq: number, address: string): void => {
    backs.consider({ peer: SOMEBODY, seq, addresses: [address], group: 'private', reach: 'untried' })
  }
  registers(1, '/ip4/127.0.0.1/tcp/1')
  await until(() => results.length === 1, 'it is dialled')
  registers(2, '/ip4/127.0.0.1/tcp/1')
  assert.deepEqual(known, [2])
  registers(3, '/ip4/127.0.0.1/tcp/2')
  clock.advance(core.windows.windowMs)
  registers(3, '/ip4/127.0.0.1/tcp/2')
  await until(() => results.length === 2, 'other addresses are dialled')
  clock.advance(30 * core.windows.windowMs)
  registers(4, '/ip4/127.0.0.1/tcp/2')
  await until(() => results.length === 3, 'after a while it is dialled again')
  assert.deepEqual(dialled, ['/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/2', '/ip4/127.0.0.1/tcp/2'])
  assert.deepEqual(known, [2])
})
