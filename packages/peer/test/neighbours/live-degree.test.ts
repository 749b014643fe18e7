import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { listed, observedHost } from '../support/observed-host.ts'

test('a target above the maximum gives way to it: no link is made that would be ended; both can change while the node runs', async t => {
  const { network } = await testNetwork()
  const peers = [await observedHost(network), await observedHost(network), await observedHost(network)] as const
  const host = await observedHost(network, { neighbours: { targetDegree: 3, maxDegree: 1 } })
  t.after(async () => Promise.all([host, ...peers].map(async each => each.stop())))
  let dialled = 0
  host.node.addEventListener('peer:connect', () => {
    dialled++
  })
  host.registry.known.push(...peers.map(listed))
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  await until(() => host.node.getPeers().length === 1, 'not dialled')
  assert.equal(dialled, 1)
  host.neighbours.setDegree({ maxDegree: undefined, targetDegree: 2 })
  await until(() => host.node.getPeers().length === 2, 'no second one was dialled')
  host.neighbours.setDegree({ targetDegree: 0, maxDegree: 1 })
  await until(() => host.node.getPeers().length === 1, 'the second one was kept')
})
