import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { changeOf } from '@peerwatch/peer/parts'
import { messages, REGISTRY_STATUS } from '@peerwatch/wire'
import { peerIdText } from '@peerwatch/link'
import { sealPeerRecord } from '../../peer/src/registry/peer-record.ts'
import { testHost, until } from '../../link/test/support/core.ts'
import { departureFeed } from '../src/departure-feed.ts'
import { rawCaller, testRegistry } from './support/registry.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Change } from '@peerwatch/wire'

const MINUTE_MS = 60_000

function scene(watchersCount = 10_000) {
  const clock = manualClock()
  const pushes: (readonly Change[])[] = []
  let dropped = 0
  const feed = departureFeed(clock, seededRng(1), {
    windowMs: 2_000,
    watchersCount: () => watchersCount,
    push: changes => pushes.push(changes),
    onDropped: () => dropped++
  })
  return { clock, feed, pushes, dropped: () => dropped }
}

const goodbyeOf = (number: number): Change => changeOf({ goodbye: Uint8Array.of(number >> 16, (number >> 8) & 255, number & 255) })
const name = (text: string | number): PeerIdString => String(text) as PeerIdString

test('G64: one name that comes and goes as fast as it can makes a seed send a bounded number of pushes, whoever watches', t => {
  const sent = [100, 1_000, 10_000].map(watchersCount => {
    const { clock, feed, pushes } = scene(watchersCount)
    for (let at = 0; at < 2_000; at++) {
      feed.tell(name('mallory'), 'one', goodbyeOf(at))
      clock.advance(MINUTE_MS / 2_000)
    }
    feed.stop()
    return pushes.length * watchersCount
  })
  t.diagnostic(`2,000 goodbyes of one name in a minute: ${sent.map(count => Math.round(count / 60)).join(', ')} pushes a second to 100, 1,000, 10,000 watchers`)
  assert.ok(sent.every(count => count <= 4_000 * 60))
})

test('G64: who is back before its turn is told of to nobody', () => {
  const { clock, feed, pushes } = scene()
  feed.tell(name('mallory'), 'one', goodbyeOf(1))
  feed.forget(name('mallory'))
  clock.advance(MINUTE_MS)
  assert.deepEqual(pushes, [])
  assert.equal(clock.pendingCount(), 0)
})

test('G64: a crowd that leaves delays its own group, and what is too much is dropped of that group', () => {
  const { clock, feed, pushes, dropped } = scene(100)
  for (let at = 0; at < 12_000; at++) feed.tell(name(`sybil-${at}`), 'crowd', goodbyeOf(at))
  const honest = goodbyeOf(1 << 20)
  feed.tell(name('ann'), 'honest', honest)
  assert.equal(dropped(), 2_001)
  clock.advance(250)
  assert.equal(pushes.length, 1)
  assert.ok(pushes[0]?.includes(honest))
  clock.advance(6 * MINUTE_MS)
  const told = pushes.flat()
  assert.equal(told.length, 10_000)
  assert.equal(new Set(told).size, 10_000)
  assert.ok(pushes.every(changes => changes.length <= 100))
})

test('G64: one that leaves is told of at once, a dozen at a time over the windows after it', () => {
  const { clock, feed, pushes } = scene(100)
  feed.tell(name('ann'), 'ann', goodbyeOf(0))
  clock.advance(250)
  assert.equal(pushes.flat().length, 1)
  clock.advance(MINUTE_MS)
  for (let at = 1; at <= 12; at++) feed.tell(name(at), String(at), goodbyeOf(at))
  const told = [...Array(10).keys()].map(() => {
    clock.advance(2_000)
    return pushes.flat().length - 1
  })
  assert.deepEqual(told, [2, 4, 6, 8, 10, 12, 12, 12, 12, 12])
})

test('G64: a register-and-goodbye loop of one name costs a real seed one push to each watcher a quarter of a second at most', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const seed = await registry.seed(0)
  const mallory = await testHost(registry.network)
  t.after(async () => mallory.node.stop())
  const watcher = await testHost(registry.network)
  t.after(async () => watcher.node.stop())
  let pushed = 0
  const record = async ({ node, core }: typeof mallory, seq: number): Promise<Uint8Array> => sealPeerRecord(node.peerId, core.components.privateKey, [], seq)
  const watching = await rawCaller(watcher, seed, ({ changes }) => {
    if (changes.length > 0) pushed++
  })
  assert.equal((await watching.call({ register: { record: await record(watcher, 1), watch: true } })).status, REGISTRY_STATUS.done)
  const { call } = await rawCaller(mallory, seed)
  const startedMs = performance.now()
  let goodbyes = 0
  // above that of the record that identify brings
  const first = Date.now() + MINUTE_MS
  for (let seq = first; seq < first + 120; seq += 2) {
    const { status } = await call({ register: { record: await record(mallory, seq), watch: false } })
    const goodbye = await mallory.core.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: seq + 1 }))
    const left = await call({ goodbye })
    if (status === REGISTRY_STATUS.done && left.status === REGISTRY_STATUS.done) goodbyes++
  }
  await until(() => pushed > 0, 'the last one is told of')
  const quarters = Math.ceil((performance.now() - startedMs) / 250)
  t.diagnostic(`${goodbyes} times registered and gone: ${pushed} pushes to each watcher`)
  assert.ok(goodbyes > 20, `${goodbyes} were taken`)
  assert.ok(pushed <= quarters, `${pushed} pushes in ${quarters} quarters of a second`)
  assert.ok(!seed.server.status().peers.some(({ peer }) => peer === peerIdText(mallory.node.peerId)))
})
