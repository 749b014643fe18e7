import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { ACCEPTED_PAST_WINDOWS } from '@peerwatch/model'
import { ANSWER_STATUS, messages } from '@peerwatch/wire'
import { HANGS_AFTER_MS } from '../../../../test/support/until.ts'
import { caller, createNetworkFile, createSigner, parseNetwork, peerIdBytes, Refusal } from '@peerwatch/link'
import { retention } from '../../src/tree/retention.ts'
import { testHost, until } from '../../../link/test/support/core.ts'
import { holders, reportClient, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Network } from '@peerwatch/link'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { Tier, TierNode } from '../support/tier.ts'

function byPeer(tier: Tier, peer: PeerIdString | undefined): TierNode {
  const found = tier.nodes.find(node => node.peer === peer)
  assert.ok(found)
  return found
}

test('T4: an acknowledged report is held by two candidates and survives the loss of its owner, for which the predecessor acts', async t => {
  const tier = await startTier({ trusted: 3 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const subject = await somePeer()
  const owner = byPeer(tier, tier.nodes[0]!.tree.owner(subject))
  const [entry, other] = tier.nodes.filter(node => node !== owner)
  assert.ok(entry && other)
  const client = await reportClient(tier, reporter, entry)
  t.after(client.stop)
  const { window } = entry.core.windows.now()

  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window })]), ['stored'])
  const held = await holders(tier, window)
  assert.equal(held.length, 2)
  assert.ok(held.includes(owner.peer))
  assert.deepEqual(
    owner.reports.map(({ report, conflict }) => [report.reporter, report.subject, report.window, report.counts, conflict]),
    [[reporter.peer, subject, window, { integrity: { ok: 18, bad: 2 } }, false]]
  )

  const ownerStore = owner.store
  await owner.stop()
  await until(() => entry.tree.outOfReach(owner.peer) && other.tree.outOfReach(owner.peer), 'the owner is missed')
  const { records, isComplete } = await entry.tree.read(subject)
  assert.ok(isComplete, 'two of three were asked: no acknowledged record can be missing')
  assert.deepEqual(
    records.map(record => record.stored.window),
    [window]
  )
  const acting = entry.tree.candidates(subject)[1]
  assert.ok(byPeer(tier, acting).tree.isActing(subject))
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window: window - 1 })]), ['stored'])
  assert.equal((await holders(tier, window - 1)).length, 2)

  // T12: back again, it fetches what it missed before it answers as owner
  const index = tier.keys.trusted.findIndex(key => createSigner(key, tier.keys.network.id).peer === owner.peer)
  const back = await tier.start(index, ownerStore)
  await until(() => back.tree.isCaughtUp() && back.reports.length === 2, 'the owner has caught up')
  assert.deepEqual(new Set(back.reports.map(({ report }) => report.window)), new Set([window - 1, window]))
  assert.ok(back.tree.isActing(subject))
})

test('T13: with one of two candidates out of reach nothing is acknowledged, and the same report is once the other is back', async t => {
  const tier = await startTier({ trusted: 2 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const [entry, other] = tier.nodes
  assert.ok(entry && other)
  const client = await reportClient(tier, reporter, entry)
  t.after(client.stop)
  await other.stop()
  await until(() => entry.tree.outOfReach(other.peer), 'the other is missed')
  const { window } = entry.core.windows.now()
  const report = await signedReport(reporter, { subject: await somePeer(), window })
  assert.deepEqual(await client.send([report]), ['no-copies'])
  await tier.start(1)
  await until(() => !entry.tree.outOfReach(other.peer), 'the other is back')
  assert.deepEqual(await client.send([report]), ['stored'])
  assert.equal((await holders(tier, window)).length, 2)
})

test('one copy is enough where the roster has one member', async t => {
  const tier = await startTier({ trusted: 1 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const client = await reportClient(tier, reporter, tier.nodes[0]!)
  t.after(client.stop)
  const { window } = tier.nodes[0]!.core.windows.now()
  assert.deepEqual(await client.send([await signedReport(reporter, { subject: await somePeer(), window })]), ['stored'])
})

test('a restarted node hands over what it holds on disk, and conflicting reports are marked', async t => {
  const tier = await startTier({ trusted: 1 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const [node] = tier.nodes
  assert.ok(node)
  const client = await reportClient(tier, reporter, node)
  t.after(client.stop)
  const { window } = node.core.windows.now()
  const subject = await somePeer()
  const report = await signedReport(reporter, { subject, window })
  assert.deepEqual(await client.send([report, report]), ['stored', 'stored'])
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window, bad: 1 })]), ['stored'])
  assert.deepEqual(
    node.reports.map(({ conflict }) => conflict),
    [false, true]
  )
  const { store } = node
  await node.stop()
  const back = await tier.start(0, store)
  assert.deepEqual(
    back.reports.map(({ conflict }) => conflict),
    [true]
  )
})

test('T11: a node with an older roster or tokens is refused, merges, and asks again', async t => {
  const tier = await startTier({ trusted: 3, running: 2 })
  t.after(tier.stop)
  const { keys } = tier
  const file = await createNetworkFile({
    name: 'testnet',
    authority: keys.authority,
    preset: 'demo',
    scope: 'local',
    nowMs: 1_700_000_000_000,
    rosterVersion: 7,
    seeds: keys.seeds.map(key => ({ peer: createSigner(key, keys.network.id).peer, address: '/ip4/127.0.0.1/tcp/1' })),
    trusted: keys.trusted
  })
  const signer = createSigner(keys.trusted[2]!, keys.network.id)
  const moved = await signer.sign('token', messages.token.encode({ start: Uint8Array.of(0xf0, 0, 0, 0, 0, 0, 0, 0), version: 1_700_000_000_001 }))
  const newer = await parseNetwork({ ...file, tokens: [...file.tokens.slice(0, 2), Buffer.from(moved).toString('base64')] })
  const third = await tier.start(2, undefined, newer)
  await until(() => tier.nodes.every(({ tree }) => tree.status().view === third.tree.status().view && tree.status().rosterVersion === 7), 'all have one view')
  for (const { tree } of tier.nodes) {
    const range = tree.status().nodes.find(({ node }) => node === third.peer)?.range
    assert.equal(range?.from, 'f000000000000000')
  }
  const reporter = await reporterOf(keys)
  const client = await reportClient(tier, reporter, tier.nodes[0]!)
  t.after(client.stop)
  const { window } = third.core.windows.now()
  assert.deepEqual(await client.send([await signedReport(reporter, { subject: await somePeer(), window })]), ['stored'])
})

test('G80: what a seed stamped is copied and taken on when a later roster lacks it, in reports of windows up to the one that the roster names', async t => {
  const tier = await startTier({ trusted: 3, running: 2 })
  t.after(tier.stop)
  const { keys } = tier
  const reporter = await reporterOf(keys)
  const subject = await somePeer()
  const client = await reportClient(tier, reporter, tier.nodes[0]!)
  t.after(client.stop)
  const { window } = tier.nodes[0]!.core.windows.now()
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window })]), ['stored'])
  const other = await generateKeyPair('Ed25519')
  const roster = async (rosterVersion: number, nowMs: number): Promise<Network> =>
    parseNetwork(
      await createNetworkFile({
        name: 'testnet',
        authority: keys.authority,
        preset: 'demo',
        scope: 'local',
        nowMs,
        rosterVersion,
        replaces: keys.network.roster,
        seeds: [{ peer: createSigner(other, keys.network.id).peer, address: '/ip4/127.0.0.1/tcp/1' }],
        trusted: keys.trusted
      })
    )
  const third = await tier.start(2, undefined, await roster(7, Date.now()))
  await until(() => third.reports.length === 1, 'it lost its disk, and has the report again')
  await until(() => tier.nodes.every(({ tree }) => tree.status().view === third.tree.status().view), 'all have one view')
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window: window - 1 })]), ['stored'])
  const before = ACCEPTED_PAST_WINDOWS + 10
  for (const { core } of tier.nodes) await core.roster.accept((await roster(8, Date.now() - before * core.windows.windowMs)).roster.encoded)
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window: window - 2 })]), ['unknown-seed'], 'it is no seed for ever')
  const { answers } = client.received.at(-1)!
  assert.equal(answers[0]!.status, ANSWER_STATUS.retry, 'of two rosters one may be older: nothing is refused for good')
  assert.deepEqual(
    tier.nodes.flatMap(({ faults }) => faults),
    []
  )
})

test('nobody outside the roster gets a tree stream', async t => {
  const tier = await startTier({ trusted: 1 })
  t.after(tier.stop)
  const [node] = tier.nodes
  assert.ok(node)
  const client = await reportClient(tier, await reporterOf(tier.keys), node)
  t.after(client.stop)
  const stream = await client.host.node.dialProtocol(node.node.getMultiaddrs(), '/peerwatch/tree/1.0.0').catch(() => undefined)
  await until(() => node.faults.includes('not-trusted'), 'the fault is counted')
  await until(() => stream == null || stream.status !== 'open', 'the stream is gone')
})

test('cases, findings, certificates and proposals reach the judges of the others, with who sent them', async t => {
  const tier = await startTier({ trusted: 2 })
  t.after(tier.stop)
  const [one, two] = tier.nodes
  assert.ok(one && two)
  const seen: unknown[] = []
  const findings: Uint8Array[] = []
  two.tree.serve({
    case: (notice, from) => seen.push(['case', notice.openedWindow, from]),
    certificate: encoded => seen.push(['certificate', ...encoded]),
    finding: encoded => findings.push(encoded),
    propose: async verdict => (verdict[0] === 1 ? Uint8Array.of(9) : new Refusal('refused', 'no finding'))
  })
  one.tree.broadcast('case', { subject: new Uint8Array(), dimension: 2, openedWindow: 77, weight: 1, groups: ['a'] })
  one.tree.broadcast('certificate', Uint8Array.of(1, 2))
  const subject = await somePeer()
  const finding = await one.core.signer.sign(
    'finding',
    messages.finding.encode({
      subject: peerIdBytes(subject),
      dimension: 2,
      outcome: 1,
      window: one.core.windows.now().window,
      ok: 5,
      bad: 9,
      controls: 3,
      controlsPassed: 3
    })
  )
  assert.equal(await one.tree.writeRecord('finding', finding), 'stored')
  await until(() => seen.length === 2 && findings.length === 1, 'all arrive')
  assert.deepEqual(seen, [
    ['case', 77, one.peer],
    ['certificate', 1, 2]
  ])
  assert.deepEqual([...(await one.tree.call(two.peer, 'propose', Uint8Array.of(1)))], [9])
  await assert.rejects(one.tree.call(two.peer, 'propose', Uint8Array.of(2)), { code: 'refused', message: /no finding/ })
})

test('T14: retention lets go of old epochs and of the oldest where the byte cap is reached, and refuses them from then on', async t => {
  const tier = await startTier({ trusted: 1, network: { retentionMs: 10 * 60_000, retentionBytes: 1_500 } })
  t.after(tier.stop)
  const [node] = tier.nodes
  assert.ok(node)
  const reporter = await reporterOf(tier.keys)
  const client = await reportClient(tier, reporter, node)
  t.after(client.stop)
  const { window } = node.core.windows.now()
  const subject = await somePeer()
  const ages = [350, 200, 150, 100, 50, 0]
  const words = await client.send(await Promise.all(ages.map(async age => signedReport(reporter, { subject, window: window - age }))))
  assert.equal(words[0], 'old-window')
  assert.deepEqual(new Set(words.slice(1)), new Set(['stored']))
  await retention(node.core, node.store, node.tree.clocks, { make: async () => {}, want: () => {} }).enforce()
  assert.ok((await node.store.sizeBytes()) <= 1_500)
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window: window - 200 })]), ['old-window'])
  assert.equal((await holders(tier, window)).length, 1)
})

test('status shows each range, the threads, the tree and who is in reach', async t => {
  const tier = await startTier({ trusted: 3, running: 2 })
  t.after(tier.stop)
  const status = tier.nodes[0]!.tree.status()
  assert.deepEqual(
    status.nodes.map(({ share }) => Math.round(share * 3)),
    [1, 1, 1]
  )
  assert.equal(status.height, 1)
  assert.deepEqual(status.nodes.map(({ isReachable }) => isReachable).filter(Boolean).length, 2)
  const root = status.nodes.find(({ node }) => node === status.root)!
  assert.deepEqual([root.left, root.right], [root.threads?.previous, root.threads?.next])
  assert.equal(root.copiesAt.length, 2)
})

test('C107: a trusted node tells when another one answers no longer, and when it does again', async t => {
  const tier = await startTier({ trusted: 2 })
  t.after(tier.stop)
  const [one, two] = tier.nodes
  const told: string[] = []
  for (const name of ['trusted:lost', 'trusted:reached'] as const)
    one!.core.events.addEventListener(name, ({ detail }) => told.push(`${name} ${detail.peer.toString()}`))
  await two!.stop()
  await until(() => told.includes(`trusted:lost ${two!.peer}`), 'it is lost')
  await tier.start(1)
  await until(() => told.includes(`trusted:reached ${two!.peer}`), 'it is back')
  assert.equal(told.indexOf(`trusted:lost ${two!.peer}`), 0)
})

function loadOf({ tree }: TierNode): number {
  return tree.status().nodes.find(({ isSelf }) => isSelf)?.reportsPerSecond ?? 0
}

test('T12: a node that lost its disk fetches all its ranges page by page, and gives others what only it holds', async t => {
  const tier = await startTier({ trusted: 2 })
  t.after(tier.stop)
  const [one, two] = tier.nodes
  assert.ok(one && two)
  const reporter = await reporterOf(tier.keys)
  const { window } = one.core.windows.now()
  const subjects = await Promise.all(Array.from({ length: 20 }, somePeer))
  const windows = Array.from({ length: 30 }, (_, back) => window - back)
  const reports = await Promise.all(windows.flatMap(each => subjects.map(async subject => signedReport(reporter, { subject, window: each }))))
  // so old that the other one does not ask for its epoch after a short outage
  const only = reports.at(-1)!
  const shared = reports.slice(0, -1)
  const client = await reportClient(tier, reporter, one)
  t.after(client.stop)
  assert.deepEqual(new Set(await client.send(shared.slice(0, 300))), new Set(['stored']))
  assert.deepEqual(new Set(await client.send(shared.slice(300))), new Set(['stored']))
  const { store } = one
  await two.stop()
  const empty = await tier.start(1)
  await until(() => empty.tree.isCaughtUp() && empty.reports.length === shared.length, 'all ranges are fetched')
  assert.ok(loadOf(one) > 0, 'what an entry writes is load')
  assert.equal(loadOf(empty), 0, 'what is fetched is none')

  await one.stop()
  await store.write([one.tree.parser.report(only).stored])
  const back = await tier.start(0, store)
  assert.equal(loadOf(back), 0, 'nor what was there')
  await until(() => empty.reports.length === reports.length, 'what only the other held has come')
  const { records, isComplete } = await empty.tree.read(subjects[0]!)
  assert.equal(records.length, 30)
  assert.ok(isComplete)
})

test('a read is the union of what enough candidates hold, and says when it may be incomplete', async t => {
  const tier = await startTier({ trusted: 3 })
  t.after(tier.stop)
  const [one, two, three] = tier.nodes
  assert.ok(one && two && three)
  const reporter = await reporterOf(tier.keys)
  const subject = await somePeer()
  const { window } = one.core.windows.now()
  const held = await Promise.all([0, 1].map(async back => signedReport(reporter, { subject, window: window - back })))
  const [left, right] = held.map(encoded => one.tree.parser.report(encoded).stored)
  const forged = messages.signed.decode(await signedReport(reporter, { subject, window: window - 2 }))
  forged.signature[0]! ^= 1
  await one.store.write([left!])
  await two.store.write([right!, one.tree.parser.report(messages.signed.encode(forged)).stored])
  await three.store.write([right!])
  const { records, isComplete } = await one.tree.read(subject)
  assert.deepEqual(
    records.map(record => record.stored.window),
    [window - 1, window]
  )
  assert.ok(isComplete)
  await Promise.all([two.stop(), three.stop()])
  await until(() => one.tree.outOfReach(two.peer) && one.tree.outOfReach(three.peer), 'both are missed')
  assert.equal((await one.tree.read(subject)).isComplete, false)
})

test('T11: a request made with another view is refused with what the asked node knows, and one with the same view is answered', async t => {
  const tier = await startTier({ trusted: 2, running: 1 })
  t.after(tier.stop)
  const [node] = tier.nodes
  assert.ok(node)
  const { node: raw } = await testHost(tier.keys.network, tier.keys.trusted[1])
  t.after(async () => raw.stop())
  const stream = await raw.dialProtocol(node.node.getMultiaddrs(), '/peerwatch/tree/1.0.0')
  const asking = caller<TreeRequest, TreeResponse>(stream, {
    clock: systemClock,
    request: messages.treeRequest,
    response: messages.treeResponse,
    mostUnderWay: 4,
    timeoutMs: HANGS_AFTER_MS,
    onEnd: () => {}
  })
  const reporter = await reporterOf(tier.keys)
  const { window } = node.core.windows.now()
  const payload = await signedReport(reporter, { subject: await somePeer(), window })
  const write = { records: [{ kind: 1, subject: new Uint8Array(), payload, copy: false }] }
  const stale = await asking.call({ view: { rosterVersion: 1, tokens: new Uint8Array(32) }, write })
  assert.deepEqual([stale.status, stale.outcomes, stale.hello?.tokens.length], [1, [], 2])
  assert.equal(node.reports.length, 0)
  const tokens = Buffer.from(node.tree.status().view, 'hex')
  const fresh = await asking.call({ view: { rosterVersion: 1, tokens: new Uint8Array(tokens) }, write })
  assert.deepEqual([fresh.status, fresh.outcomes], [0, [1]])
  const garbled = await asking.call({
    view: { rosterVersion: 1, tokens: new Uint8Array(tokens) },
    read: {
      fromPlace: Uint8Array.of(1),
      toPlace: Uint8Array.of(2),
      subject: new Uint8Array(),
      fromEpoch: 0,
      toEpoch: 9,
      after: Uint8Array.of(1),
      whole: false,
      have: new Uint8Array(),
      brief: false,
      summaries: false,
      digest: new Uint8Array()
    }
  })
  assert.equal(garbled.status, 4)
})
