import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveGossipLimits } from '../src/gossip-limits.ts'
import { testNetwork, until } from './support/core.ts'
import { plainHost } from './support/gossip.ts'
import { observedHost } from './support/observed-host.ts'
import type { TestContext } from 'node:test'
import type { PeerwatchEvents } from '../src/events.ts'
import type { GossipLimitsOptions } from '../src/gossip-limits.ts'
import type { ObservedHost } from './support/observed-host.ts'

const TOPIC = '/app/1'
const MIB = 2 ** 20
const SENT = 200

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
  const { host, flooder, honest, heard, limited } = await neighbourhood(t, { messagesPerSecond: 20, bytesPerSecond: MIB })
  const copies: string[] = []
  host.tap.onCopy(({ from }) => copies.push(from))
  await publish(flooder, SENT, 40)
  await publish(honest, 10, 40)
  const fromFlooder = (): number => heard.filter(({ from }) => from === flooder.peerId.toString()).length
  await until(() => fromFlooder() + droppedOf(limited, flooder.peerId) === SENT, `${SENT} messages heard or told of as dropped`)
  assert.ok(fromFlooder() >= 40 && fromFlooder() < SENT / 2, `${fromFlooder()} of ${SENT} were heard`)
  assert.equal(copies.filter(from => from === flooder.peerId.toString()).length, fromFlooder(), 'no signature was looked at for the others')
  assert.equal(heard.filter(({ from }) => from === honest.peerId.toString()).length, 10)
  assert.equal(droppedOf(limited, honest.peerId), 0)
  assert.equal(host.node.getPeers().length, 2)
})

test('O24: few messages of many bytes are limited too', async t => {
  const { flooder, heard, limited } = await neighbourhood(t, { messagesPerSecond: 1_000, bytesPerSecond: 100_000 })
  await publish(flooder, 10, MIB - 1_000)
  await until(() => heard.length + droppedOf(limited, flooder.peerId) === 10, 'all heard or dropped')
  assert.ok(heard.length >= 4 && heard.length <= 5, `${heard.length} were heard: what gossipsub takes in one piece, and no more`)
  assert.equal(
    limited.reduce((sum, { bytes }) => sum + bytes, 0),
    (10 - heard.length) * (MIB - 1_000)
  )
})

test('O25: a dry run counts what it would drop, and drops nothing', async t => {
  const { flooder, heard, limited } = await neighbourhood(t, { messagesPerSecond: 20, bytesPerSecond: MIB }, false)
  await publish(flooder, SENT, 40)
  await until(() => heard.length === SENT && limited.length > 0, 'everything is heard, and told of')
})

test('a limit below 1 is refused by name', () => {
  assert.throws(() => resolveGossipLimits({ bytesPerSecond: 0 }), {
    code: 'bad-option',
    message: /gossip\.bytesPerSecond: expected a number from 1 on, found 0/
  })
  assert.equal(resolveGossipLimits({ messagesPerSecond: 5 }).messagesPerSecond, 5)
})
