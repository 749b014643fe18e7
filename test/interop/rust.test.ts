import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { createTestnet } from '@peerwatch/node/testnet'
import { findGo, startGo } from './support/go.ts'
import { digestOf, gossipHost, hexOf, messagesOf } from './support/gossip-host.ts'
import { startRust } from './support/rust.ts'
import { until } from '../support/until.ts'
import type { GossipHost } from './support/gossip-host.ts'
import type { GoProcess } from './support/go.ts'

const TOPIC = '/peerwatch/interop/chat/1'
const NO_MESH = { D: 0, Dlo: 0, Dhi: 0, Dout: 0, Dscore: 0, floodPublish: false }
const COUNT = 30
const BYTES = 300
const HOUR_MS = 60 * 60 * 1000

/** One host of the topic, of any language. */
interface Member {
  /** What every id of its messages starts with, in hex. */
  readonly idPrefix: string
  readonly received: () => ReadonlyMap<string, string>
  readonly publish: () => Promise<void> | void
}

async function subscribed({ libp2p }: GossipHost, { peer }: GoProcess): Promise<void> {
  await until(() => libp2p.services.pubsub.getSubscribers(TOPIC).some(id => id.toString() === peer), 'the other host subscribed')
}

/** Whether all others are in its mesh: until then it relays to nobody, and what comes meanwhile is announced to those outside of the mesh only. */
async function meshed(rust: GoProcess, count: number): Promise<void> {
  const isMeshed = (): boolean => {
    rust.send('mesh')
    return rust.events.some(({ event, peers }) => event === 'mesh' && Number(peers) === count)
  }
  await until(isMeshed, `${count} peers in the mesh of the Rust host`)
}

async function publish({ libp2p }: GossipHost): Promise<string[]> {
  const published: string[] = []
  for (let number = 0; number < COUNT; number++) {
    const data = new Uint8Array(BYTES).fill(number)
    await libp2p.services.pubsub.publish(TOPIC, data)
    published.push(digestOf(data))
  }
  return published
}

function ourMember(host: GossipHost): Member {
  return {
    idPrefix: hexOf(host.libp2p.peerId.toMultihash().bytes),
    received: () => host.received,
    publish: async () => {
      await publish(host)
    }
  }
}

function theirMember(program: GoProcess): Member {
  return {
    idPrefix: hexOf(peerIdFromString(program.peer).toMultihash().bytes),
    received: () => messagesOf(program, 'message'),
    publish: () => {
      program.send(`publish ${COUNT} ${BYTES}`)
    }
  }
}

test('TypeScript, Rust and Go in one topic: each receives exactly what the others published, under the same ids', async t => {
  const ours = await Promise.all([gossipHost(TOPIC), gossipHost(TOPIC)])
  const rust = await startRust('-topic', TOPIC, '-every', '1')
  const go = findGo() == null ? [] : [await startGo('vanilla', '-topic', TOPIC, '-every', '1ms')]
  t.after(async () => Promise.all([...ours.map(async ({ libp2p }) => libp2p.stop()), rust.stop(), ...go.map(async each => each.stop())]))
  // Rust in the middle: whatever reaches the others went through it
  for (const { libp2p } of ours) await libp2p.dial(multiaddr(rust.addresses[0]))
  for (const { addresses } of go) rust.send(`dial ${addresses[0]}`)
  await meshed(rust, ours.length + go.length)

  const members = [...ours.map(ourMember), theirMember(rust), ...go.map(theirMember)]
  await Promise.all(members.map(async each => each.publish()))
  const expected = (members.length - 1) * COUNT
  await until(() => members.every(({ received }) => received().size >= expected), 'all messages everywhere')
  const all = new Map(members.flatMap(({ received }) => [...received()]))
  assert.equal(all.size, members.length * COUNT, 'one id for each message, whoever tells it')
  for (const { idPrefix, received } of members) {
    const others = [...all].filter(([id]) => !id.startsWith(idPrefix))
    assert.deepEqual(received(), new Map(others))
  }
  const ofRust = [...all].filter(([id]) => id.startsWith(theirMember(rust).idPrefix))
  assert.deepEqual(messagesOf(rust, 'published'), new Map(ofRust), 'Rust itself gives its messages these ids')
})

test('what is announced (IHAVE) is asked for (IWANT) between TypeScript and Rust: a relay without a mesh passes everything on', async t => {
  const [author, relay, rust] = await Promise.all([gossipHost(TOPIC), gossipHost(TOPIC, NO_MESH), startRust('-topic', TOPIC)])
  t.after(async () => Promise.all([author.libp2p.stop(), relay.libp2p.stop(), rust.stop()]))
  await author.libp2p.dial(relay.libp2p.getMultiaddrs())
  await relay.libp2p.dial(multiaddr(rust.addresses[0]))
  await subscribed(relay, rust)
  await until(() => author.libp2p.services.pubsub.getSubscribers(TOPIC).length > 0, 'the relay subscribed')
  const published = await publish(author)
  await until(() => messagesOf(rust, 'message').size >= COUNT, 'all messages over IWANT')
  assert.deepEqual([...messagesOf(rust, 'message').values()].toSorted(), published.toSorted())
})

test('pings are answered both ways', async t => {
  const [ours, rust] = await Promise.all([gossipHost(TOPIC), startRust('-topic', TOPIC, '-ping', '200')])
  t.after(async () => Promise.all([ours.libp2p.stop(), rust.stop()]))
  assert.ok((await ours.libp2p.services.ping.ping(multiaddr(rust.addresses[0]))) >= 0)
  await rust.event('pinged', ({ peer }) => peer === ours.libp2p.peerId.toString())
})

test('a vanilla Rust host is a guest: listed, linked to, pinged and reported on; nobody thinks ill of it', async t => {
  const told: { readonly name: string; readonly peer: string }[] = []
  const net = await createTestnet({
    seeds: 2,
    trusted: 1,
    peers: 2,
    nodeInit: name => ({
      log: false,
      ...(name.startsWith('peer') && { chat: { everyMs: 500 } }),
      onCreated: ({ libp2p: { services } }) => {
        for (const event of ['neighbour:cut', 'peer:removed', 'report:acknowledged'] as const) {
          services.peerwatch.addEventListener(event, ({ detail }) => {
            told.push({ name: event, peer: 'peer' in detail ? detail.peer.toString() : detail.subject.toString() })
          })
        }
      }
    })
  })
  const rust = await startRust('-publish', '1000', '-every', '500', '-ping', '1000')
  t.after(async () => {
    await rust.stop()
    await net.stop()
  })
  await net.seeds[0]!.view.addGuest(rust.addresses[0]!, HOUR_MS)
  await until(() => net.seeds[1]!.view.status().seed?.guests === 1, 'told to the other seed')
  for (const { addresses, view } of net.peers) {
    const isAnswered = (): boolean => view.status().neighbours.some(({ peer, guest, lastAnswerMs }) => peer === rust.peer && guest && (lastAnswerMs ?? 0) > 0)
    await until(isAnswered, `dialled by ${addresses()[0]}, which counts its answers`)
  }
  await until(() => told.some(({ name, peer }) => name === 'report:acknowledged' && peer === rust.peer), 'a report about it is stored')
  await rust.event('message')
  await rust.event('pinged')
  assert.deepEqual(
    told.filter(({ name }) => name !== 'report:acknowledged'),
    []
  )
})
