import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { gossipLimits, resolveGossipLimits } from '../../src/gossip/gossip-limits.ts'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost, send } from '../support/gossip.ts'
import { observedHost } from '../support/observed-host.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { GossipLimitsOptions } from '../../src/gossip/gossip-limits.ts'
import type { RawMessage } from '../support/gossip.ts'
import type { ObservedHost } from '../support/observed-host.ts'

const TOPIC = '/app/1'
const MIB = 2 ** 20
const SENT = 200

interface Promising {
  readonly gossipTracer: { readonly promises: Map<string, Map<string, number>> }
}
type Limited = PeerwatchEvents['gossip:limited']['detail']

interface Neighbourhood {
  readonly host: ObservedHost
  readonly flooder: Awaited<ReturnType<typeof plainHost>>
  readonly honest: Awaited<ReturnType<typeof plainHost>>
  readonly heard: { readonly from: string; readonly bytes: number }[]
  readonly limited: Limited[]
}

/** A host with two neighbours, who are not each other's. */
async function neighbourhood(t: TestContext, gossip: GossipLimitsOptions, enforce = true): Promise<Neighbourhood> {
  const { network } = await testNetwork()
  const host = await observedHost(network, { gossip, enforce })
  const [flooder, honest] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([flooder.stop(), honest.stop(), host.stop()]))
  const heard: { from: string; bytes: number }[] = []
  const limited: Limited[] = []
  host.node.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    if (detail.msg.topic === TOPIC) heard.push({ from: detail.propagationSource.toString(), bytes: detail.msg.data.byteLength })
  })
  host.core.events.addEventListener('gossip:limited', ({ detail }) => limited.push(detail))
  host.node.services.pubsub.subscribe(TOPIC)
  for (const neighbour of [flooder, honest]) {
    const { services } = neighbour
    services.pubsub.subscribe(TOPIC)
    await neighbour.dial(host.node.getMultiaddrs())
    await until(() => services.pubsub.getSubscribers(TOPIC).length > 0, 'no subscription')
  }
  return { host, flooder, honest, heard, limited }
}

async function publish({ services }: Neighbourhood['flooder'], count: number, bytes: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) await services.pubsub.publish(TOPIC, new Uint8Array(bytes).fill(sent))
}

const droppedOf = (limited: readonly Limited[], peer: { toString: () => string }): number =>
  limited.filter(each => each.peer.toString() === peer.toString()).reduce((sum, { messages }) => sum + messages, 0)

test('O23: what a neighbour hands over beyond the limit is dropped unread and told of; the link stays, and others are heard as before', async t => {
  const { host, flooder, honest, heard, limited } = await neighbourhood(t, { messagesPerSecond: 1, bytesPerSecond: MIB })
  const copies: string[] = []
  host.tap.onCopy(({ from }) => copies.push(from))
  const heardFrom = (peer: { toString: () => string }): number => heard.filter(({ from }) => from === peer.toString()).length
  const { promises } = (host.node.services.pubsub as unknown as Promising).gossipTracer
  promises.set('asked for', new Map([flooder, honest].map(({ peerId }) => [peerId.toString(), Infinity])))
  await publish(flooder, SENT, 40)
  await publish(honest, 2, 40)
  await until(
    () => heardFrom(flooder.peerId) + droppedOf(limited, flooder.peerId) === SENT && heardFrom(honest.peerId) === 2,
    'all messages are heard or told of as dropped'
  )
  assert.ok(heardFrom(flooder.peerId) >= 2 && heardFrom(flooder.peerId) < SENT / 2, `${heardFrom(flooder.peerId)} of ${SENT} were heard`)
  assert.equal(copies.filter(from => from === flooder.peerId.toString()).length, heardFrom(flooder.peerId), 'no signature was looked at for the others')
  assert.equal(droppedOf(limited, honest.peerId), 0)
  assert.equal(host.node.getPeers().length, 2)
  assert.deepEqual([...promises.get('asked for')!.keys()], [honest.peerId.toString()], 'nor is it blamed for what it was asked for and was dropped')
})

test('O23: of a piece that holds more than the limit the first messages are heard, and whatever else it says', async t => {
  const { host, flooder, heard } = await neighbourhood(t, { messagesPerSecond: 5, bytesPerSecond: MIB })
  const pubsub = flooder.services.pubsub as unknown as { sendRpc: (to: string, rpc: { messages: RawMessage[] }) => boolean }
  const sendRpc = pubsub.sendRpc.bind(pubsub)
  const kept: RawMessage[] = []
  pubsub.sendRpc = (to, rpc) => {
    kept.push(...rpc.messages)
    return sendRpc(to, { ...rpc, messages: [] })
  }
  await publish(flooder, 30, 40)
  assert.equal(kept.length, 30)
  const subscriptions = [{ subscribe: true, topic: '/app/2' }]
  sendRpc(host.node.peerId.toString(), { subscriptions, messages: kept } as { messages: RawMessage[] })
  await until(() => host.node.services.pubsub.getSubscribers('/app/2').length === 1, 'the subscription was dropped')
  await until(() => heard.length === 10, 'what may come at once was dropped')
})

test('O24: few messages of many bytes are limited too, in whatever field the bytes are', async t => {
  const { host, flooder, honest, heard, limited } = await neighbourhood(t, { messagesPerSecond: 1_000, bytesPerSecond: 500_000 })
  const startedMs = performance.now()
  await publish(flooder, 10, MIB - 1_000)
  await until(() => heard.length + droppedOf(limited, flooder.peerId) === 10, 'all heard or dropped')
  const allowedBytes = 500_000 * (2 + (performance.now() - startedMs) / 1_000)
  assert.ok(heard.length >= 1 && heard.length <= 1 + allowedBytes / MIB, `${heard.length} were heard: what may come at once, and not much more`)
  for (let sent = 0; sent < 200; sent++) send(honest, host.node, [{ topic: `/${'x'.repeat(60_000)}`, data: Uint8Array.of(sent) }])
  await until(() => droppedOf(limited, honest.peerId) > 0, 'long topics are not limited')
})

test('O26: certificates and rosters still come from a neighbour whose share others have filled', async t => {
  const { network } = await testNetwork()
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const limits = gossipLimits({ ...core, clock: manualClock() }, { options: { messagesPerSecond: 5, bytesPerSecond: MIB }, enforce: true })
  const from = 'relay' as PeerIdString
  const batch = (topics: readonly string[], bytes = 1_000): number =>
    limits.admitted({ from, messages: topics, bytes, isOwn: topic => topic === 'certificates' }).length
  assert.equal(batch(Array.from({ length: 50 }, () => 'chat')), 10)
  assert.equal(batch(['chat', 'certificates', 'chat', 'certificates']), 2)
  assert.equal(batch(['certificates'], 4 * MIB), 0, 'but not as a cover for bytes')
  const flood = { from: 'flooder' as PeerIdString, messages: Array.from({ length: 1_000 }, () => 'certificates'), bytes: 1_000 }
  assert.equal(limits.admitted({ ...flood, isOwn: () => true }).length, 510, 'nor without end: a share of their own, and then that of all')
})

test('O25: a dry run counts what it would drop, and drops nothing', async t => {
  const { flooder, heard, limited } = await neighbourhood(t, { messagesPerSecond: 5, bytesPerSecond: MIB }, false)
  await publish(flooder, SENT, 40)
  await until(() => heard.length === SENT && limited.length > 0, 'everything is heard, and told of')
})

test('O27: a message that Go hosts would not take is dropped on the topics of Peerwatch, and passed on where the application speaks', async t => {
  const { host, flooder, honest, heard } = await neighbourhood(t, { messagesPerSecond: 1_000, bytesPerSecond: 8 * MIB })
  const topic = '/peerwatch/testnet/chat/1'
  const sizes: number[] = []
  host.node.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    if (detail.msg.topic === topic) sizes.push(detail.msg.data.byteLength)
  })
  for (const { services } of [host.node, flooder, honest]) services.pubsub.subscribe(topic)
  await until(() => flooder.services.pubsub.getSubscribers(topic).length === 1, 'no subscription')
  await flooder.services.pubsub.publish(topic, new Uint8Array(1_000_001))
  await flooder.services.pubsub.publish(topic, new Uint8Array(1_000_000))
  await publish(flooder, 1, 2 * MIB)
  await until(() => sizes.length > 0 && heard.length > 0, 'nothing came')
  assert.deepEqual(sizes, [1_000_000])
  assert.deepEqual(
    heard.map(({ bytes }) => bytes),
    [2 * MIB]
  )
})

test('a limit below 1 is refused by name', () => {
  assert.throws(() => resolveGossipLimits({ bytesPerSecond: 0 }), {
    code: 'bad-option',
    message: /gossip\.bytesPerSecond: expected a number from 1 on, found 0/
  })
  assert.equal(resolveGossipLimits({ messagesPerSecond: 5 }).messagesPerSecond, 5)
})
