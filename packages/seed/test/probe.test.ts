import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdText } from '@peerwatch/link'
import { probe } from '../src/probe.ts'
import { testHost, testNetwork, until } from '../../link/test/support/core.ts'
import { plainHost } from '../../peer/test/support/gossip.ts'
import type { Stream } from '@libp2p/interface'

const LONG_MS = 60_000
const PING = '/ipfs/ping/1.0.0'

test('G6: whom no link answers for is dialled before it counts as dead, and only at its own addresses', async t => {
  const { network } = await testNetwork()
  const { node, core } = await testHost(network)
  const [living, mute] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([node, living, mute].map(async host => host.stop())))
  const probing = probe(core)
  const peer = peerIdText(living.peerId)
  const addresses = living.getMultiaddrs().map(String)
  assert.deepEqual(node.getPeers(), [])
  assert.equal(await probing.answers(peer, addresses, LONG_MS), true, 'there is no link yet')
  await until(() => node.getConnections().length === 0, 'the link that was made to look is closed')
  await node.dial(living.getMultiaddrs())
  assert.equal(await probing.answers(peer, [], LONG_MS), true, 'the link that is there answers')
  await node.hangUp(living.peerId)
  assert.equal(await probing.answers(peer, mute.getMultiaddrs().map(String), LONG_MS), false, 'another answers there')
  assert.equal(await probing.isDialable(peer, addresses, LONG_MS), true)

  await mute.unhandle(PING)
  await mute.handle(PING, (stream: Stream) => {
    stream.abort(new Error('says nothing'))
  })
  assert.equal(await probing.answers(peerIdText(mute.peerId), mute.getMultiaddrs().map(String), LONG_MS), false, 'it is there, and answers nothing')
})
