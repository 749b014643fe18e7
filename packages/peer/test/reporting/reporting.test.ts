import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore'
import { peerIdText } from '@peerwatch/link'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { noCertificates, until } from '../../../link/test/support/core.ts'
import { hex, readReport } from '../support/report-server.ts'
import { STAMP, stage } from '../support/reporter.ts'
import type { Datastore } from 'interface-datastore'
import type { PeerIdString } from '@peerwatch/model'

const subjects: PeerIdString[] = await Promise.all(Array.from({ length: 12 }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
const [alice, bob] = subjects as [PeerIdString, PeerIdString]

async function onDisk(datastore: Datastore): Promise<string[]> {
  const keys: string[] = []
  for await (const key of datastore.queryKeys({ prefix: '/peerwatch/outbox/' })) keys.push(key.toString())
  return keys
}

test('each observation becomes one signed report with the stamp, is acknowledged, and leaves the disk', async t => {
  const { peer, servers, reporter, pastWindow } = await stage(t)
  const { close, of, part, datastore, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  close([alice, bob])
  await until(() => of('report:acknowledged').length === 2, 'both acknowledged')
  const read = await Promise.all(servers[0].received.map(async report => readReport(peer.core.network.id, report)))
  assert.deepEqual(read.map(({ subject }) => subject).toSorted(), [alice, bob].toSorted())
  for (const report of read) {
    assert.deepEqual({ ...report, subject: '' }, { reporter: peer.core.self, subject: '', window: pastWindow, stamp: hex(STAMP), dimensions: [1, 2] })
  }
  assert.deepEqual(await onDisk(datastore), [])
  const { pending, lastAcknowledged, entry, entries } = part.status()
  assert.deepEqual([pending, lastAcknowledged?.window, entry], [0, pastWindow, entries[0]?.peer])
  assert.deepEqual(servers[1].received, [])
})

test('the window in which the reporter started, and a window that was reported before, are never reported', async t => {
  const { peer, servers, reporter, pastWindow } = await stage(t)
  const started = peer.core.windows.now().window
  const { close, of, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  close([alice], started)
  close([alice], pastWindow)
  close([bob], pastWindow)
  close([bob], pastWindow + 1)
  await until(() => of('report:acknowledged').length === 2, 'two acknowledged')
  const read = await Promise.all(servers[0].received.map(async report => readReport(peer.core.network.id, report)))
  assert.deepEqual(
    read.map(({ subject, window }) => [subject, window] as const).toSorted(([, a], [, b]) => a - b),
    [
      [alice, pastWindow],
      [bob, pastWindow + 1]
    ]
  )
})

test('without a stamp reports wait on disk, over a restart too', async t => {
  const { servers, reporter } = await stage(t)
  const first = await reporter({ stamp: () => undefined })
  await until(() => first.part.status().entry != null, 'an entry')
  first.close([alice, bob])
  await until(async () => (await onDisk(first.datastore)).length === 2, 'on disk')
  await first.stop()
  assert.deepEqual([first.part.status().pending, first.part.status().withoutStamp, servers[0].received.length], [2, 2, 0])
  const second = await reporter({ datastore: first.datastore })
  t.after(second.stop)
  await until(() => second.of('report:acknowledged').length === 2, 'both acknowledged')
})

test('a report goes with the stamp that holds for its window, and what was seen before any does is not sent', async t => {
  const { servers, reporter, pastWindow } = await stage(t)
  const { close, of, part, ready, stop, datastore } = await reporter({ stamp: window => (window == null || window > pastWindow ? STAMP : undefined) })
  t.after(stop)
  await ready()
  close([alice], pastWindow)
  close([bob], pastWindow + 1)
  await until(() => of('report:acknowledged').length === 1, 'one acknowledged')
  await until(async () => (await onDisk(datastore)).length === 0, 'nothing waits')
  assert.equal(servers[0].received.length, 1)
  assert.deepEqual([part.status().lastAcknowledged?.window, of('report:refused').length], [pastWindow + 1, 0])
})

test('a refused report is deleted and told with the word of its code', async t => {
  const { servers, reporter } = await stage(t)
  servers[0].init.deed = () => 'refuse'
  servers[0].init.code = 'protected-subject'
  const { close, of, part, datastore, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  close([alice])
  await until(() => of('report:refused').length === 1, 'refused')
  assert.equal(of('report:refused')[0]?.detail['reason'], 'protected-subject')
  assert.deepEqual([part.status().pending, await onDisk(datastore), servers[0].received.length + servers[1].received.length], [0, [], 1])
})

test('what an entry asks for again goes to the other one, with the same bytes', async t => {
  const { servers, reporter } = await stage(t)
  servers[0].init.deed = () => 'retry'
  const { close, of, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  close([alice])
  await until(() => of('report:acknowledged').length === 1, 'acknowledged')
  assert.deepEqual(new Set(servers[0].received), servers[1].stored)
})

test('what every entry asks for again is kept, and sent with pauses that grow', async t => {
  const { servers, reporter } = await stage(t)
  servers[0].init.deed = () => 'retry'
  servers[1].init.deed = () => 'retry'
  const { close, of, part, stop } = await reporter({ leastBackoffMs: 50, mostBackoffMs: 100 })
  t.after(stop)
  close([alice])
  await until(() => servers[0].received.length + servers[1].received.length >= 6, 'six tries')
  assert.equal(part.status().pending, 1)
  servers[0].init.deed = () => 'store'
  servers[1].init.deed = () => 'store'
  await until(() => of('report:acknowledged').length === 1, 'acknowledged')
  assert.equal(new Set([...servers[0].received, ...servers[1].received]).size, 1)
})

for (const deed of ['ignore', 'drop'] as const) {
  test(`an entry that leaves reports unanswered (${deed}) loses them to the other one`, async t => {
    const { servers, reporter } = await stage(t)
    servers[0].init.deed = () => deed
    const { close, of, part, ready, stop } = await reporter({ mostBackoffMs: HANGS_AFTER_MS, leastBackoffMs: HANGS_AFTER_MS, answerTimeoutMs: 400 })
    t.after(stop)
    await ready()
    close(subjects)
    await until(() => of('report:acknowledged').length === subjects.length, 'all acknowledged')
    assert.equal(servers[1].stored.size, subjects.length)
    for (const report of servers[0].received) assert.ok(servers[1].stored.has(report))
    assert.equal(String(of('entry:changed').at(-1)?.detail['entry']), part.status().entries[1]?.peer)
  })
}

test('an entry that dies and comes back is used again', async t => {
  const { servers, reporter, pastWindow } = await stage(t)
  servers[0].init.deed = () => 'drop'
  const { close, of, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  close([alice])
  await until(() => of('report:acknowledged').length === 1, 'by the other')
  servers[0].init.deed = () => 'store'
  await ready()
  close([bob], pastWindow + 1)
  await until(() => of('report:acknowledged').length === 2, 'both acknowledged')
  assert.equal(servers[0].stored.size, 1)
})

const garbage: { name: string; raw?: Uint8Array; credits?: number; push?: true; what: string }[] = [
  { name: 'bytes that are no message', raw: Uint8Array.of(255, 255, 255), what: 'malformed' },
  { name: 'an answer to a report that was never sent', push: true, what: 'unknown-number' },
  { name: 'more credits than anybody needs', credits: 4_000_000_000, what: 'absurd-credits' }
]
for (const { name, what, push, ...init } of garbage) {
  test(`an entry that sends ${name} is counted and left for the other one`, async t => {
    const { servers, entries, reporter } = await stage(t)
    Object.assign(servers[0].init, init)
    const { close, of, part, stop } = await reporter({ mostBackoffMs: HANGS_AFTER_MS, leastBackoffMs: HANGS_AFTER_MS })
    t.after(stop)
    await until(() => servers[0].streams() === 1 || of('peer:fault').length > 0, 'a stream')
    servers[0].push(push == null ? {} : { answers: [{ number: 99, status: 1, code: 0 }] })
    await until(() => of('peer:fault').length === 1, 'counted')
    assert.deepEqual([String(of('peer:fault')[0]?.detail['peer']), of('peer:fault')[0]?.detail['what']], [entries[0]?.core.self, what])
    close([alice])
    await until(() => of('report:acknowledged').length === 1, 'acknowledged')
    assert.equal(part.status().entry, entries[1]?.core.self)
    assert.deepEqual(servers[0].received, [])
  })
}

test('an entry that floods with frames is left', async t => {
  const { servers, reporter } = await stage(t)
  const { of, ready, stop } = await reporter({ mostBackoffMs: HANGS_AFTER_MS, leastBackoffMs: HANGS_AFTER_MS })
  t.after(stop)
  await ready()
  for (let count = 0; count < 600; count++) servers[0].push({ rosterVersion: 1 })
  await until(() => of('peer:fault').length === 1, 'counted')
  assert.equal(of('peer:fault')[0]?.detail['what'], 'too-many-frames')
})

test('never more reports are unanswered than the entry gave credits for', async t => {
  const { servers, reporter, pastWindow } = await stage(t)
  servers[0].init.credits = 3
  const { close, of, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  for (let window = 0; window < 4; window++) close(subjects, pastWindow + window)
  await until(() => of('report:acknowledged').length === 4 * subjects.length, 'all acknowledged')
  assert.equal(servers[0].mostUnanswered(), 3)
})

test('the outbox keeps the newest reports up to its bound and tells how many it dropped', async t => {
  const { servers, peer, reporter, pastWindow } = await stage(t)
  servers[0].init.credits = 0
  servers[1].init.credits = 0
  const { close, of, part, datastore, stop } = await reporter({ mostPending: 20, flushMs: 10 })
  for (let window = 0; window < 3; window++) close(subjects, pastWindow + window)
  await until(() => of('alarm').length === 2, 'two alarms')
  assert.deepEqual([part.status().pending, part.status().dropped, (await onDisk(datastore)).length], [20, 16, 20])
  await stop()
  servers[0].init.credits = 100
  const second = await reporter({ datastore, mostPending: 20 })
  t.after(second.stop)
  await until(() => second.of('report:acknowledged').length === 20, 'the rest acknowledged')
  const read = await Promise.all([...servers[0].received, ...servers[1].received].map(async report => readReport(peer.core.network.id, report)))
  assert.equal(read.filter(({ window }) => window === pastWindow + 2).length, subjects.length)
})

test('reports older than 360 windows are dropped and counted', async t => {
  const { servers, peer, reporter, pastWindow } = await stage(t)
  servers[0].init.credits = 0
  servers[1].init.credits = 0
  const { close, part, stop } = await reporter({ flushMs: 10 })
  t.after(stop)
  await until(() => part.status().entry != null, 'an entry')
  close([alice], peer.core.windows.now().window - 361)
  await until(() => part.status().pending === 1, 'kept at first')
  close([bob], pastWindow)
  await until(() => part.status().dropped === 1, 'dropped')
  await until(() => part.status().pending === 1, 'the newer one stays')
})

test('a stop delivers what is in hand', async t => {
  const { servers, reporter } = await stage(t)
  const { close, of, datastore, ready, stop } = await reporter()
  await ready()
  close(subjects)
  await stop()
  assert.equal(servers[0].stored.size, subjects.length)
  assert.equal(of('report:acknowledged').length, subjects.length)
  assert.deepEqual(await onDisk(datastore), [])
})

test('a stop ends at its deadline and leaves the rest on disk', async t => {
  const { servers, reporter } = await stage(t)
  servers[0].init.deed = () => 'ignore'
  servers[1].init.deed = () => 'ignore'
  const { close, part, datastore, stop } = await reporter({ flushMs: 50, answerTimeoutMs: HANGS_AFTER_MS })
  await until(() => part.status().entry != null, 'an entry')
  close(subjects)
  const startedAtMs = performance.now()
  await stop()
  assert.ok(performance.now() - startedAtMs < HANGS_AFTER_MS, 'it does not wait for the answers')
  assert.equal((await onDisk(datastore)).length, subjects.length)
})

test('certificates and roster are pulled once per window when the entry shows others', async t => {
  const { servers, entries, reporter } = await stage(t)
  const accepted: string[] = []
  const certificates = {
    ...noCertificates(),
    accept: async (encoded: Uint8Array) => {
      accepted.push(hex(encoded))
      return 'new' as const
    }
  }
  const hello = servers[0].init.hello
  servers[0].init.hello = () => ({ ...hello(), rosterVersion: 1, live: { count: 1, hash: new Uint8Array(32) } })
  const { ready, stop } = await reporter({ core: { certificates } })
  t.after(stop)
  await ready()
  await until(() => servers[0].pulls.length === 1, 'a pull')
  assert.deepEqual([servers[0].pulls[0]?.pullCertificates, servers[0].pulls[0]?.pullRoster], [true, false])
  servers[0].push({ certificates: [Uint8Array.of(7)], roster: entries[0]!.core.network.roster.encoded })
  await until(() => accepted.length === 1, 'accepted')
  assert.deepEqual([accepted, servers[1].pulls.length], [['07'], 0])
})

test('two entries that agree are followed against this machine, and the windows stepped over are not reported', async t => {
  const { servers, peer, reporter } = await stage(t)
  const { window } = peer.core.windows.now()
  for (const { init } of servers) init.hello = () => ({ hello: { window: window + 50, windowOffsetMs: 10 } })
  const { of, close, ready, stop } = await reporter()
  t.after(stop)
  await ready()
  await until(() => peer.core.windows.now().window - window >= 50, 'both were heard')
  close([alice], window + 50)
  close([bob], window + 51)
  await until(() => of('report:acknowledged').length === 1, 'acknowledged')
  assert.equal(of('report:acknowledged')[0]?.detail['window'], window + 51)
})

test('an unreadable entry of the outbox is deleted, and the others are sent', async t => {
  const { reporter } = await stage(t)
  const datastore = new MemoryDatastore()
  await datastore.put(new Key('/peerwatch/outbox/nonsense'), Uint8Array.of(9))
  const { of, close, stop } = await reporter({ datastore })
  t.after(stop)
  assert.equal(of('alarm').length, 1)
  close([alice])
  await until(() => of('report:acknowledged').length === 1, 'acknowledged')
  assert.deepEqual(await onDisk(datastore), [])
})
