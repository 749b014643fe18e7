import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROTOCOLS } from '@peerwatch/wire'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { observedHost } from '../support/observed-host.ts'

test('names that come and go do not add up, and do not push out whom this node knew before', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network, { neighbours: { maxDegree: 3 } })
  t.after(async () => host.stop())
  const known = await plainHost()
  await host.node.dial(known.getMultiaddrs())
  await until(() => host.neighbours.list().length === 1, 'linked')
  for (const connection of known.getConnections()) connection.abort(new Error('killed'))
  await known.stop()
  await until(() => host.neighbours.list()[0]?.state === 'lost', 'lost')
  for (let name = 0; name < 8; name++) {
    const passing = await plainHost()
    await passing.dial(host.node.getMultiaddrs())
    await until(() => host.neighbours.isNeighbour(passing.peerId.toString() as never), 'it came')
    await passing.stop()
    await until(() => host.neighbours.list().every(({ state }) => state === 'lost'), 'and went')
    assert.ok(host.neighbours.list().length <= 3)
  }
  assert.ok(host.neighbours.isNeighbour(known.peerId.toString() as never))
})

test('who hangs up on every redial is alive and wants no link: it is no miss, no dead report, and it is left alone for some windows', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network, { neighbours: { targetDegree: 1 } })
  const peer = await plainHost()
  const id = peer.peerId.toString() as never
  t.after(async () => Promise.all([host.stop(), peer.stop()]))
  await host.node.dial(peer.getMultiaddrs())
  host.registry.known.push({ peer: id, addresses: peer.getMultiaddrs().map(String), unreachable: false, guest: false })
  const told: string[] = []
  host.core.events.addEventListener('neighbour:connected', () => told.push('linked'))
  host.core.events.addEventListener('neighbour:lost', () => told.push('lost'))
  // it was late for once before it cut this node: the miss of then says nothing about why it hangs up now
  const cut = (): void => {
    host.core.events.removeEventListener('neighbour:missed', cut)
    peer.addEventListener('connection:open', ({ detail }) => void detail.close())
    for (const connection of peer.getConnections()) connection.close().catch(() => {})
  }
  host.core.events.addEventListener('neighbour:missed', cut)
  await peer.unhandle(PROTOCOLS.ping)
  await until(() => told.filter(each => each === 'lost').length === 2, 'the redial did not come, or was kept')
  assert.ok(!host.neighbours.isNeighbour(id), 'still watched, and redialled')
  let closed = 0
  host.core.events.addEventListener('window:closed', () => {
    closed++
  })
  await until(() => closed === 2, 'no windows')
  assert.deepEqual(told, ['lost', 'linked', 'lost'])
  assert.deepEqual(host.registry.dead, [])
})
