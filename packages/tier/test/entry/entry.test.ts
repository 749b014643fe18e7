import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ANSWER_CODES, ANSWER_STATUS, messages, PROTOCOLS } from '@peerwatch/wire'
import { createSigner, peerIdBytes } from '@peerwatch/link'
import { reportQuota } from '../../src/entry/report-quota.ts'
import { streamsAt, testNetwork, until } from '../../../link/test/support/core.ts'
import { reportClient, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString } from '@peerwatch/model'
import type { ReportClient, Reporter, Tier, TierInit, TierNode } from '../support/tier.ts'

interface Reporting {
  readonly tier: Tier
  readonly entry: TierNode
  readonly reporter: Reporter
  readonly client: ReportClient
}

/** A tier whose first node is the entry of a registered reporter, with a stream between them. */
async function reporting(t: TestContext, init: TierInit): Promise<Reporting> {
  const tier = await startTier(init)
  t.after(tier.stop)
  const [entry] = tier.nodes
  assert.ok(entry)
  const reporter = await reporterOf(tier.keys)
  const client = await reportClient(tier, reporter, entry)
  t.after(client.stop)
  return { tier, entry, reporter, client }
}

/** The node takes an honest report after whatever was done to it. */
async function assertAlive(tier: Tier): Promise<void> {
  const [node] = tier.nodes
  assert.ok(node)
  const honest = await reporterOf(tier.keys)
  const client = await reportClient(tier, honest, node)
  const { window } = node.core.windows.now()
  assert.deepEqual(await client.send([await signedReport(honest, { subject: await somePeer(), window })]), ['stored'])
  await client.stop()
}

test('each report is refused for what is wrong with it, and the node goes on', async t => {
  const tier = await startTier({ trusted: 2, network: { maxDegree: 4 } })
  t.after(tier.stop)
  const [entry] = tier.nodes
  assert.ok(entry)
  const reporter = await reporterOf(tier.keys)
  const other = await reporterOf(tier.keys)
  const foreign = await testNetwork({ name: 'other' })
  const client = await reportClient(tier, reporter, entry)
  t.after(client.stop)
  const { window } = entry.core.windows.now()
  const late = await reporterOf(tier.keys, window)
  const ahead = await reporterOf(tier.keys, 2 ** 31)
  // stands still: what lies two windows ahead would be near enough a moment later
  Object.assign(entry.core.windows, { now: () => ({ window, offsetMs: 0 }) })
  const subject = await somePeer()
  const stranger = await somePeer()
  tier.unregistered.add(stranger)
  const sign = async (parts: Partial<Parameters<typeof signedReport>[1]>): Promise<Uint8Array> => signedReport(reporter, { subject, window, ...parts })
  const altered = messages.signed.decode(await sign({ window: window - 3 }))
  altered.signature[0]! ^= 1
  const foreignSigner = createSigner(reporter.key, foreign.network.id)
  const otherNetwork = await signedReport({ ...reporter, signer: foreignSigner }, { subject, window: window - 4 })
  const foreignStamp = (await reporterOf({ network: foreign.network, seeds: tier.keys.seeds })).stamp
  const cases: [string, Uint8Array][] = [
    ['stored', await sign({})],
    ['malformed', Uint8Array.of(1, 2, 3)],
    ['malformed', new Uint8Array(4_000)],
    ['malformed', await sign({ ok: 21, bad: 0 })],
    ['not-the-reporter', await signedReport(other, { subject, window })],
    ['own-subject', await sign({ subject: reporter.peer })],
    ['old-window', await sign({ window: window - 362 })],
    ['future-window', await sign({ window: window + 2 })],
    ['protected-subject', await sign({ subject: entry.peer })],
    ['protected-subject', await sign({ subject: createSigner(tier.keys.seeds[0]!, tier.keys.network.id).peer })],
    ['unknown-subject', await sign({ subject: stranger })],
    ['bad-stamp', await sign({ window: window - 1, stamp: other.stamp })],
    ['bad-stamp', await sign({ window: window - 1, stamp: foreignStamp })],
    ['bad-stamp', await sign({ window: window - 1, stamp: new Uint8Array(3) })],
    ['bad-signature', messages.signed.encode(altered)],
    ['bad-signature', otherNetwork],
    ['stored', await sign({ window: window - 2 })]
  ]
  const words = await client.send(cases.map(([, bytes]) => bytes))
  assert.deepEqual(
    words,
    cases.map(([word]) => word)
  )
  const subjects = await Promise.all(Array.from({ length: 6 }, somePeer))
  const crowd = await client.send(await Promise.all(subjects.map(async each => sign({ subject: each, window: window - 5 }))))
  assert.deepEqual(crowd, ['stored', 'stored', 'stored', 'stored', 'too-many-subjects', 'too-many-subjects'])
  const lateClient = await reportClient(tier, late, entry)
  t.after(lateClient.stop)
  const since = await Promise.all([-3, -2, 0].map(async by => signedReport(late, { subject, window: window + by })))
  assert.deepEqual(await lateClient.send(since), ['early-window', 'stored', 'stored'])
  const last = lateClient.received.flatMap(({ answers }) => answers)
  assert.equal(last.find(({ code }) => code === ANSWER_CODES['early-window'])?.status, ANSWER_STATUS.retry)
  const aheadClient = await reportClient(tier, ahead, entry)
  t.after(aheadClient.stop)
  assert.deepEqual(await aheadClient.send([await signedReport(ahead, { subject, window })]), ['stored'], 'the clock of a seed is no fault of its peer')
  assert.ok(entry.faults.includes('bad-signature') && entry.faults.includes('malformed'))
  await assertAlive(tier)
})

test('G81: a report with a stamp of a seed that was ahead is taken once the seed has stamped its peer anew, and is never refused for good', async t => {
  const { tier, entry } = await reporting(t, { trusted: 2 })
  const { window } = entry.core.windows.now()
  Object.assign(entry.core.windows, { now: () => ({ window, offsetMs: 0 }) })
  const ahead = await reporterOf(tier.keys, window - 10)
  const client = await reportClient(tier, ahead, entry)
  t.after(client.stop)
  const report = await signedReport(ahead, { subject: await somePeer(), window: window - 100 })
  const stampOf = async (peer: Reporter, firstWindow: number): Promise<Uint8Array> =>
    createSigner(tier.keys.seeds[0]!, tier.keys.network.id).sign('stamp', messages.stamp.encode({ peer: peerIdBytes(peer.peer), group: 'g', firstWindow }))
  assert.deepEqual(await client.send([report]), ['early-window'])
  for (const wrong of [await stampOf(await reporterOf(tier.keys), window - 100), await stampOf(ahead, window - 97), new Uint8Array(3)]) {
    tier.stamps.set(ahead.peer, wrong)
    assert.deepEqual(await client.send([report]), ['early-window'])
  }
  tier.stamps.set(ahead.peer, await stampOf(ahead, window - 100))
  assert.deepEqual(await client.send([report]), ['stored'])
  assert.deepEqual(new Set(client.received.flatMap(({ answers }) => answers).map(({ status }) => status)), new Set([ANSWER_STATUS.retry, ANSWER_STATUS.stored]))
  assert.deepEqual(entry.faults, [])
})

test('a replayed report is answered again and stored once', async t => {
  const { tier, entry, reporter, client } = await reporting(t, { trusted: 2 })
  const { window } = entry.core.windows.now()
  const report = await signedReport(reporter, { subject: await somePeer(), window })
  assert.deepEqual(new Set(await client.send(Array.from({ length: 200 }, () => report))), new Set(['stored']))
  for (const { store, reports } of tier.nodes) {
    let held = 0
    for await (const record of store.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) held += Number(record.window === window)
    assert.equal(held, 1)
    assert.equal(reports.length, 1)
  }
})

test('a field of a later version is signed for and kept: every copy has the report as it came (decision 0008)', async t => {
  const { tier, entry, reporter, client } = await reporting(t, { trusted: 2 })
  const { window } = entry.core.windows.now()
  const { payload } = messages.signed.decode(await signedReport(reporter, { subject: await somePeer(), window }))
  const field6 = [0x30, 1]
  const report = await reporter.signer.sign('report', Uint8Array.of(...payload, ...field6))
  assert.deepEqual(await client.send([report]), ['stored'])
  for (const { store, reports } of tier.nodes) {
    const held: Uint8Array[] = []
    for await (const record of store.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) held.push(record.payload)
    assert.deepEqual(
      held.map(bytes => [...bytes]),
      [[...report]]
    )
    assert.equal(reports.length, 1, 'it counts')
  }
})

test('who keeps sending what no honest peer sends is cut and stays out', async t => {
  const { tier, entry, reporter, client } = await reporting(t, { trusted: 1, limits: { faults: 8 } })
  client.framed.send(messages.reportUp.encode({ reports: Array.from({ length: 20 }, (_, number) => ({ number, report: Uint8Array.of(9) })) }))
  await until(() => !client.framed.isOpen(), 'the stream is cut')
  const again = await reportClient(tier, reporter, entry, client.host)
  await until(() => !again.framed.isOpen(), 'a further stream is refused')
  assert.equal(streamsAt(entry, PROTOCOLS.report), 0)
  await assertAlive(tier)
})

test('more reports than there are credits end the stream', async t => {
  const { tier, entry, client } = await reporting(t, { trusted: 1, limits: { credits: 4 } })
  assert.equal(client.received[0]?.credits, 4)
  client.framed.send(messages.reportUp.encode({ reports: Array.from({ length: 5 }, (_, number) => ({ number, report: Uint8Array.of(9) })) }))
  await until(() => !client.framed.isOpen(), 'the stream is cut')
  assert.ok(entry.faults.includes('over-credit'))
  await assertAlive(tier)
})

test('a peer has three report streams, however many it opens', async t => {
  const { tier, entry, reporter, client } = await reporting(t, { trusted: 1 })
  await Promise.allSettled(Array.from({ length: 12 }, async () => reportClient(tier, reporter, entry, client.host)))
  assert.ok(streamsAt(entry, PROTOCOLS.report) <= 3)
  await client.stop()
  await until(() => streamsAt(entry, PROTOCOLS.report) === 0, 'all are gone with the peer')
  await assertAlive(tier)
})

test('garbage, too long and endless frames end the stream and nothing else', async t => {
  const { tier, entry, client } = await reporting(t, { trusted: 1, limits: { faults: 1_000 } })
  const bodies = [...fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), { numRuns: 15, seed: 4 }), new Uint8Array(64).fill(0xff)]
  for (const body of bodies) {
    const stream = await client.host.node.dialProtocol(entry.node.getMultiaddrs(), PROTOCOLS.report).catch(() => undefined)
    stream?.send(body)
    await stream?.close().catch(() => {})
  }
  await until(() => streamsAt(entry, PROTOCOLS.report) <= 1, 'their streams are gone')
  await assertAlive(tier)
})

test('a reader that takes nothing is ended and holds no memory', async t => {
  const { tier, entry, client } = await reporting(t, { trusted: 1, limits: { faults: 1_000_000 } })
  const stream = await client.host.node.dialProtocol(entry.node.getMultiaddrs(), PROTOCOLS.report)
  stream.pause()
  await until(() => streamsAt(entry, PROTOCOLS.report) === 2, 'both are open')
  const up = messages.reportUp.encode({ reports: [{ number: 1, report: Uint8Array.of(9) }] })
  let sent = 0
  await until(() => {
    for (let times = 0; times < 2_000 && stream.status === 'open' && stream.writeBufferLength < 100_000; times++) {
      stream.send(Uint8Array.of(up.byteLength, ...up))
      sent++
    }
    return entry.faults.includes('slow-reader') || stream.status !== 'open'
  }, 'the slow reader is ended')
  assert.ok(sent > 0)
  await assertAlive(tier)
})

test('answers tell the live set and roster, and both can be pulled', async t => {
  const tier = await startTier({ trusted: 1 })
  t.after(tier.stop)
  const [entry] = tier.nodes
  assert.ok(entry)
  const { window } = entry.core.windows.now()
  Object.assign(entry.core.windows, { now: () => ({ window, offsetMs: 0 }) })
  const client = await reportClient(tier, await reporterOf(tier.keys), entry)
  t.after(client.stop)
  const [hello] = client.received
  assert.equal(hello?.hello?.window, window)
  assert.equal(hello?.rosterVersion, 1)
  assert.equal(hello?.live?.count, 0)
  client.framed.send(messages.reportUp.encode({ reports: [], pullRoster: true }))
  await until(() => client.received.some(({ roster }) => roster.byteLength > 0), 'the roster comes')
})

test('all certificates can be pulled however many there are, and an honest reader is not taken for a slow one', async t => {
  const tier = await startTier({ trusted: 1 })
  t.after(tier.stop)
  const [entry] = tier.nodes
  assert.ok(entry)
  Object.assign(entry.core.certificates, { encoded: () => Array.from({ length: 3_000 }, () => new Uint8Array(500)) })
  const client = await reportClient(tier, await reporterOf(tier.keys), entry)
  t.after(client.stop)
  client.framed.send(messages.reportUp.encode({ reports: [], pullCertificates: true }))
  const pulled = (): number => client.received.reduce((count, { certificates }) => count + certificates.length, 0)
  await until(() => pulled() === 3_000, 'all come')
  assert.ok(client.framed.isOpen())
  assert.deepEqual(entry.faults, [])
})

test('T15: a reporter has as many new reports as a peer has neighbours per elapsed window, and a bounded backlog, whatever is sent again', () => {
  const step = fc.record({
    window: fc.integer({ min: 0, max: 30 }),
    subject: fc.integer({ min: 0, max: 5 }),
    elapsed: fc.constantFrom(...Array<number>(20).fill(0), 1, 2, 20),
    becomes: fc.constantFrom('new', 'new', 'known', 'retry')
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), steps => {
      let now = 100
      const quota = reportQuota(() => now, 2)
      const reporter = 'reporter' as PeerIdString
      /** When each report was newly stored. */
      const stored = new Map<string, number>()
      const touched = new Set<number>()
      for (const { window, subject, elapsed, becomes } of steps) {
        now += elapsed
        const about = String(subject) as PeerIdString
        const word = quota.take(reporter, window, about, 3)
        if (word !== 'ok' && word !== 'again') continue
        const isNew = becomes === 'new' && !stored.has(`${window}/${subject}`)
        if (isNew) stored.set(`${window}/${subject}`, now)
        else if (word === 'ok') quota.giveBack(reporter, window, about, 3)
        touched.add(window)
        const ofWindow = [...stored.keys()].filter(key => key.startsWith(`${window}/`))
        assert.ok(ofWindow.length <= 3 || touched.size > 16, 'too many subjects in one window')
      }
      const begun = [...stored.values()]
      for (const [first, since] of begun.entries()) {
        for (let last = first; last < begun.length; last++) assert.ok(last - first + 1 <= 3 * (2 + begun[last]! - since), begun.join(' '))
      }
    })
  )
  const quota = reportQuota(() => 100, 5)
  const words = ['a', 'b', 'c', 'd', 'a'].map(subject => quota.take('reporter' as PeerIdString, 99, subject as PeerIdString, 3))
  assert.deepEqual(words, ['ok', 'ok', 'ok', 'too-many-subjects', 'again'])
  assert.deepEqual([...Array(5).keys()].map(window => quota.take('reporter' as PeerIdString, window, 'a' as PeerIdString, 3)).slice(0, 5), Array(5).fill('ok'))
})
