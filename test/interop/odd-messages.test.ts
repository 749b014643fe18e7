import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { createTestnet } from '@peerwatch/node/testnet'
import { startGo } from './support/go.ts'
import { gossipHost } from './support/gossip-host.ts'
import { oddMessages, rpcOf } from './support/odd-messages.ts'
import { findCargo, startRust } from './support/rust.ts'
import { until } from '../support/until.ts'
import type { Testnet } from '@peerwatch/node/testnet'
import type { GossipHost } from './support/gossip-host.ts'

const TOPIC = '/peerwatch/testnet/chat/1'
const HOUR_MS = 60 * 60 * 1000

interface Relay {
  readonly peer: string
  readonly address: string
}

/** What gossipsub has of a stream to a peer. */
interface Streams {
  readonly streamsOutbound: ReadonlyMap<string, { readonly push: (data: Uint8Array) => void }>
}

interface Told {
  readonly ok: number
  readonly bad: number
  readonly newestWindow: number
}

/** What this reporter told the tier of a relay's integrity, once it has. */
async function told(net: Testnet, reporter: string, { peer }: Relay): Promise<Told | undefined> {
  for (const { view } of net.trusted) {
    const standing = await view.standing(peer)
    if (standing?.detail !== 'full') continue
    const found = standing.reporters.find(each => each.reporter === reporter)
    const counts = found?.evidence['integrity']
    if (found != null && counts != null && counts.ok > 0) return { ...counts, newestWindow: found.newestWindow }
  }
  return undefined
}

async function linked(author: GossipHost, { peer, address }: Relay): Promise<void> {
  await author.libp2p.dial(multiaddr(address))
  await until(() => author.libp2p.services.pubsub.getSubscribers(TOPIC).some(id => id.toString() === peer), 'the relay subscribed')
}

/** Each message in an RPC of its own: what one implementation cannot read keeps nothing else from it. */
async function sendOdd(author: GossipHost, relay: Relay, other: Relay): Promise<void> {
  for (const message of await oddMessages(TOPIC)) {
    const { peer } = message.isSecond ? other : relay
    const stream = (author.libp2p.services.pubsub as unknown as Streams).streamsOutbound.get(peer)
    assert.ok(stream, `no stream to ${peer} any more at: ${message.what}`)
    stream.push(rpcOf([message]))
  }
}

test('a relay of any implementation passes on what it takes of odd messages, and no observer of any implementation blames it', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-odd-'))
  const blamed: string[] = []
  const refused = new Map<string, number>()
  let lastWindow = 0
  const net = await createTestnet({
    seeds: 1,
    trusted: 1,
    peers: 1,
    nodeInit: name => ({
      log: false,
      ...(name.startsWith('peer') && { chat: { everyMs: 500 } }),
      onCreated: ({ libp2p: { services } }) => {
        services.peerwatch.addEventListener('neighbour:cut', ({ detail }) => blamed.push(`${name} cut ${detail.peer.toString()}: ${detail.evidence}`))
        services.peerwatch.addEventListener('window:closed', ({ detail: { window, observations } }) => {
          lastWindow = Math.max(lastWindow, window)
          for (const { subject, counts } of observations) if ((counts['integrity']?.bad ?? 0) > 0) blamed.push(`${name} blames ${subject}`)
        })
        services.peerwatch.addEventListener('gossip:refused', ({ detail: { messages } }) => {
          for (const [reason, count] of Object.entries(messages)) refused.set(reason, (refused.get(reason) ?? 0) + count)
        })
      }
    })
  })
  await writeFile(join(folder, 'network.json'), JSON.stringify(net.file))
  const ours = await gossipHost(TOPIC)
  const author = await gossipHost(TOPIC)
  const go = await startGo('vanilla', '-every', '500ms', '-publish', '100000')
  const rust = findCargo() == null ? [] : [await startRust('-every', '500', '-publish', '100000')]
  const observer = await startGo('peer', '-network', join(folder, 'network.json'), '-data', join(folder, 'go'))
  t.after(async () => {
    await Promise.all([ours.libp2p.stop(), author.libp2p.stop(), go.stop(), observer.stop(), ...rust.map(async each => each.stop())])
    await net.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const hosts = [go, ...rust].map(({ peer, addresses }): Relay => ({ peer, address: addresses[0]! }))
  const relays: Relay[] = [{ peer: ours.libp2p.peerId.toString(), address: ours.libp2p.getMultiaddrs()[0]!.toString() }, ...hosts]
  for (const { address } of relays) await net.seeds[0]!.view.addGuest(address, HOUR_MS)
  for (const relay of relays) await linked(author, relay)
  // the observers take all of them for neighbours, and hear from each
  const reporters = [net.peers[0]!.peerId.toString(), observer.peer]
  const report = async (): Promise<(Told | undefined)[]> => Promise.all(reporters.flatMap(reporter => relays.map(async relay => told(net, reporter, relay))))
  const reportsAfter = async (window: number): Promise<boolean> => {
    await ours.libp2p.services.pubsub.publish(TOPIC, Buffer.from('said by a relay'))
    return (await report()).every(each => each != null && each.newestWindow > window)
  }
  await until(async () => reportsAfter(0), 'both observers report on every relay')

  const heard = new Set<string>()
  net.peers[0]!.libp2p.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => heard.add(Buffer.from(msg.data).toString()))
  for (const [index, relay] of relays.entries()) await sendOdd(author, relay, relays[(index + 1) % relays.length]!)
  await author.libp2p.services.pubsub.publish(TOPIC, Buffer.from('the last one'))
  await until(() => heard.has('the last one'), 'all messages went through')
  assert.ok(heard.has('odd'), 'those of which nothing matters were passed on')
  const sentIn = lastWindow + 1
  await until(async () => reportsAfter(sentIn), 'both observers have reported what they saw meanwhile')
  const said = await report()
  assert.deepEqual(
    said.map(each => each?.bad),
    said.map(() => 0),
    'nobody is blamed at the tier'
  )
  assert.deepEqual(blamed, [])
  assert.deepEqual(
    observer.events.filter(({ event }) => event === 'cut'),
    []
  )
  for (const reason of ['author', 'too-large', 'signature']) assert.ok((refused.get(reason) ?? 0) > 0, `${reason}: ${JSON.stringify([...refused])}`)
})
