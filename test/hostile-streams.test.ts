import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import fc from 'fast-check'
import { besieged, core, heldFor, idOf } from './support/besieged.ts'
import { until } from './support/until.ts'
import type { Stream } from '@libp2p/interface'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { Besieged } from './support/besieged.ts'
import type { HostileHost } from './support/hostile-host.ts'

/** What no stream may make a node hold, however many there are: the unsent bytes of one slow reader, and some. */
const HELD_BYTES_MOST = 4 * 1024 * 1024

let siege: Besieged
before(async () => {
  siege = await besieged({ seeds: 2, trusted: 2, watchers: 1, peers: 3 })
})
after(async () => siege.net.stop())

const servers: { readonly protocol: keyof typeof PROTOCOLS; readonly at: () => PeerwatchNode; readonly isOpenToAll: boolean; readonly refused: string }[] = [
  { protocol: 'registry', at: () => siege.seed, isOpenToAll: true, refused: 'malformed' },
  { protocol: 'report', at: () => siege.trusted, isOpenToAll: true, refused: 'malformed' },
  { protocol: 'query', at: () => siege.trusted, isOpenToAll: true, refused: 'malformed' },
  { protocol: 'tree', at: () => siege.trusted, isOpenToAll: false, refused: 'not-trusted' },
  { protocol: 'watch', at: () => siege.trusted, isOpenToAll: false, refused: 'not-a-watcher' }
]

async function openOn(mallory: HostileHost, protocol: keyof typeof PROTOCOLS, node: PeerwatchNode): Promise<Stream> {
  return mallory.open(node, PROTOCOLS[protocol])
}

/** Whether it could be sent: the far side may have ended the stream. */
function say(stream: Stream, bytes: Uint8Array): boolean {
  try {
    stream.send(bytes)
    return true
  } catch {
    return false
  }
}

/** Says that it takes no answers for now. */
function readNothing(stream: Stream): void {
  if (stream.readStatus === 'readable') stream.pause()
}

/** Sends and waits until the far side has ended the stream, or half of it. */
async function endedBy(stream: Stream, bytes: Uint8Array): Promise<void> {
  say(stream, bytes)
  await until(() => stream.status !== 'open' || stream.remoteWriteStatus === 'closed', 'the stream is ended')
}

for (const { protocol, at, isOpenToAll, refused } of servers) {
  test(`${protocol}: garbage, too long and endless frames end their stream and are counted against who sent them`, async t => {
    const node = at()
    const mallory = await siege.mallory(t)
    const cases: { readonly bytes: Uint8Array; readonly what: string }[] = [
      { bytes: Uint8Array.of(3, 255, 255, 255), what: 'malformed' },
      { bytes: Uint8Array.of(0x81, 0x80, 0x20), what: 'too-long' },
      { bytes: new Uint8Array(16).fill(255), what: 'malformed' }
    ]
    for (const { bytes, what } of cases) {
      // who may not open the protocol is reset before, while or after it is agreed on
      const stream = await openOn(mallory, protocol, node).catch(() => undefined)
      assert.ok(stream != null || !isOpenToAll)
      if (stream != null) await endedBy(stream, bytes)
      const expected = isOpenToAll ? what : refused
      await until(() => siege.faults(node, mallory).at(-1) === expected, `${expected} is counted`)
    }
    assert.equal(siege.faults(node, mallory).length, cases.length)
    const bodies = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 127 }), { numRuns: 8, seed: 11 })
    for (const body of bodies) {
      const stream = await openOn(mallory, protocol, node).catch(() => undefined)
      if (stream == null) continue
      // a frame that is whole, one that is cut short, and then the end
      say(stream, Uint8Array.of(body.byteLength, ...body, 100, 1, 2, 3))
      await stream.close().catch(() => {})
    }
    await until(() => heldFor(node, mallory).streams <= 2, 'their streams are gone')
    await siege.assertAlive()
  })
}

test('frames of nothing are requests like any other, and too many end the stream', async t => {
  const mallory = await siege.mallory(t)
  await endedBy(await openOn(mallory, 'registry', siege.seed), new Uint8Array(1_000))
  await endedBy(await openOn(mallory, 'report', siege.trusted), new Uint8Array(1_000))
  assert.ok(siege.faults(siege.seed, mallory).includes('too-fast'))
  assert.ok(siege.faults(siege.trusted, mallory).includes('empty-frame'))
  await siege.assertAlive()
})

test('protocols of the trusted tier are not to be had elsewhere, and a peer gets none of them', async t => {
  const mallory = await siege.mallory(t)
  for (const protocol of ['tree', 'report', 'query', 'watch'] as const) {
    await assert.rejects(openOn(mallory, protocol, siege.peer), { name: 'UnsupportedProtocolError' })
    await assert.rejects(openOn(mallory, protocol, siege.seed), { name: 'UnsupportedProtocolError' })
  }
  await assert.rejects(openOn(mallory, 'registry', siege.peer), { name: 'UnsupportedProtocolError' })
  await assert.rejects(mallory.askTree(siege.trusted).then(async ({ call }) => call({ standingOf: Uint8Array.of(1) })))
  assert.deepEqual(siege.faults(siege.trusted, mallory), ['not-trusted'])
  await siege.assertAlive()
})

test('thousands of streams, whole and half opened, are reset without being served, while others are', async t => {
  const targets = [siege.seed, siege.trusted, siege.peer]
  const floods = targets.map(async node => {
    const mallory = await siege.mallory(t)
    await mallory.libp2p.dial(node.libp2p.getMultiaddrs())
    let most = 0
    for (let round = 0; round < 10; round++) {
      const [connection] = mallory.libp2p.getConnections(node.libp2p.peerId)
      if (connection == null) break
      const options = { maxOutboundStreams: 5_000, negotiateFully: false }
      await Promise.allSettled(
        Object.values(PROTOCOLS).flatMap(protocol => Array.from({ length: 20 }, async () => connection.newStream([protocol, PROTOCOLS.ping], options)))
      )
      most = Math.max(most, heldFor(node, mallory).streams)
    }
    return { node, mallory, most }
  })
  await siege.assertAlive()
  for (const { node, mallory, most } of await Promise.all(floods)) {
    assert.ok(most < 100, `${most} streams of one peer on ${node.name}`)
    assert.ok(heldFor(node, mallory).bytes < HELD_BYTES_MOST)
  }
  await siege.assertAlive()
})

test('a flood of pings is cut by its victim, whose work goes on meanwhile', async t => {
  const mallory = await siege.mallory(t)
  const { peerwatch } = siege.peer.libp2p.services
  const isCut = (): boolean => peerwatch.assembly.cuts().some(({ peer, dimension }) => peer === mallory.peer && dimension === 'resource')
  let connection = await mallory.libp2p.dial(siege.peer.libp2p.getMultiaddrs())
  let isDialling = false
  // its victim may hang up for another reason first, and a flooder comes back
  const redial = async (): Promise<void> => {
    if (isDialling) return
    isDialling = true
    try {
      connection = await mallory.libp2p.dial(siege.peer.libp2p.getMultiaddrs())
    } catch {
      // it is refused, as one that is cut is
    }
    isDialling = false
  }
  const flood = setInterval(() => {
    if (connection.status !== 'open') void redial()
    for (let pings = 0; pings < 12; pings++) {
      connection.newStream('/ipfs/ping/1.0.0', { negotiateFully: false, maxOutboundStreams: 5_000 }).catch(() => {})
    }
  }, 100)
  t.after(() => {
    clearInterval(flood)
  })
  const acknowledged = siege.acknowledged()
  await siege.assertAlive()
  await until(isCut, 'the flooder is cut')
  assert.ok((await acknowledged) > 0)
  await assert.rejects(mallory.libp2p.dial(siege.peer.libp2p.getMultiaddrs()).then(async again => again.newStream('/ipfs/ping/1.0.0')))
})

test('who asks and reads no answer is ended, and what was kept for him is freed', async t => {
  const mallory = await siege.mallory(t)
  const stream = await openOn(mallory, 'query', siege.trusted)
  readNothing(stream)
  const question = messages.queryRequest.encode({ id: 1, roster: true })
  // whichever comes first: the answers pile up, or so many questions beyond the allowance are a flood
  const endedBecause = (): string[] => {
    const cuts = siege.trusted.libp2p.services.peerwatch.assembly.cuts().filter(({ peer }) => peer === mallory.peer)
    return [...siege.faults(siege.trusted, mallory), ...cuts.map(({ dimension }) => `cut: ${dimension}`)]
  }
  await until(() => {
    for (let times = 0; times < 200 && stream.writeBufferLength < 100_000; times++) if (!say(stream, Uint8Array.of(question.byteLength, ...question))) break
    assert.ok(heldFor(siege.trusted, mallory).bytes < HELD_BYTES_MOST)
    return endedBecause().length > 0
  }, 'the one who reads no answers is ended')
  assert.match(endedBecause()[0]!, /slow-reader|query-rate|cut/)
  await until(() => heldFor(siege.trusted, mallory).bytes === 0, 'what was kept is freed')
  await siege.assertAlive()
})

test('who sends reports and reads no answer holds a bounded part of an entry, and nobody up', async t => {
  const mallory = await siege.mallory(t)
  await mallory.register(siege.seed)
  const report = await mallory.report(siege.trusted)
  readNothing(report.stream)
  const { window } = core(siege.trusted).windows.now()
  const old = await mallory.signReport({ subject: idOf(siege.peer), window: window - 1_000 })
  const frame = messages.reportUp.encode({ reports: Array.from({ length: 16 }, (_, number) => ({ number, report: new Uint8Array(old) })) })
  for (let times = 0; times < 200; times++) report.sendFrame(frame)
  await siege.assertAlive()
  assert.ok(heldFor(siege.trusted, mallory).bytes < HELD_BYTES_MOST)
})

test('who hangs on to streams that a seed has closed keeps no memory there', async t => {
  const mallory = await siege.mallory(t)
  const request = messages.registryRequest.encode({ id: 1, list: { most: LIMITS.listedPeers } })
  for (let times = 0; times < 8; times++) {
    const stream = await openOn(mallory, 'registry', siege.seed)
    readNothing(stream)
    // all within the allowance: whoever asks for more is refused further streams
    for (let sent = 0; sent < 8; sent++) say(stream, Uint8Array.of(request.byteLength, ...request))
  }
  await until(() => heldFor(siege.seed, mallory).streams <= 4, 'the older ones are gone')
  assert.ok(heldFor(siege.seed, mallory).bytes < HELD_BYTES_MOST)
  await siege.assertAlive()
})

test('one peer cannot take all the connections of a node', async t => {
  const mallory = await siege.mallory(t)
  for (let dials = 0; dials < 16; dials++) await mallory.libp2p.dial(siege.seed.libp2p.getMultiaddrs(), { force: true }).catch(() => {})
  await until(() => siege.faults(siege.seed, mallory).includes('too-many-links'), 'those beyond are counted')
  assert.ok(siege.seed.libp2p.getConnections(mallory.libp2p.peerId).length <= 9)
  await siege.assertAlive()
})

test('after all of it a new peer comes in, everybody reports and is acknowledged, and what was counted is documented', async () => {
  const newcomer = await siege.net.addPeer()
  await until(() => newcomer.view.ready().ready, 'the new peer is registered')
  assert.ok((await siege.acknowledged()) >= siege.net.peers.length)
  for (const node of siege.nodes()) assert.deepEqual(node.libp2p.services.peerwatch.evictions(), [])
  siege.assertDocumented()
})
