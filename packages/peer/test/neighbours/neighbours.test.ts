import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { toPeerId } from '@peerwatch/link'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { listed, observedHost } from '../support/observed-host.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Counts } from '@peerwatch/model'
import type { ObservedHost } from '../support/observed-host.ts'

/** As SIGKILL does it: sockets end without a word, and nobody listens any more. */
async function kill(host: { stop: () => Promise<unknown>; node: Libp2p } | Libp2p): Promise<void> {
  const node = 'node' in host ? host.node : host
  for (const connection of node.getConnections()) connection.abort(new Error('killed'))
  await host.stop()
}

function eventsOf(host: ObservedHost): string[] {
  const told: string[] = []
  host.core.events.addEventListener('neighbour:dead', ({ detail }) => told.push(`dead ${detail.peer.toString()} ${detail.misses}`))
  host.core.events.addEventListener('neighbour:lost', ({ detail }) => told.push(`lost ${detail.peer.toString()} ${detail.goodbye ? 'goodbye' : 'watched'}`))
  host.core.events.addEventListener('alarm', ({ detail }) => told.push(detail.code))
  return told
}

test('O10: a killed neighbour is redialled and reported dead after three misses, and comes back by an answer', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const peer = await plainHost(undefined, ['/ip4/127.0.0.1/tcp/0'])
  const [address] = peer.getMultiaddrs()
  const id = peer.peerId.toString()
  const told = eventsOf(host)
  t.after(async () => host.stop())
  await host.node.dial(peer.getMultiaddrs())
  await until(() => (host.neighbours.list()[0]?.lastAnswerMs ?? 0) > 0, 'never answered a ping')
  assert.ok(
    host.neighbours.list().every(({ lastAnswerMs = 0 }) => lastAnswerMs <= HANGS_AFTER_MS),
    'how long it took, no instant'
  )
  await kill(peer)
  await until(() => host.neighbours.list()[0]?.state === 'lost', 'not noticed')
  await until(() => host.registry.dead.includes(id as never), 'not reported')
  assert.deepEqual(told, [`lost ${id} watched`, `dead ${id} 3`])
  const again = await plainHost(peerKey(peer), [address!.decapsulateCode(421).toString()])
  t.after(async () => again.stop())
  await until(() => host.neighbours.list()[0]?.state === 'connected' && host.neighbours.list()[0]?.misses === 0, 'it is back, and not seen')
})

test('O10: who knocks is pinged at once, so that the death of one that dies right away is reported', async t => {
  const keys = await testNetwork()
  const { roster } = keys.network
  // an interval that no test waits for
  const network = { ...keys.network, roster: { ...roster, preset: { ...roster.preset, pingEveryMs: 3_600_000 } } }
  const host = await observedHost(network, { rng: () => 0.5 })
  const peer = await plainHost()
  t.after(async () => Promise.all([host, peer].map(async each => each.stop())))
  await peer.dial(host.node.getMultiaddrs())
  await until(() => host.neighbours.list()[0]?.lastAnswerMs != null, 'never asked')
  await kill(peer)
  await until(() => host.neighbours.list()[0]?.state === 'lost', 'it is watched no longer')
})

function peerKey(node: Libp2p): Parameters<typeof plainHost>[0] {
  return (node as unknown as { components: { privateKey: NonNullable<Parameters<typeof plainHost>[0]> } }).components.privateKey
}

test('O11: who said goodbye is no longer watched, nor who was removed, and neither is reported dead', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [leaves, removed] = [await plainHost(), await plainHost()]
  const told = eventsOf(host)
  t.after(async () => host.stop())
  for (const peer of [leaves, removed]) await host.node.dial(peer.getMultiaddrs())
  await until(() => host.neighbours.list().length === 2, 'not linked')
  host.registry.left.add(leaves.peerId.toString() as never)
  await leaves.stop()
  await removed.stop()
  await until(() => told.length === 2, 'not noticed')
  assert.deepEqual(
    host.neighbours.list().map(({ peer, state }) => `${peer} ${state}`),
    [`${removed.peerId.toString()} lost`]
  )
  host.core.emit('peer:removed', { peer: removed.peerId, seeds: [], window: 1 })
  assert.deepEqual(host.neighbours.list(), [])
  assert.deepEqual(told.toSorted(), [`lost ${leaves.peerId.toString()} goodbye`, `lost ${removed.peerId.toString()} watched`].toSorted())
  assert.deepEqual(host.registry.dead, [])
})

test('O12: when most neighbours fall silent at once this node is offline: an alarm, nobody reported, nobody blamed', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const peers = [await plainHost(), await plainHost(), await plainHost(), await plainHost()]
  const told = eventsOf(host)
  const blamed: (Counts | undefined)[] = []
  t.after(async () => Promise.all([host.stop(), peers[3]?.stop()]))
  for (const peer of peers) await host.node.dial(peer.getMultiaddrs())
  await until(() => host.neighbours.list().every(({ lastAnswerMs }) => lastAnswerMs != null), 'no answers')
  let windows = 0
  host.core.events.addEventListener('window:closed', ({ detail }) => {
    windows++
    blamed.push(...detail.observations.map(({ counts }) => counts.liveness))
  })
  // within one window, or the first of them is not yet one of most
  await until(() => windows > 0, 'no window ended')
  await Promise.all(peers.slice(0, 3).map(kill))
  await until(() => host.neighbours.list().filter(({ misses }) => misses >= 4).length === 3, 'no misses')
  assert.ok(told.includes('offline'))
  assert.equal(told.filter(each => each === 'offline').length, 1)
  assert.deepEqual(host.registry.dead, [])
  assert.equal(
    blamed.reduce((bad, counts) => bad + (counts?.bad ?? 0), 0),
    0
  )
})

test('O13: a node dials up to its target, ends what is above the maximum, and keeps what is held', async t => {
  const { network, trusted } = await testNetwork()
  const peers = [await observedHost(network), await observedHost(network), await observedHost(network), await observedHost(network)] as const
  const host = await observedHost(network, { neighbours: { targetDegree: 2, maxDegree: 3 } })
  t.after(async () => Promise.all([host, ...peers].map(async each => each.stop())))
  host.registry.known.push(...peers.map(listed))
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  const linked = (): string[] => host.node.getPeers().map(String)
  await until(() => linked().length === 2, 'not dialled')
  const rest = peers.filter(({ core }) => !linked().includes(core.self))
  assert.equal(rest.length, 2)
  const [suspect, crowd] = rest as [ObservedHost, ObservedHost]
  await host.neighbours.hold(suspect.core.self)
  assert.equal(linked().length, 3)
  const ended = once(crowd.node as unknown as EventTarget, 'peer:disconnect')
  await crowd.node.dial(host.node.getMultiaddrs())
  await ended
  await until(() => linked().length === 3 && !linked().includes(crowd.core.self), 'above the maximum')
  assert.ok(linked().includes(suspect.core.self))
  host.neighbours.release(suspect.core.self)
  await until(() => !linked().includes(suspect.core.self), 'kept after the look')

  const [first] = linked()
  await host.certificates.accept(await testCertificate(network, first as never, trusted))
  await until(() => !linked().includes(first!) && linked().length === 2, 'no other took its place')
  assert.ok(!host.neighbours.list().some(({ peer }) => peer === first), 'an evicted peer is no neighbour')
  await assert.rejects(host.neighbours.hold(first as never), { code: 'no-route' })
  assert.equal(host.node.getConnections(toPeerId(first as never)).length, 0)
})

test('O22: a node that serves many and reports on nobody pings nobody and ends no link above the degree', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network, { neighbours: { watch: false, dial: false, maxDegree: 1 } })
  const [one, two] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([host, one, two].map(async each => each.stop())))
  const windows: number[] = []
  host.core.events.addEventListener('window:closed', ({ detail }) => windows.push(detail.window))
  for (const peer of [one, two]) await peer.dial(host.node.getMultiaddrs())
  await until(() => windows.length > 0, 'no window ended')
  assert.equal(host.node.getConnections().length, 2)
  assert.ok(host.neighbours.list().every(({ lastAnswerMs, misses }) => lastAnswerMs == null && misses === 0))
})
