import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochOf } from '@peerwatch/model'
import { placement } from '../../src/tree/placement.ts'
import { testHost, until } from '../../../link/test/support/core.ts'
import { signedErasure } from '../support/erasure.ts'
import { PEPPER, reportClient, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import { createSigner } from '@peerwatch/link'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { ExportLine, ExportSummary } from '../../src/export/export.ts'
import type { Reporter, Tier, TierNode } from '../support/tier.ts'

const PLACEMENT = placement(PEPPER)

interface Written {
  readonly tier: Tier
  readonly subject: Reporter
  readonly reporter: Reporter
  readonly other: PeerIdString
  readonly window: number
  readonly epoch: number
  /** What they reported: the first about the subject and by it, then what has nothing to do with it. */
  readonly reports: { readonly about: Uint8Array; readonly by: Uint8Array; readonly foreign: Uint8Array }
  readonly send: (from: Reporter, entry: TierNode, report: Uint8Array) => Promise<string | undefined>
}

async function written(t: { after: (run: () => Promise<void>) => void }, trusted: number): Promise<Written> {
  const tier = await startTier({ trusted })
  t.after(tier.stop)
  const [subject, reporter, other] = [await reporterOf(tier.keys), await reporterOf(tier.keys), await somePeer()]
  const hosts = new Map([subject, reporter].map(each => [each, testHost(tier.keys.network, each.key)]))
  t.after(async () => {
    for (const host of hosts.values()) await (await host).node.stop()
  })
  const clients = new Map<string, ReturnType<typeof reportClient>>()
  const send = async (from: Reporter, entry: TierNode, report: Uint8Array): Promise<string | undefined> => {
    const key = `${from.peer} ${entry.peer}`
    const client = clients.get(key) ?? reportClient(tier, from, entry, await hosts.get(from))
    clients.set(key, client)
    return (await (await client).send([report]))[0]
  }
  const { core } = tier.nodes[0]!
  const { window } = core.windows.now()
  const reports = {
    about: await signedReport(reporter, { subject: subject.peer, window }),
    by: await signedReport(subject, { subject: other, window }),
    foreign: await signedReport(reporter, { subject: other, window })
  }
  for (const [from, report] of [
    [reporter, reports.about],
    [subject, reports.by],
    [reporter, reports.foreign]
  ] as const)
    assert.equal(await send(from, tier.nodes[0]!, report), 'stored')
  return { tier, subject, reporter, other, window, epoch: epochOf(window, core.roster.current().preset.epochWindows), reports, send }
}

/** Of the peer, in a store. */
async function count(store: RecordStore, peer: PeerIdString): Promise<number> {
  const name = PLACEMENT.pseudonym(peer)
  let found = 0
  for await (const { subject, author } of store.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) if (subject === name || author === name) found++
  return found
}

async function erasedEverywhere({ tier, subject }: Pick<Written, 'tier' | 'subject'>): Promise<void> {
  await until(async () => {
    const receipt = await tier.nodes[0]!.tree.erasureReceipt(subject.peer)
    return receipt?.holders.every(({ state }) => state === 'erased') === true
  }, 'all have erased it')
}

test('P91: what is erased is gone on every trusted node, and refused at the entry as something old, which is nobody’s fault', async t => {
  const all = await written(t, 3)
  const { tier, subject, reporter, other, window, epoch, reports, send } = all
  assert.equal(await tier.nodes[1]!.tree.publishErasure(await signedErasure(tier.keys, subject.peer, epoch), subject.peer), 'newer')
  await erasedEverywhere(all)
  const receipt = await tier.nodes[2]!.tree.erasureReceipt(subject.peer)
  assert.equal(receipt?.upToEpoch, epoch)
  assert.equal(
    receipt.holders.reduce((sum, { records }) => sum + records, 0),
    4,
    'two records, with two copies each'
  )
  for (const node of tier.nodes) {
    assert.equal(await count(node.store, subject.peer), 0)
    const { records, isComplete } = await node.tree.read(subject.peer)
    assert.deepEqual([records.length, isComplete], [0, true])
    assert.deepEqual(
      (await node.tree.read(other)).records.map(({ author }) => author),
      [reporter.peer]
    )
  }
  for (const entry of tier.nodes) {
    assert.equal(await send(reporter, entry, reports.about), 'old-window')
    assert.equal(await send(subject, entry, reports.by), 'old-window')
    assert.equal(await send(reporter, entry, reports.foreign), 'stored')
    assert.deepEqual(entry.faults, [])
  }
  const later = await signedReport(reporter, { subject: subject.peer, window: window + 1 })
  const isLater = epochOf(window + 1, tier.nodes[0]!.core.roster.current().preset.epochWindows) > epoch
  assert.equal(await send(reporter, tier.nodes[0]!, later), isLater ? 'stored' : 'old-window')
})

test('P92: a trusted node that was away, be it with its disk or without, knows of an erasure before it counts as caught up', async t => {
  const all = await written(t, 3)
  const { tier, subject, epoch } = all
  const [first] = tier.nodes
  assert.ok(first)
  const away = tier.nodes.find(node => node !== first && node.tree.candidates(subject.peer).includes(node.peer))!
  const index = tier.keys.trusted.findIndex(key => createSigner(key, tier.keys.network.id).peer === away.peer)
  const held = away.store
  await away.stop()
  await until(() => first.tree.outOfReach(away.peer), 'it is missed')
  await first.tree.publishErasure(await signedErasure(tier.keys, subject.peer, epoch), subject.peer)
  const receipt = await first.tree.erasureReceipt(subject.peer)
  assert.equal(receipt?.holders.find(({ node }) => node === away.peer)?.state, 'out of reach')
  for (const store of [held, undefined]) {
    const back = await tier.start(index, store)
    await until(() => back.tree.isCaughtUp() && tier.nodes.every(({ peer }) => !back.tree.outOfReach(peer)), 'it is back')
    assert.equal(await count(back.store, subject.peer), 0)
    assert.deepEqual((await back.tree.read(subject.peer)).records, [])
    await erasedEverywhere(all)
    await back.stop()
  }
})

test('T70: what one node has yet to erase is neither read nor taken by those that know of it', async t => {
  const { tier, subject, reporter, epoch, reports, send } = await written(t, 4)
  // it holds none of it, so that its own store is not asked to take any
  const first = tier.nodes.find(({ peer }) => !tier.nodes[0]!.tree.candidates(subject.peer).includes(peer))
  assert.ok(first)
  // the others are kept from hearing of it: the store alone knows
  await (await first.store.erase(PLACEMENT.pseudonym(subject.peer), epoch)).removed
  const holders = tier.nodes.filter(node => node !== first)
  const left = await Promise.all(holders.map(async node => count(node.store, subject.peer)))
  assert.ok(left.some(held => held > 0))
  assert.deepEqual((await first.tree.read(subject.peer)).records, [])
  assert.equal(await send(reporter, first, reports.about), 'old-window')
  assert.equal(await send(subject, first, reports.by), 'old-window')
})

test('T71: what is left of a peer after an erasure is heard again, and nothing else of it', async t => {
  const { tier, subject, reporter, window, send } = await written(t, 1)
  const [node] = tier.nodes
  assert.ok(node)
  const { epochWindows } = node.core.roster.current().preset
  const before = window - 3 * epochWindows
  assert.equal(await send(reporter, node, await signedReport(reporter, { subject: subject.peer, window: before })), 'stored')
  node.reports.length = 0
  await node.tree.publishErasure(await signedErasure(tier.keys, subject.peer, epochOf(before, epochWindows)), subject.peer)
  await until(() => node.reports.length === 2, 'what is left is heard again')
  assert.deepEqual(new Set(node.reports.map(({ report }) => report.window)), new Set([window]))
  assert.ok(node.reports.every(({ conflict }) => !conflict))
})

async function exported(node: TierNode, peer: PeerIdString): Promise<{ lines: ExportLine[]; summary: ExportSummary }> {
  const all: (ExportLine | ExportSummary)[] = []
  for await (const line of node.tree.export(peer)) all.push(line)
  const summary = all.pop()
  assert.ok(summary?.kind === 'summary')
  return { lines: all as ExportLine[], summary }
}

test('P98: an export has each record about a peer and by it once, with all who hold it, and says who could not be asked', async t => {
  const { tier, subject, reporter, other, window } = await written(t, 4)
  const asking = tier.nodes[3]!
  const { lines, summary } = await exported(asking, subject.peer)
  const windowMs = asking.core.windows.windowMs
  const records = lines.filter(({ kind }) => kind === 'report')
  assert.deepEqual(
    new Set(records.map(({ subject: about, author, window: at, atMs }) => `${about} ${author} ${at} ${atMs}`)),
    new Set([`${subject.peer} ${reporter.peer} ${window} ${window * windowMs}`, `${other} ${subject.peer} ${window} ${window * windowMs}`])
  )
  assert.deepEqual(records[0]?.content, {
    counts: { integrity: { ok: 18, bad: 2 } },
    cuts: [],
    reporterGroup: `group of ${records[0]?.author?.slice(-6)}`,
    reporterFirstWindow: 0
  })
  for (const { subject: about, holders } of records) {
    const held = tier.nodes.filter(node => asking.tree.candidates(about).slice(0, 2).includes(node.peer)).map(({ peer }) => peer)
    assert.deepEqual(holders.toSorted(), held.toSorted())
  }
  assert.deepEqual(summary, { kind: 'summary', peer: subject.peer, about: 1, by: 1, isComplete: true, notAsked: [] })
  const gone = tier.nodes.find(node => node !== asking)!
  await gone.stop()
  await until(() => asking.tree.outOfReach(gone.peer), 'it is missed')
  const without = await exported(asking, subject.peer)
  assert.deepEqual(
    without.summary.notAsked.map(({ node }) => node),
    [gone.peer]
  )
  assert.equal(without.summary.isComplete, true, 'two of three candidates of every place have answered')
  assert.equal(without.lines.filter(({ kind }) => kind === 'report').length, 2)
  const another = tier.nodes.find(node => node !== asking)!
  await another.stop()
  await until(() => asking.tree.outOfReach(another.peer), 'so is another one')
  assert.equal((await exported(asking, subject.peer)).summary.isComplete, false, 'of some place one of three is left')
})

test('P101: what is left of expired epochs is in an export with all who hold it, and an erasure takes it from every copy', async t => {
  const { tier, subject, reporter, other, epoch } = await written(t, 3)
  const [asking, second] = tier.nodes as [TierNode, TierNode]
  const { epochWindows } = asking.core.roster.current().preset
  const expired = epoch - 20
  const window = expired * epochWindows
  const leave = async (node: TierNode, about: PeerIdString, by: PeerIdString, bad: number): Promise<void> => {
    const counts = { integrity: { ok: 20 - bad, bad } }
    const account = { subject: about, reporter: by, group: 'g', newestWindow: window, folded: {}, windows: [[window, { counts, cuts: [] }] as const] }
    await node.store.writeSummaries([node.tree.parser.summary.made(account, expired).stored])
  }
  for (const node of tier.nodes) {
    await leave(node, subject.peer, reporter.peer, node === second ? 3 : 2)
    await leave(node, other, subject.peer, 1)
    await leave(node, other, reporter.peer, 1)
    await node.store.raiseFloor(expired, expired - 1)
  }
  const { lines, summary } = await exported(asking, subject.peer)
  const left = lines.filter(({ kind }) => kind === 'expired')
  const others = tier.nodes.filter(node => node !== second).map(({ peer }) => peer)
  assert.deepEqual(
    new Set(left.map(({ author, subject: about, holders, window: at }) => `${about} ${author} ${at} ${holders.toSorted().join()}`)),
    new Set([
      `${subject.peer} ${reporter.peer} ${window} ${others.toSorted().join()}`,
      `${subject.peer} ${reporter.peer} ${window} ${second.peer}`,
      `${other} ${subject.peer} ${window} ${tier.nodes
        .map(({ peer }) => peer)
        .toSorted()
        .join()}`
    ])
  )
  assert.deepEqual(left.find(({ holders }) => holders.length === 1)?.content, {
    epoch: expired,
    reporterGroup: 'g',
    sums: {},
    windows: [{ window, counts: { integrity: { ok: 17, bad: 3 } }, cuts: [] }]
  })
  assert.deepEqual([summary.about, summary.by, summary.isComplete], [3, 2, true])
  await asking.tree.publishErasure(await signedErasure(tier.keys, subject.peer, epoch), subject.peer)
  await until(async () => (await exported(asking, subject.peer)).lines.length === 0, 'all of it is gone')
  for (const { store } of tier.nodes) {
    const held: string[] = []
    for await (const { bytes } of store.summaries({ fromEpoch: 0, toEpoch: epoch })) held.push(new TextDecoder().decode(bytes))
    assert.equal(held.length, 1)
  }
})
