import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import * as varint from 'uint8-varint'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { observedHost } from '../support/observed-host.ts'
import type { Connection } from '@libp2p/interface'
import type { ObservedHost } from '../support/observed-host.ts'

function heardBy(host: ObservedHost): string[] {
  const heard: string[] = []
  host.core.events.addEventListener('neighbour:refuses', ({ detail: { peer, dimension } }) => heard.push(`${peer.toString()} ${dimension}`))
  return heard
}

async function say(connection: Connection, frame: Uint8Array): Promise<void> {
  try {
    const stream = await connection.newStream(PROTOCOLS.cut, { maxOutboundStreams: 100 })
    const over = new Promise(resolve => stream.addEventListener('close', resolve))
    stream.send(Uint8Array.from([...varint.encode(frame.byteLength), ...frame]))
    void stream.close().catch(() => {})
    await over
  } catch {
    // refused
  }
}

test('O71: a peer that is cut learns by whom and why before its links end, and takes whoever cut it for alive', async t => {
  const { network } = await testNetwork()
  const [cutting, cut] = [await observedHost(network), await observedHost(network)]
  t.after(async () => Promise.all([cutting.stop(), cut.stop()]))
  const heard = heardBy(cut)
  // one that never answered would be no neighbour anyway
  let hasAnswered = false
  cut.neighbours.onProbe((_peer, answered) => (hasAnswered ||= answered))
  await cut.node.dial(cutting.node.getMultiaddrs())
  await until(() => hasAnswered, 'no answer to a ping')
  await until(() => cutting.neighbours.isNeighbour(cut.core.self) && cut.neighbours.isNeighbour(cutting.core.self), 'not linked')
  const watchedWhenLost: boolean[] = []
  cut.core.events.addEventListener('neighbour:lost', () => watchedWhenLost.push(cut.neighbours.isNeighbour(cutting.core.self)))
  cutting.defence.cut(cut.core.self, 'resource', 'a flood')
  await until(() => cut.node.getConnections().length === 0 && cutting.node.getConnections().length === 0, 'the link stays')
  assert.deepEqual(heard, [`${cutting.core.self} resource`])
  await until(() => watchedWhenLost.length > 0, 'the loss is told')
  assert.deepEqual(watchedWhenLost, [false], 'who has hung up is not watched as if it were silent')
  assert.deepEqual(cut.registry.dead, [])
})

test('O71: who cannot be told is cut all the same', async t => {
  const { network } = await testNetwork()
  const cutting = await observedHost(network)
  const [deaf, silent] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([cutting.stop(), deaf.stop(), silent.stop()]))
  // it takes the stream, and neither reads nor ends it
  await silent.handle(PROTOCOLS.cut, () => {})
  for (const host of [deaf, silent]) await host.dial(cutting.node.getMultiaddrs())
  for (const host of [deaf, silent]) cutting.defence.cut(host.peerId.toString() as never, 'integrity', 'altered copies')
  await until(() => cutting.node.getConnections().length === 0, 'a link stays')
})

test('O71: what strangers say of having cut a node is a few words of each, and garbage is counted', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [talker, babbler] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([host.stop(), talker.stop(), babbler.stop()]))
  const heard = heardBy(host)
  const faults: string[] = []
  host.core.events.addEventListener('peer:fault', ({ detail: { peer, what } }) => faults.push(`${peer.toString()} ${what}`))
  const unknown = messages.cutNotice.encode({ dimension: 99 })
  const notice = messages.cutNotice.encode({ dimension: host.core.dimensions.row('resource').number })
  const talking = await talker.dial(host.node.getMultiaddrs())
  await say(talking, unknown)
  for (let count = 0; count < 6; count++) await say(talking, notice)
  assert.deepEqual(heard, [`${talker.peerId.toString()} resource`], 'one that is unknown, one that is heard, and no more')
  const babbling = await babbler.dial(host.node.getMultiaddrs())
  await say(babbling, Uint8Array.of(0xff, 0xff))
  await say(babbling, new Uint8Array(17))
  assert.deepEqual(faults, [`${babbler.peerId.toString()} malformed`, `${babbler.peerId.toString()} too-long`])
  assert.equal(heard.length, 1)
})
