import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNode } from '@peerwatch/node'
import { testCertificate } from '../../link/test/support/certificates.ts'
import { testNetwork, until } from '../../link/test/support/core.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node'
import type { Network } from '../../link/src/network.ts'

async function peers(t: TestContext, network: Network, count: number): Promise<PeerwatchNode[]> {
  const init = { role: 'peer', network, http: false, chat: false, listen: ['/ip4/127.0.0.1/tcp/0'] } as const
  const nodes = await Promise.all(Array.from({ length: count }, async () => createNode(init)))
  t.after(async () => Promise.all(nodes.map(async node => node.stop())))
  return nodes
}

test('a peer put on neverEvict while the node runs is let in again, and refused once it is taken off', async t => {
  const { network, trusted } = await testNetwork()
  const [node, other] = (await peers(t, network, 2)) as [PeerwatchNode, PeerwatchNode]
  const id = other.peerId.toString() as PeerIdString
  await node.libp2p.services.peerwatch.assembly.core.certificates.accept(await testCertificate(network, id, trusted))
  await assert.rejects(node.libp2p.dial(other.libp2p.getMultiaddrs()), /blocked by gater/)
  node.configure({ neverEvict: [id] })
  await node.libp2p.dial(other.libp2p.getMultiaddrs())
  node.configure({ neverEvict: [] })
  await until(() => node.libp2p.getConnections(other.peerId).length === 0, 'still linked')
  await assert.rejects(node.libp2p.dial(other.libp2p.getMultiaddrs()), /blocked by gater/)
})

test('a lower degree ends links at once; options that do not fit change nothing', async t => {
  const { network } = await testNetwork()
  const [node, ...others] = (await peers(t, network, 4)) as [PeerwatchNode, ...PeerwatchNode[]]
  for (const other of others) await node.libp2p.dial(other.libp2p.getMultiaddrs())
  const linked = (): number => node.view.status().neighbours.filter(({ state }) => state === 'connected').length
  await until(() => linked() === 3, 'not linked')
  assert.throws(() => node.configure({ neverEvict: ['bob'], neighbours: { targetDegree: 0, maxDegree: 1 } }), { code: 'bad-option' })
  assert.throws(() => node.configure({ neighbours: { targetDegree: 2, maxDegree: 1 } }), { code: 'bad-option' })
  assert.equal(linked(), 3)
  node.configure({ neighbours: { targetDegree: 0, maxDegree: 1 } })
  await until(() => linked() === 1, 'links above the degree stay')
})

test('a seed has room for as many links as its registry has streams, beside its own', async t => {
  const { network, seeds } = await testNetwork()
  const most = async (init: Partial<Parameters<typeof createNode>[0]>): Promise<number> => {
    const node = await createNode({ role: 'peer', network, http: false, listen: ['/ip4/127.0.0.1/tcp/0'], ...init })
    t.after(async () => node.stop())
    return node.libp2p.services.peerwatch.assembly.core.components.connectionManager.getMaxConnections()
  }
  const ofPeer = await most({})
  assert.equal(await most({ role: 'seed', privateKey: seeds[0]! }), ofPeer + 10_000)
  assert.equal(await most({ role: 'seed', privateKey: seeds[0]!, registry: { mostStreams: 20 } }), ofPeer + 20)
})
