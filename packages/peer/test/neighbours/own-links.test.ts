import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDatastore } from 'datastore-core'
import { PROTOCOLS } from '@peerwatch/wire'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { listed, observedHost } from '../support/observed-host.ts'
import type { Network } from '@peerwatch/link'
import type { ObservedHost } from '../support/observed-host.ts'

async function hosts(network: Network, count: number): Promise<ObservedHost[]> {
  return Promise.all(Array.from({ length: count }, async () => observedHost(network)))
}

function ownLinks({ node }: ObservedHost): string[] {
  return node
    .getConnections()
    .filter(({ direction }) => direction === 'outbound')
    .map(({ remotePeer }) => remotePeer.toString())
}

test('O66: strangers that knock first are not all the neighbours that a node has: it dials its own share, and again where one of it is lost', async t => {
  const { network } = await testNetwork()
  const honest = await hosts(network, 4)
  const host = await observedHost(network, { neighbours: { targetDegree: 3 } })
  const strangers = await Promise.all(Array.from({ length: 8 }, async () => plainHost()))
  t.after(async () => Promise.all([host, ...honest, ...strangers].map(async each => each.stop())))
  for (const stranger of strangers) await stranger.dial(host.node.getMultiaddrs())
  await until(() => host.neighbours.list().length === strangers.length, 'they knocked')
  host.registry.known.push(...honest.map(listed))
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  await until(() => ownLinks(host).length === 3, 'its own share')
  const [lost] = honest.filter(({ core }) => ownLinks(host).includes(core.self))
  host.registry.left.add(lost!.core.self)
  await lost!.stop()
  await until(() => ownLinks(host).length === 3 && !ownLinks(host).includes(lost!.core.self), 'another in its place')
})

test('O66: where all inbound places are taken a node still makes its own links, and ends others for them', async t => {
  const { network } = await testNetwork()
  const honest = await hosts(network, 2)
  const host = await observedHost(network, { neighbours: { targetDegree: 2, maxDegree: 4 } })
  const strangers = await Promise.all(Array.from({ length: 4 }, async () => plainHost()))
  t.after(async () => Promise.all([host, ...honest, ...strangers].map(async each => each.stop())))
  const turnedAway: string[] = []
  host.core.events.addEventListener('neighbour:turned-away', ({ detail }) => turnedAway.push(`${detail.why} ${detail.peer.toString()}`))
  for (const stranger of strangers) await stranger.dial(host.node.getMultiaddrs())
  await until(() => host.neighbours.list().length === strangers.length, 'they knocked')
  host.registry.known.push(...honest.map(listed))
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  await until(() => ownLinks(host).length === 2 && host.node.getConnections().length === 4, 'its own share beside two of them')
  assert.ok(turnedAway.every(each => strangers.some(({ peerId }) => each === `full ${peerId.toString()}`)))
})

test('O65: silent strangers who knocked are no reason to believe oneself cut off, are dead themselves, and nobody has to hear of it', async t => {
  const { network } = await testNetwork()
  const honest = await hosts(network, 3)
  const host = await observedHost(network)
  const strangers = await Promise.all(Array.from({ length: 5 }, async () => plainHost()))
  t.after(async () => Promise.all([host, ...honest.slice(1), ...strangers].map(async each => each.stop())))
  const alarms: string[] = []
  const dead = new Set<string>()
  host.core.events.addEventListener('alarm', ({ detail }) => alarms.push(detail.code))
  host.core.events.addEventListener('neighbour:dead', ({ detail }) => dead.add(detail.peer.toString()))
  for (const { node } of honest) await host.node.dial(node.getMultiaddrs())
  for (const stranger of strangers) {
    await stranger.unhandle(PROTOCOLS.ping)
    await stranger.handle(PROTOCOLS.ping, () => {})
    await stranger.dial(host.node.getMultiaddrs())
  }
  await until(() => strangers.every(({ peerId }) => dead.has(peerId.toString())), 'silent for ever')
  const [first] = honest
  for (const connection of first!.node.getConnections()) connection.abort(new Error('killed'))
  await first!.stop()
  await until(() => dead.has(first!.core.self), 'not found dead')
  assert.deepEqual(alarms, [])
  assert.deepEqual(new Set(host.registry.dead), new Set([first!.core.self]))
})

test('O67: a node tries another listed peer from time to time, ends that link at once, and neither side looks for the other', async t => {
  const { network } = await testNetwork()
  const honest = await hosts(network, 2)
  const host = await observedHost(network, { neighbours: { targetDegree: 1 } })
  t.after(async () => Promise.all([host, ...honest].map(async each => each.stop())))
  const tried: string[] = []
  host.core.events.addEventListener('neighbour:turned-away', ({ detail }) => tried.push(`${detail.why} ${detail.peer.toString()}`))
  host.registry.known.push(...honest.map(listed))
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  await until(() => tried.length > 0, 'no feeler')
  const [own] = ownLinks(host)
  const [other] = honest.filter(({ core }) => core.self !== own)
  assert.deepEqual(tried, [`tried ${other!.core.self}`])
  await until(() => host.node.getPeers().length === 1 && other!.node.getPeers().length === 0, 'the link stayed')
  assert.ok(!host.neighbours.isNeighbour(other!.core.self))
})

test('O69: own links that lived are dialled again after a restart though no seed answers; those of another network are not', async t => {
  const { network } = await testNetwork()
  const elsewhere = await testNetwork({ name: 'elsewhere' })
  const [anchor] = await hosts(network, 1)
  const datastore = new MemoryDatastore()
  const privateKey = await generateKeyPair('Ed25519')
  const stopped: (() => Promise<unknown>)[] = [anchor!.stop]
  t.after(async () => Promise.all(stopped.map(async stop => stop())))
  const host = await observedHost(network, { privateKey, node: { libp2p: { datastore } }, neighbours: { targetDegree: 2 } })
  host.registry.known.push(listed(anchor!))
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  const writes = datastore.put.bind(datastore)
  const { promise: written, resolve } = Promise.withResolvers<void>()
  datastore.put = (key, value) => {
    if (key.toString() === '/peerwatch/anchors') resolve()
    return writes(key, value)
  }
  await written
  await host.stop()
  const other = await observedHost(elsewhere.network, { privateKey, node: { libp2p: { datastore } }, neighbours: { targetDegree: 2 } })
  const again = await observedHost(network, { privateKey, node: { libp2p: { datastore } }, neighbours: { targetDegree: 2 } })
  stopped.push(other.stop, again.stop)
  await until(() => ownLinks(again).includes(anchor!.core.self), 'not dialled')
  assert.deepEqual(other.node.getPeers(), [])
})
