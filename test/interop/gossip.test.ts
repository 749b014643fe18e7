import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { startGo } from './support/go.ts'
import { digestOf, gossipHost, hexOf, knowEachOther } from './support/gossip-host.ts'
import { until } from './support/until.ts'
import type { GossipsubOpts } from '@libp2p/gossipsub'
import type { GoProcess } from './support/go.ts'
import type { GossipHost } from './support/gossip-host.ts'

const TOPIC = '/peerwatch/interop/chat/1'
const NO_MESH = { D: 0, Dlo: 0, Dhi: 0, Dout: 0, Dscore: 0, floodPublish: false } satisfies Partial<GossipsubOpts>
const COUNT = 20

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

let ours: GossipHost
let go: GoProcess

before(async () => {
  ours = await gossipHost(TOPIC)
  go = await startGo('vanilla', '-topic', TOPIC, '-every', '1ms')
  await ours.libp2p.dial(multiaddr(go.addresses[0]))
  await knowEachOther(ours, TOPIC, go)
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

test('pings are answered both ways', async () => {
  assert.ok((await ours.libp2p.services.ping.ping(multiaddr(go.addresses[0]))) >= 0)
  go.send(`ping ${ours.libp2p.peerId.toString()}`)
  assert.equal((await go.event('pinged'))['peer'], ours.libp2p.peerId.toString())
})

test('messages just below 1 MiB go both ways', async t => {
  const [large, other] = await Promise.all([gossipHost(TOPIC), startGo('vanilla', '-topic', TOPIC, '-every', '1ms')])
  t.after(async () => Promise.all([large.libp2p.stop(), other.stop()]))
  await large.libp2p.dial(multiaddr(other.addresses[0]))
  await knowEachOther(large, TOPIC, other)
  const bytes = 2 ** 20 - 512
  const published = await publish(large, 2, bytes)
  other.send(`publish 2 ${bytes}`)
  await until(() => large.received.size === 2 && ['message', 'published'].every(name => digestsOf(other, name).length === 2), 'large messages on both sides')
  assert.deepEqual(digestsOf(other, 'message').toSorted(), published.toSorted())
  assert.deepEqual([...large.received.values()].toSorted(), digestsOf(other, 'published').toSorted())
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
