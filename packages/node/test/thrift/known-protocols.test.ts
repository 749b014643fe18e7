import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { seededRng } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { manualClock } from '@peerwatch/model/testing'
import { rememberProtocols } from '../../src/thrift/known-protocols.ts'
import { pair } from './host.ts'
import type { TestContext } from 'node:test'
import type { PeerId, PeerStore } from '@libp2p/interface'

class CountingDatastore extends MemoryDatastore {
  reads = 0

  override get(...args: Parameters<MemoryDatastore['get']>): ReturnType<MemoryDatastore['get']> {
    this.reads++
    return super.get(...args)
  }
}

async function storeOf(t: TestContext): Promise<{ store: PeerStore; datastore: CountingDatastore; peer: PeerId }> {
  const datastore = new CountingDatastore()
  const node = await createLibp2p({ datastore, start: false })
  t.after(async () => node.stop())
  return { store: node.peerStore, datastore, peer: peerIdFromPrivateKey(await generateKeyPair('Ed25519')) }
}

test('a protocol that is known of a peer is not looked up again, another is stored', async t => {
  const { store, datastore, peer } = await storeOf(t)
  rememberProtocols(store, systemClock)
  await store.merge(peer, { protocols: ['/a'] })
  const before = datastore.reads
  for (let time = 0; time < 10; time++) assert.deepEqual((await store.merge(peer, { protocols: ['/a'] })).protocols, ['/a'])
  assert.equal(datastore.reads, before)
  await store.merge(peer, { protocols: ['/b'] })
  assert.ok(datastore.reads > before)
  assert.deepEqual((await store.get(peer)).protocols.toSorted(), ['/a', '/b'])
})

test('what is known is told again every quarter of an hour: a peer of whom nothing is written is forgotten', async t => {
  const { store, datastore, peer } = await storeOf(t)
  const clock = manualClock()
  rememberProtocols(store, clock)
  await store.merge(peer, { protocols: ['/a'] })
  const before = datastore.reads
  clock.advance(15 * 60_000 - 1)
  await store.merge(peer, { protocols: ['/a'] })
  assert.equal(datastore.reads, before)
  clock.advance(1)
  await store.merge(peer, { protocols: ['/a'] })
  assert.ok(datastore.reads > before)
})

test('a stream that libp2p opens is told to the store once', async t => {
  const { dialler, connection } = await pair(t)
  const { peerStore } = dialler
  const merge = peerStore.merge.bind(peerStore)
  let merges = 0
  peerStore.merge = async (...args) => {
    merges++
    return merge(...args)
  }
  rememberProtocols(peerStore, systemClock)
  for (let time = 0; time < 5; time++) await connection.newStream('/test/bytes/1')
  assert.equal(merges, 1)
  assert.ok((await peerStore.get(connection.remotePeer)).protocols.includes('/test/bytes/1'))
})

test('whatever else is written in between, the store holds in the end what it would hold without the memory', async t => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const rng = seededRng(seed)
    const remembering = await storeOf(t)
    const plain = await storeOf(t)
    rememberProtocols(remembering.store, systemClock)
    const { peer } = remembering
    const protocols = (): string[] => ['/a', '/b', '/c'].filter(() => rng() < 0.5)
    for (let step = 0; step < 100; step++) {
      const kind = Math.floor(rng() * 10)
      const told = protocols()
      const write = async (store: PeerStore): Promise<unknown> => {
        if (kind === 0) return store.patch(peer, { protocols: told })
        if (kind === 1) return store.delete(peer)
        if (kind === 2) return store.save(peer, { protocols: told, multiaddrs: [multiaddr('/ip4/127.0.0.1/tcp/1')] })
        if (kind === 3) return store.merge(peer, { multiaddrs: [multiaddr('/ip4/127.0.0.1/tcp/2')], protocols: told })
        // at once, as the streams of one turn and what a peer tells of itself
        if (kind === 4) return Promise.all([store.merge(peer, { protocols: told }), store.patch(peer, { protocols: ['/b'] })])
        return store.merge(peer, { protocols: told })
      }
      await Promise.all([write(remembering.store), write(plain.store)])
      const [one, other] = await Promise.all(
        [remembering, plain].map(async ({ store }) => ((await store.has(peer)) ? (await store.get(peer)).protocols.toSorted() : []))
      )
      assert.deepEqual(one, other, `step ${step} of seed ${seed}`)
    }
  }
})

test('what a peer tells of itself is known from then on, whatever is written of others meanwhile', async t => {
  const { store, datastore, peer } = await storeOf(t)
  const other = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  rememberProtocols(store, systemClock)
  await Promise.all([store.patch(peer, { protocols: ['/a', '/b'] }), store.patch(other, { protocols: ['/c'] })])
  const before = datastore.reads
  await store.merge(peer, { protocols: ['/b'] })
  assert.equal(datastore.reads, before)
  await store.merge(peer, { metadata: { seen: new Uint8Array([1]) } })
  const after = datastore.reads
  await store.merge(peer, { protocols: ['/a'] })
  assert.equal(datastore.reads, after)
})
