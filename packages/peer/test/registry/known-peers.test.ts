import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { messages } from '@peerwatch/wire'
import { createSigner, peerIdBytes, peerIdText } from '@peerwatch/link'
import { openListed } from '../../src/registry/known-peers.ts'
import { sealPeerRecord } from '../../src/registry/peer-record.ts'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { ListedPeer } from '@peerwatch/wire'

const EVERYTHING = [
  '/ip4/9.9.9.9/tcp/4001',
  '/ip4/1.2.3.4/tcp/22',
  '/ip4/127.0.0.1/tcp/6379',
  '/ip4/192.168.1.1/tcp/80',
  '/ip6/2a00:1450:4001::1/tcp/22',
  '/dns4/victim.example/tcp/443'
]

async function scene(scope: 'public' | 'local') {
  const keys = await testNetwork({ seeds: 1, scope })
  const { node, core } = await testHost(keys.network)
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(key)
  const peer = peerIdText(peerId)
  const listed = async (group: string, addresses: readonly string[], signer: PrivateKey = keys.seeds[0]!): Promise<ListedPeer> => ({
    record: await sealPeerRecord(
      peerId,
      key,
      addresses.map(address => multiaddr(address)),
      1
    ),
    stamp: await createSigner(signer, keys.network.id).sign('stamp', messages.stamp.encode({ peer: peerIdBytes(peer), group, firstWindow: 1 })),
    unreachable: false,
    guest: new Uint8Array()
  })
  const told = async (group: string, addresses: readonly string[], isOnSeedsNetwork: boolean): Promise<string[]> =>
    (await openListed(core, await listed(group, addresses), isOnSeedsNetwork)).addresses.map(address => address.replace(`/p2p/${peer}`, ''))
  return { node, core, key, listed, told }
}

test('G63: in scope public a peer dials only where a seed signed that it saw the other, and no private address of another’s network', async t => {
  const { node, core, key, listed, told } = await scene('public')
  t.after(async () => node.stop())
  assert.deepEqual(await told('9.9.9.0/24', EVERYTHING, true), ['/ip4/9.9.9.9/tcp/4001'])
  assert.deepEqual(await told('private', EVERYTHING, false), [])
  assert.deepEqual(await told('private', EVERYTHING, true), ['/ip4/127.0.0.1/tcp/6379', '/ip4/192.168.1.1/tcp/80'])
  const many = Array.from({ length: 16 }, (_, at) => `/ip4/9.9.9.${at + 1}/tcp/22`)
  assert.deepEqual(await told('9.9.9.0/24', many, false), [], 'a lying seed cannot have all knock at a whole /24 by one record')
  assert.deepEqual((await openListed(core, await listed('9.9.9.0/24', EVERYTHING, key), false)).addresses, [], 'who signs and is no seed here')
  assert.deepEqual((await openListed(core, { ...(await listed('9.9.9.0/24', EVERYTHING)), stamp: new Uint8Array() }, true)).addresses, [])
})

test('G63: a stamp by a seed of another roster is no fault of the seed that hands it on, and its peer is dialled nowhere; a forged one is', async t => {
  const { node, core, key, listed } = await scene('public')
  t.after(async () => node.stop())
  assert.deepEqual((await openListed(core, await listed('9.9.9.0/24', EVERYTHING, key), false)).addresses, [])
  const right = await listed('9.9.9.0/24', EVERYTHING)
  const stamp = right.stamp.slice()
  stamp[stamp.byteLength - 1]! ^= 1
  await assert.rejects(openListed(core, { ...right, stamp }, false), { code: 'bad-signature' })
})

test('G63: in scope local, where all share a few addresses, a peer is taken as it is signed', async t => {
  const { node, told } = await scene('local')
  t.after(async () => node.stop())
  assert.deepEqual(await told('anybody', EVERYTHING, false), EVERYTHING)
})
