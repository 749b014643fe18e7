import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestnet } from '../../src/testnet.ts'
import type { PeerwatchNode } from '../../src/testnet.ts'

/** Settles with the first event of this name. */
async function first(node: PeerwatchNode, name: 'report:acknowledged' | 'neighbour:connected'): Promise<void> {
  return new Promise(resolve => {
    node.libp2p.services.peerwatch.addEventListener(
      name,
      () => {
        resolve()
      },
      { once: true }
    )
  })
}

test('nodes that listen on WebSockets only register, link up, gossip, and have their reports acknowledged', async t => {
  const happened: Promise<unknown>[] = []
  const net = await createTestnet({
    transport: 'ws',
    seeds: 1,
    trusted: 1,
    watchers: 0,
    peers: 2,
    nodeInit: name => ({
      ...(name.startsWith('peer') && { chat: { everyMs: 200 } }),
      onCreated: node => {
        if (node.role !== 'peer') return
        happened.push(first(node, 'neighbour:connected'), first(node, 'report:acknowledged'))
        happened.push(
          new Promise<void>(resolve => {
            node.onFirstSight(({ origin }) => {
              if (origin !== node.peerId.toString()) resolve()
            })
          })
        )
      }
    })
  })
  t.after(async () => net.stop())
  await Promise.all(happened)
  const nodes = [...net.seeds, ...net.trusted, ...net.peers]
  for (const node of nodes) {
    assert.ok(
      node.addresses().every(address => /\/tcp\/\d+\/ws\/p2p\/\w+$/.test(address)),
      `${node.name} listens at ${node.addresses().join(', ')}`
    )
    const remote = node.libp2p.getConnections().map(({ remoteAddr }) => remoteAddr.toString())
    assert.ok(remote.length > 0 && remote.every(address => /\/ws(\/|$)/.test(address)), `${node.name} is linked to ${remote.join(', ')}`)
  }
  const { peers = [] } = net.seeds[0]!.libp2p.services.peerwatch.assembly.seed?.status() ?? {}
  for (const { peerId } of net.peers)
    assert.ok(
      peers.some(({ peer, reach }) => peer === peerId.toString() && reach === 'reached'),
      'dialled back'
    )
})
