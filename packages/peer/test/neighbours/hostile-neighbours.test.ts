import assert from 'node:assert/strict'
import { test } from 'node:test'
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
