import { PROTOCOLS } from '@peerwatch/wire'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PING_BYTES } from '../../src/neighbours/ping.ts'
import { peerIdText } from '@peerwatch/link'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { bodyOf, plainHost } from '../support/gossip.ts'
import { observedHost } from '../support/observed-host.ts'
import type { Connection, Libp2p, Stream, StreamMuxer } from '@libp2p/interface'
import type { Observation } from '@peerwatch/model'
import type { PlainServices } from '../support/gossip.ts'

const TOPIC = '/app/1'

async function request(connection: Connection): Promise<void> {
  const stream = await connection.newStream('/ipfs/ping/1.0.0', { maxOutboundStreams: 1000 })
  stream.abort(new Error('flood'))
}

/** Opens 100 ping streams a second on whatever link there is, and reads no answer. */
function flood(from: Libp2p<PlainServices>, to: { peerId: Libp2p['peerId'] }): () => void {
  const timer = setInterval(() => {
    const [connection] = from.getConnections(to.peerId)
    for (let each = 0; each < 5; each++) {
      if (connection != null) request(connection).catch(() => {})
    }
  }, 50)
  return () => {
    clearInterval(timer)
  }
}

test('O9: a flooder, dialled or dialling, is cut at the evidence while honest traffic goes on', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [dialling, dialled, honest] = [await plainHost(), await plainHost(), await plainHost()]
  const observations: Observation[] = []
  host.core.events.addEventListener('window:closed', ({ detail }) => observations.push(...detail.observations))
  const cuts: string[] = []
  host.core.events.addEventListener('neighbour:cut', ({ detail }) => cuts.push(`${detail.peer.toString()} ${detail.dimension}`))
  for (const { services } of [host.node, honest]) services.pubsub.subscribe(TOPIC)
  await dialling.dial(host.node.getMultiaddrs())
  await host.node.dial(dialled.getMultiaddrs())
  await honest.dial(host.node.getMultiaddrs())
  let made = 0
  for (const connection of host.node.getConnections()) {
    const { muxer } = connection as Connection & { readonly muxer?: StreamMuxer }
    muxer?.addEventListener('stream', () => made++)
  }
  const startedMs = performance.now()
  const ends = [flood(dialling, host.node), flood(dialled, host.node)]
  t.after(async () => {
    for (const end of ends) end()
    await Promise.all([host.stop(), ...[dialling, dialled, honest].map(async each => each.stop())])
  })
  const heard: string[] = []
  host.node.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => heard.push(new TextDecoder().decode(detail.msg.data)))
  await until(() => honest.services.pubsub.getSubscribers(TOPIC).length === 1, 'no subscription')
  const before = host.core.windows.now().window
  await honest.services.pubsub.publish(TOPIC, bodyOf('through the flood'))
  await until(() => heard.length === 1, 'honest gossip is lost')
  // two flooded windows of 2 s, if the flood itself keeps its pace
  await until(() => cuts.length === 2, 'not cut')
  // 20 a second of each flooder, those of the last slot, and what gossip and identify need: not the 200 a second that are asked for
  assert.ok(made < ((performance.now() - startedMs) / 1000 + 1) * 2 * 20 + 20, `${made} streams were made`)
  assert.ok(host.core.windows.now().window > before, 'one window is not enough')
  assert.deepEqual(cuts.toSorted(), [dialling, dialled].map(({ peerId }) => `${peerId.toString()} resource`).toSorted())
  await until(() => host.node.getConnections().length === 1, 'links of flooders are left')

  await until(() => observations.some(({ cuts: reported }) => reported.length > 0), 'no window with a cut ended')
  const flooders = new Set([dialling, dialled].map(({ peerId }) => peerIdText(peerId)))
  for (const { subject, counts, cuts: reported } of observations.filter(each => flooders.has(each.subject) && each.cuts.length > 0)) {
    assert.deepEqual(reported, ['resource'], subject)
    assert.ok((counts.resource?.bad ?? 0) > 0)
  }
  const ofHonest = observations.filter(({ subject }) => subject === honest.peerId.toString())
  assert.ok(ofHonest.length > 0)
  for (const { counts, cuts: reported } of ofHonest) assert.deepEqual([counts.resource?.bad ?? 0, reported], [0, []])
})

test('O32: each further ping on a stream is a request like a stream of its own', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const neighbour = await plainHost()
  t.after(async () => Promise.all([host.stop(), neighbour.stop()]))
  let bad = 0
  host.observing.onSeen((_window, seen) => {
    for (const each of seen) if (each.peer === neighbour.peerId.toString() && each.dimension === 'resource') bad += each.bad
  })
  const connection = await neighbour.dial(host.node.getMultiaddrs())
  const stream = await connection.newStream(PROTOCOLS.ping)
  let echoed = 0
  stream.addEventListener('message', ({ data }) => {
    echoed += data.byteLength
  })
  stream.send(new Uint8Array(3 * PING_BYTES))
  await until(() => echoed === 3 * PING_BYTES, 'a few pings are not answered')
  assert.equal(stream.status, 'open')
  const slotLimit = Math.floor(host.core.roster.current().requestsPerSecond / 2)
  stream.send(new Uint8Array((slotLimit + 4) * PING_BYTES))
  await until(() => stream.status === 'reset', 'more pings than the network allows are served')
  assert.equal(echoed, 3 * PING_BYTES, 'what is beyond the limit is refused as a whole')
  await until(() => bad > 0, 'a flood of pings on one stream is not seen')
})

const furtherRequests: readonly { readonly name: string; readonly protocol: string; readonly pieces: number; readonly bytes: number }[] = [
  { name: 'pings in pieces of one byte', protocol: PROTOCOLS.ping, pieces: 200, bytes: 1 },
  { name: 'identify messages without end', protocol: '/ipfs/id/push/1.0.0', pieces: 40, bytes: 8_000 },
  { name: 'one identify message in pieces of one byte', protocol: '/ipfs/id/push/1.0.0', pieces: 2_000, bytes: 1 }
]
function readAll(stream: Stream): void {
  stream.addEventListener('message', () => {})
}

for (const { name, protocol, pieces, bytes } of furtherRequests) {
  test(`O32: ${name} on one stream are requests beyond the limit`, async t => {
    const { network } = await testNetwork()
    const host = await observedHost(network)
    const neighbour = await plainHost()
    t.after(async () => Promise.all([host.stop(), neighbour.stop()]))
    await host.node.handle(protocol, readAll, { force: true })
    const connection = await neighbour.dial(host.node.getMultiaddrs())
    const stream = await connection.newStream(protocol)
    for (let sent = 0; sent < pieces && stream.status === 'open'; sent++) stream.send(new Uint8Array(bytes))
    await until(() => stream.status === 'reset', 'more than the network allows is served')
  })
}

const RPC = '/app/rpc/1.0.0'

/** Asks 60 times a second, as an application may; counts what was refused. */
function asking(
  from: Libp2p<PlainServices>,
  to: { peerId: Libp2p['peerId'] }
): { readonly end: () => void; readonly made: () => number; readonly refused: () => number } {
  let made = 0
  let refused = 0
  const ask = async (connection: Connection): Promise<void> => {
    try {
      const stream = await connection.newStream(RPC, { maxOutboundStreams: 1000 })
      await stream.close()
      made++
    } catch {
      refused++
    }
  }
  const timer = setInterval(() => {
    const [connection] = from.getConnections(to.peerId)
    // they come in bursts, as answers to what a person does
    for (const link of connection == null ? [] : Array.from({ length: 15 }, () => connection)) void ask(link)
  }, 250)
  return {
    end: () => {
      clearInterval(timer)
    },
    made: () => made,
    refused: () => refused
  }
}

test('O70: an application’s own protocols are counted as requests only where the roster names them with a limit', async t => {
  const [free, limited] = await Promise.all([testNetwork(), testNetwork({ requestLimits: new Map([[RPC, 10]]) })])
  const hosts = [await observedHost(free.network), await observedHost(limited.network)]
  const applications = [await plainHost(), await plainHost()]
  const cuts: string[][] = hosts.map(() => [])
  const ends: (() => void)[] = []
  t.after(async () => {
    for (const end of ends) end()
    await Promise.all([...hosts.map(async host => host.stop()), ...applications.map(async host => host.stop())])
  })
  const asked = await Promise.all(
    hosts.map(async (host, index) => {
      await host.node.handle(RPC, async stream => stream.close(), { maxInboundStreams: 1000 })
      host.core.events.addEventListener('neighbour:cut', ({ detail }) => cuts[index]!.push(detail.dimension))
      await applications[index]!.dial(host.node.getMultiaddrs())
      return asking(applications[index]!, host.node)
    })
  )
  ends.push(...asked.map(({ end }) => end))
  await until(() => cuts[1]!.length === 1, 'six times the limit of its protocol is no flood')
  assert.deepEqual(cuts[1], ['resource'])
  const { window } = hosts[0]!.core.windows.now()
  await until(() => hosts[0]!.core.windows.now().window > window + 2 && asked[0]!.made() > 100, 'two more windows, and many requests')
  assert.deepEqual([cuts[0], asked[0]!.refused()], [[], 0], 'without a limit nobody counts, and nothing is refused')
})
