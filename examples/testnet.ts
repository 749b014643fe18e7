/** A network in a test has real hosts on loopback. One of them starts to alter what it passes on, and is evicted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { misbehave } from '@peerwatch/attacks'
import { createTestnet } from '@peerwatch/node/testnet'

test('a peer that corrupts gossip is evicted by all, and nobody else is', { timeout: 100_000 }, async t => {
  const testnet = await createTestnet({
    seeds: 1,
    trusted: 1,
    watchers: 2, // what they see first-hand is what evicts
    peers: 6, // enough honest ones for the watchers to compare with
    preset: 'demo', // windows of 2 s
    nodeInit: () => ({ chat: { everyMs: 500 } })
  })
  t.after(testnet.stop)
  const [corrupter, ...honest] = testnet.peers

  const evictions = honest.map(
    async ({ libp2p }) =>
      new Promise<string>(resolve => {
        libp2p.services.peerwatch.addEventListener('peer:evicted', ({ detail }) => resolve(`${detail.peer.toString()} ${detail.dimension}`))
      })
  )
  const attack = misbehave(corrupter!, 'corrupts')
  attack.start()
  t.after(attack.stop)

  for (const eviction of await Promise.all(evictions)) assert.equal(eviction, `${corrupter!.peerId.toString()} integrity`)
  for (const { libp2p } of honest) assert.equal(libp2p.services.peerwatch.evictions().length, 1)
})
