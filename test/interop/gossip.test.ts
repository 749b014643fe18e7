import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { startGo } from './support/go.ts'
import { digestOf, gossipHost, hexOf, inOneMesh, knowEachOther } from './support/gossip-host.ts'
import { until } from '../support/until.ts'
import type { TestContext } from 'node:test'
import type { GossipsubOpts } from '@libp2p/gossipsub'
import type { GoProcess } from './support/go.ts'
import type { GossipHost } from './support/gossip-host.ts'

const TOPIC = '/peerwatch/interop/chat/1'
const NO_MESH = { D: 0, Dlo: 0, Dhi: 0, Dout: 0, Dscore: 0, floodPublish: false } satisfies Partial<GossipsubOpts>
const COUNT = 20
const MIB = 2 ** 20

function digestsOf({ events }: GoProcess, name: string): string[] {
  return events.filter(({ event }) => event === name).map(({ sha256 }) => String(sha256))
}

async function publish({ libp2p }: GossipHost, count: number, bytes: number): Promise<string[]> {
  const published: string[] = []
  for (let number = 0; number < count; number++) {
    const data = new Uint8Array(bytes).fill(number)
    await libp2p.services.pubsub.publish(TOPIC, data)
    published.push(digestOf(data))
  }
  return published
}

async function pingBothWays({ libp2p }: GossipHost, other: GoProcess): Promise<void> {
  assert.ok((await libp2p.services.ping.ping(multiaddr(other.addresses[0]))) >= 0)
  other.send(`ping ${libp2p.peerId.toString()}`)
  assert.equal((await other.event('pinged'))['peer'], libp2p.peerId.toString())
}

/** A host of each language for one test; they exchange gossip, with nobody else. */
async function pair(t: TestContext, ...flags: readonly string[]): Promise<[GossipHost, GoProcess]> {
  const [host, other] = await Promise.all([gossipHost(TOPIC), startGo('vanilla', '-topic', TOPIC, '-every', '1ms', ...flags)])
  t.after(async () => Promise.all([host.libp2p.stop(), other.stop()]))
  await host.libp2p.dial(multiaddr(other.addresses[0]))
  await inOneMesh(host, TOPIC, other)
  return [host, other]
}

let ours: GossipHost
let go: GoProcess

before(async () => {
  ours = await gossipHost(TOPIC)
  go = await startGo('vanilla', '-topic', TOPIC, '-every', '1ms')
  await ours.libp2p.dial(multiaddr(go.addresses[0]))
  await inOneMesh(ours, TOPIC, go)
})
after(async () => {
  await go.stop()
  await ours.libp2p.stop()
})

test('gossip goes both ways: each side receives exactly what the other published, under the same ids', async () => {
  go.send('publish 50 300')
  const ourPublished = await publish(ours, 50, 400)
  await until(() => ours.received.size >= 50 && ['message', 'published'].every(name => digestsOf(go, name).length >= 50), 'all messages on both sides')
  assert.deepEqual(digestsOf(go, 'message').toSorted(), ourPublished.toSorted())
  assert.deepEqual([...ours.received.values()].toSorted(), digestsOf(go, 'published').toSorted())
  const fromUs = hexOf(ours.libp2p.peerId.toMultihash().bytes)
  for (const { event, id } of go.events) if (event === 'message') assert.ok(String(id).startsWith(fromUs), 'from and number make the id')
  assert.deepEqual(digestsOf(go, 'rejected'), [])
})

test('pings are answered both ways', async () => pingBothWays(ours, go))

test('messages just below 1 MiB go both ways', async t => {
  const [large, other] = await pair(t)
  const bytes = MIB - 512
  const published = await publish(large, 2, bytes)
  other.send(`publish 2 ${bytes}`)
  await until(() => large.received.size === 2 && ['message', 'published'].every(name => digestsOf(other, name).length === 2), 'large messages on both sides')
  assert.deepEqual(digestsOf(other, 'message').toSorted(), published.toSorted())
  assert.deepEqual([...large.received.values()].toSorted(), digestsOf(other, 'published').toSorted())
})

test('a message above 1 MiB by Go goes to nobody, which its author is not told; later ones arrive', async t => {
  const [host, other] = await pair(t)
  other.send(`publish 1 ${MIB + 1}`)
  await other.event('published')
  await other.event('dropped', ({ bytes }) => bytes === MIB + 1)
  other.send('publish 1 100')
  await until(() => host.received.size > 0, 'the small message of Go')
  assert.deepEqual([...host.received.values()], digestsOf(other, 'published').slice(1))
  await pingBothWays(host, other)
  const published = await publish(host, 1, 100)
  await until(() => digestsOf(other, 'message').length > 0, 'the small message of ours')
  assert.deepEqual(digestsOf(other, 'message'), published)
})

// What go-libp2p-pubsub and js gossipsub do together; docs/limits.md tells those who choose a size.
test('a message above 1 MiB sent to Go ends the gossip of that link in both directions; the link lives, and gossip comes back with a new one', async t => {
  const [host, other] = await pair(t)
  const us = host.libp2p.peerId.toString()
  await publish(host, 1, MIB + 1)
  await other.event('left', ({ peer }) => peer === us)
  await until(async () => (await host.libp2p.services.pubsub.publish(TOPIC, new Uint8Array(100))).recipients.length === 0, 'no stream to Go is left')
  other.send('publish 1 100')
  await other.event('published')
  await pingBothWays(host, other)
  assert.equal(host.libp2p.getConnections().length, 1)
  assert.deepEqual([host.received.size, digestsOf(other, 'message').length], [0, 0], 'neither hears the other')

  await host.libp2p.hangUp(peerIdFromString(other.peer))
  await other.event('disconnected', ({ peer }) => peer === us)
  await host.libp2p.dial(multiaddr(other.addresses[0]))
  await until(() => other.events.filter(({ event, peer }) => event === 'joined' && peer === us).length === 2, 'we joined anew')
  await until(async () => {
    other.send('publish 1 200')
    await publish(host, 1, 200)
    return host.received.size > 0 && digestsOf(other, 'message').length > 0
  }, 'small messages both ways')
  assert.ok(!digestsOf(other, 'message').includes(digestOf(new Uint8Array(MIB + 1))))
})

test('a Go host that takes 4 MiB exchanges such messages with us', async t => {
  const [host, other] = await pair(t, '-largest', String(4 * MIB))
  const bytes = 4 * MIB - 512
  const published = await publish(host, 1, bytes)
  other.send(`publish 1 ${bytes}`)
  await until(() => host.received.size === 1 && digestsOf(other, 'message').length === 1, 'both messages')
  assert.deepEqual(digestsOf(other, 'message'), published)
  assert.deepEqual([...host.received.values()], digestsOf(other, 'published'))
})

test('what is announced (IHAVE) is asked for (IWANT) across the languages: without any mesh all arrives, and only so', async t => {
  const [author, relay, other] = await Promise.all([
    gossipHost(TOPIC),
    gossipHost(TOPIC, NO_MESH),
    startGo('vanilla', '-topic', TOPIC, '-no-mesh', '-every', '1ms')
  ])
  t.after(async () => Promise.all([author.libp2p.stop(), relay.libp2p.stop(), other.stop()]))
  // a host without a mesh still sends what it says itself; what it relays, it can only announce
  await author.libp2p.dial(relay.libp2p.getMultiaddrs())
  await relay.libp2p.dial(multiaddr(other.addresses[0]))
  await knowEachOther(relay, TOPIC, other)
  await until(() => author.libp2p.services.pubsub.getSubscribers(TOPIC).length > 0, 'the relay subscribed')
  const published = await publish(author, COUNT, 200)
  other.send(`publish ${COUNT} 200`)
  await until(() => relay.received.size === 2 * COUNT && digestsOf(other, 'message').length === COUNT, 'all messages over IWANT')
  assert.deepEqual(digestsOf(other, 'message').toSorted(), published.toSorted())
  other.send('traffic')
  const { askedIn, askedOut } = await other.event('traffic')
  assert.ok(Number(askedOut) >= COUNT, `Go asked for ${String(askedOut)} of ours`)
  assert.ok(Number(askedIn) >= COUNT, `we asked for ${String(askedIn)} of Go's`)
})
