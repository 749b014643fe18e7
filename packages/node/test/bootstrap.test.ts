import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { createNode } from '@peerwatch/node'
import { testNetwork, until } from '../../link/test/support/core.ts'

test("libp2p's bootstrap tells the peer store of every seed, for as long as the node runs", async t => {
  const { network } = await testNetwork()
  const node = await createNode({ role: 'peer', network, http: false, chat: false, listen: ['/ip4/127.0.0.1/tcp/0'] })
  t.after(async () => node.stop())
  const { peerStore } = node.libp2p
  const seeds = network.seeds.map(address => peerIdFromString(String(address).split('/p2p/')[1] ?? ''))
  assert.ok(seeds.length > 0)
  const tagged = async (): Promise<number> => {
    const known = await Promise.all(seeds.map(async seed => ((await peerStore.has(seed)) ? peerStore.get(seed) : undefined)))
    return known.filter(peer => peer?.tags.has('bootstrap') === true && peer.addresses.length > 0).length
  }
  await until(async () => (await tagged()) === seeds.length, 'the seeds are not tagged')
})
