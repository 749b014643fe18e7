import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DIMENSIONS } from '@peerwatch/detection'
import { dimensionTable } from '@peerwatch/model'
import { defence } from '../../src/enforcement/defence.ts'
import { observation } from '../../src/observation/observation.ts'
import { toPeerId } from '@peerwatch/link'
import { OBSERVERS } from '../../src/observation/observers.ts'
import { bench, somebody } from '../support/bench.ts'
import type { Counts, Dimension, DimensionRow, Observation, PeerIdString } from '@peerwatch/model'
import type { Bench } from '../support/bench.ts'

function last({ windows }: Bench, peer: PeerIdString): Observation | undefined {
  return windows.at(-1)?.observations.find(({ subject }) => subject === peer)
}

test('O14: the window in which the node started is not reported; what is not seen is absent; counts are capped in proportion', async () => {
  const it = await bench()
  const [peer, author] = [await somebody(), await somebody()]
  it.probe(peer, true)
  it.close()
  assert.equal(it.windows.length, 0)
  for (let number = 0; number < 90; number++) it.copy({ from: peer, author }, number)
  it.observing.observe(peer, 'integrity', { ok: 0, bad: 10 })
  it.probe(peer, true)
  it.probe(peer, false)
  it.close()
  assert.equal(it.windows[0]?.window, 101)
  assert.deepEqual(last(it, peer), { subject: peer, window: 101, counts: { liveness: { ok: 1, bad: 1 }, integrity: { ok: 18, bad: 2 } }, cuts: [] })
  assert.deepEqual(it.seen, [{ peer, dimension: 'integrity', ok: 90, bad: 10, finding: false }], 'watchers read the counts as they were')
  it.observing.observe(peer, 'integrity', { ok: 0, bad: 0 })
  it.close()
  assert.deepEqual(it.windows.at(-1)?.observations, [])
})

test('H10: of a window in which this node stood still nothing is said that hangs on its own links, and of the others all of it', async () => {
  const it = await bench()
  const [peer, author] = [await somebody(), await somebody()]
  const dimensions = (): string[] => Object.keys(last(it, peer)?.counts ?? {})
  const goOn = (): void => {
    it.probe(peer, false)
    it.copy({ from: peer, author }, it.windows.length)
    it.close()
  }
  it.core.health.start()
  goOn()
  goOn()
  assert.deepEqual(dimensions(), ['liveness', 'integrity'])
  it.clock.standStill(5_000)
  goOn()
  assert.deepEqual(dimensions(), ['integrity'])
  for (let windows = 0; windows < 3; windows++) goOn()
  assert.deepEqual(dimensions(), ['liveness', 'integrity'])
  it.core.health.stop()
})

test('a table of dimensions of which one is not watched, or watched without a row, is refused', async () => {
  const { core } = await bench()
  const init = {
    tap: { onCopy: () => () => {}, meshPeers: () => [] },
    neighbours: { isNeighbour: () => true, wasOffline: () => false, onProbe: () => () => {} },
    defence: defence(core, { enforce: true, neverCut: new Set<PeerIdString>() })
  }
  const latency: DimensionRow = { name: 'latency', number: 7, evictable: false, theta: 0.5, ratio: () => undefined }
  const unwatched = { ...core, dimensions: dimensionTable([...DIMENSIONS.rows, latency]) }
  assert.throws(() => observation(unwatched, init), { code: 'bad-option', message: /latency/ })
  assert.throws(() => observation(core, { ...init, observers: OBSERVERS.slice(1) }), { code: 'bad-option', message: /liveness/ })
  assert.throws(() => observation(core, { ...init, observers: [...OBSERVERS, OBSERVERS[0]!] }), { code: 'bad-option' })
})

test('O15: seeds, roster members and this node itself are not observed, whatever the application says', async () => {
  const it = await bench()
  const roster = it.core.roster.current()
  it.close()
  for (const peer of [...roster.seeds, ...roster.trusted, it.core.self]) {
    it.observing.observe(peer, 'integrity', { ok: 0, bad: 50 })
    it.probe(peer, false)
    for (let each = 0; each < 100; each++) assert.equal(it.observing.countRequest(peer), true)
  }
  const peer = await somebody()
  it.observing.observe(peer, 'forwarding', { ok: 3, bad: -2 })
  it.close()
  assert.deepEqual(it.windows.at(-1)?.observations, [{ subject: peer, window: 101, counts: { forwarding: { ok: 3, bad: 0 } }, cuts: [] }])
})

test('O16: while this node may be offline, neither liveness nor forwarding is reported of anybody', async () => {
  const it = await bench()
  const [peer, author] = [await somebody(), await somebody()]
  it.mesh.push(peer)
  it.close()
  it.copy({ from: peer, author }, 1)
  it.copy({ from: author, author }, 2)
  it.close()
  it.probe(peer, false)
  it.copy({ from: peer, author }, 3)
  it.offline.is = true
  it.close()
  assert.deepEqual(last(it, peer)?.counts, { integrity: { ok: 1, bad: 0 } })
})

test('O17: three altered messages are evidence only within six windows', async () => {
  const it = await bench()
  const [peer, other, a, b] = [await somebody(), await somebody(), await somebody(), await somebody()]
  const altered = (author: PeerIdString, number: number, to = it): void => {
    to.copy({ from: other, author }, number)
    to.copy({ from: peer, author, kind: 'unproved' }, number)
  }
  const sooner = await bench()
  altered(a, 1, sooner)
  for (let window = 0; window < 5; window++) sooner.close()
  altered(a, 2, sooner)
  altered(b, 3, sooner)
  assert.equal(sooner.cuts.length, 1, 'the first one is in the sixth window')
  altered(a, 1)
  for (let window = 0; window < 6; window++) it.close()
  altered(a, 2)
  altered(b, 3)
  assert.deepEqual(it.cuts, [], 'the first one is six windows old')
  it.close()
  altered(a, 4)
  assert.equal(it.cuts.length, 1)
  it.close()
  assert.deepEqual(
    it.seen.filter(({ finding }) => finding).map(seen => [seen.peer, seen.bad]),
    [[peer, 1]]
  )
  assert.deepEqual(last(it, peer)?.cuts, ['integrity'])
  for (let window = 0; window < 28; window++) it.close()
  assert.deepEqual(last(it, peer)?.cuts, ['integrity'], 'reported as long as it lasts')
  it.close()
  assert.deepEqual([last(it, peer), it.observing.cuts()], [undefined, []], 'for 30 windows')
})

test('O21: altered copies of messages that nobody wrote do not push out those that prove something', async () => {
  const it = await bench()
  const [peer, other, a, b] = [await somebody(), await somebody(), await somebody(), await somebody()]
  for (const [number, author] of [a, b, a].entries()) {
    it.copy({ from: other, author }, number)
    it.copy({ from: peer, author, kind: 'unproved' }, number)
    assert.equal(it.cuts.length, number === 2 ? 1 : 0)
    for (let each = 0; each < 300; each++) it.copy({ from: peer, author: other, kind: 'unproved' }, 10_000 + each)
  }
})

/** `perSlot` requests in each of the first `slots` of the four slots of a demo window. */
function requestsFor(it: Bench, peer: PeerIdString, perSlot: number, slots: number): number {
  let served = 0
  for (let slot = 0; slot < slots; slot++) {
    for (let each = 0; each < perSlot; each++) served += it.observing.countRequest(peer) ? 1 : 0
    it.clock.advance(500)
  }
  return served
}

// of a window `served`: after a slot at twice the limit nothing is served for one
const floods: { name: string; perSlot: number; slots: number; windows: number; served: number; cut: boolean }[] = [
  { name: 'two windows with half of the slots at twice the limit', perSlot: 20, slots: 2, windows: 2, served: 10, cut: true },
  { name: 'one window only', perSlot: 200, slots: 4, windows: 1, served: 10, cut: false },
  { name: 'one request less than twice the limit', perSlot: 19, slots: 4, windows: 6, served: 40, cut: false },
  { name: 'a quarter of the slots', perSlot: 200, slots: 1, windows: 6, served: 10, cut: false }
]
for (const { name, perSlot, slots, windows, served, cut } of floods) {
  test(`O18: a flood is evidence from two windows with half of the slots at twice the limit on: ${name}`, async () => {
    const it = await bench()
    const peer = await somebody()
    it.close()
    for (let window = 0; window < windows; window++) {
      assert.equal(it.cuts.length, 0)
      assert.equal(requestsFor(it, peer, perSlot, slots), served, 'the excess is refused unprocessed')
      it.close()
      assert.ok((last(it, peer)?.counts.resource?.bad ?? 0) > 0, 'and counted')
    }
    assert.equal(it.cuts.length, cut ? 1 : 0)
  })
}

test('O18: what a link did in the slot in which it ended is counted, also where the window ends in that slot', async () => {
  const it = await bench()
  const peer = await somebody()
  it.close()
  it.clock.advance(1_500)
  for (let each = 0; each < 200; each++) it.observing.countRequest(peer)
  it.close(250)
  it.close()
  assert.equal(last(it, peer)?.counts.resource?.bad, 1)
})

/** Streams of a neighbour, as its multiplexer brings them. */
function streamsOf(
  it: Bench,
  peer: PeerIdString
): { readonly come: (count: number) => { protocol: string; status: string }[]; readonly refused: () => number } {
  const muxer = new EventTarget()
  let refused = 0
  it.core.components.events.dispatchEvent(new CustomEvent('connection:open', { detail: { status: 'open', remotePeer: toPeerId(peer), muxer } }))
  return {
    come: count =>
      Array.from({ length: count }, () => {
        const stream = { protocol: '', status: 'open', abort: () => refused++ }
        muxer.dispatchEvent(new CustomEvent('stream', { detail: stream }))
        return stream
      }),
    refused: () => refused
  }
}

test('O70: streams that come at the end of a slot may say in the next one what they are for; who keeps it to himself has made requests', async () => {
  const it = await bench()
  const peer = await somebody()
  it.close()
  const { come, refused } = streamsOf(it, peer)
  it.clock.advance(499)
  const burst = come(30)
  it.clock.advance(2)
  for (const stream of [...burst, ...come(10)]) stream.protocol = '/app/rpc/1.0.0'
  it.close()
  assert.deepEqual([last(it, peer)?.counts.resource?.bad, refused()], [0, 0])
  come(30)
  it.clock.advance(1_000)
  it.close()
  assert.equal(last(it, peer)?.counts.resource?.bad, 1)
})

test('O19: a dry run cuts nobody and says once what it would do', async () => {
  const it = await bench(false)
  const peer = await somebody()
  const alarms: string[] = []
  it.core.events.addEventListener('alarm', ({ detail }) => alarms.push(detail.code))
  for (let window = 0; window < 4; window++) {
    requestsFor(it, peer, 50, 4)
    it.close()
  }
  assert.deepEqual([it.cuts, alarms, last(it, peer)?.cuts], [[], ['dry-run'], []])
})

test('O20: forwarding counts the messages a mesh neighbour gave a copy of, one window later, without its own and without large ones', async () => {
  const it = await bench()
  const [gives, keeps, author] = [await somebody(), await somebody(), await somebody()]
  const countsOf = (peer: PeerIdString): Counts | undefined => last(it, peer)?.counts['forwarding' satisfies Dimension]
  it.mesh.push(gives, keeps)
  it.close()
  it.copy({ from: gives, author }, 1)
  it.copy({ from: gives, author }, 2)
  it.copy({ from: gives, author: keeps }, 3)
  it.copy({ from: gives, author, data: new Uint8Array(512) }, 4)
  it.close()
  assert.equal(countsOf(gives), undefined, 'a copy may still come')
  it.copy({ from: keeps, author, kind: 'duplicate' }, 1)
  it.close()
  assert.deepEqual(countsOf(gives), { ok: 3, bad: 0 })
  assert.deepEqual(countsOf(keeps), { ok: 1, bad: 1 })
})
