import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCEPTED_PAST_WINDOWS, epochOf, seededRng, shuffled } from '@peerwatch/model'
import { EvidenceBook, resolveOptions } from '@peerwatch/reputation'
import { levelRecordStore } from '@peerwatch/store'
import { crashableLevel, memoryRecordStore } from '@peerwatch/store/testing'
import { messages } from '@peerwatch/wire'
import { peerIdBytes } from '@peerwatch/link'
import { retention } from '../../src/tree/retention.ts'
import { testNetwork } from '../../../link/test/support/core.ts'
import { allSummaries, summedNodes, textOf } from '../support/summed.ts'
import { reporterOf, somePeer } from '../support/tier.ts'
import type { PeerIdString, RecordStore, Rng, StoredRecord } from '@peerwatch/model'
import type { ReporterEvidence } from '@peerwatch/reputation'
import type { SummedNode } from '../support/summed.ts'

const keys = await testNetwork({ trusted: 1, retentionMs: 60_000 })
const [any] = (await summedNodes(keys)) as [SummedNode]
const { core, parser } = any
const { epochWindows } = core.network.roster.preset
const options = resolveOptions(core.network.roster.preset)
const { window: now } = core.windows.now()
const storageKey = new Uint8Array(32).fill(7)
const subjects = await Promise.all(Array.from({ length: 3 }, somePeer))
const reporters = await Promise.all(Array.from({ length: 3 }, async () => reporterOf(keys)))
const OLDEST = now - ACCEPTED_PAST_WINDOWS + 2 * epochWindows

/** Good and bad reports, cuts, gaps, and reporters that say two things. */
async function history(rng: Rng): Promise<StoredRecord[]> {
  const records: Promise<StoredRecord>[] = []
  const report = async (who: (typeof reporters)[number], subject: PeerIdString, window: number): Promise<StoredRecord> => {
    const counts = [1, 2].flatMap(dimension => (rng() < 0.7 ? [{ dimension, ok: Math.floor(rng() * 12), bad: 1 + Math.floor(rng() * 8) }] : []))
    const cuts = rng() < 0.2 ? [2] : []
    const payload = messages.report.encode({ subject: peerIdBytes(subject), window, observations: counts, cuts, stamp: who.stamp })
    return parser.report(await who.signer.sign('report', payload)).stored
  }
  for (const reporter of reporters) {
    for (const subject of subjects) {
      const share = rng()
      for (let window = OLDEST; window <= now; window++) {
        if (rng() > share) continue
        records.push(report(reporter, subject, window))
        if (rng() < 0.1) records.push(report(reporter, subject, window))
      }
    }
  }
  return Promise.all(records)
}

/** As a node has it that has lived through all of it. */
function living(records: readonly StoredRecord[]): EvidenceBook {
  const book = new EvidenceBook(options)
  const said = new Set<string>()
  // what says the same is one record
  const each = new Map(records.map(record => [record.id, record]))
  for (const stored of [...each.values()].toSorted((a, b) => a.window - b.window || (a.id < b.id ? -1 : 1))) {
    const record = parser.stored(stored)
    assert.ok(record.kind === 'report')
    const { subject, window } = record.observation
    const key = `${record.author} ${subject} ${window}`
    if (said.has(key)) book.retract(record.author, subject, window)
    else book.add({ reporter: record.author, group: `group of ${record.author.slice(-6)}`, ...record.observation }, window)
    said.add(key)
  }
  return book
}

function sorted(book: EvidenceBook, subject: PeerIdString): ReporterEvidence[] {
  return book.about(subject, now).toSorted((a, b) => (a.reporter < b.reporter ? -1 : 1))
}

function exact({ evidence: _sums, ...others }: ReporterEvidence): object {
  return others
}

function assertSame(found: EvidenceBook, expected: EvidenceBook, note: string): void {
  for (const subject of subjects) {
    const [mine, theirs] = [sorted(found, subject), sorted(expected, subject)]
    assert.deepEqual(mine.map(exact), theirs.map(exact), note)
    for (const [index, { evidence }] of theirs.entries()) {
      const own = mine[index]!.evidence
      assert.deepEqual(Object.keys(own), Object.keys(evidence))
      for (const [dimension, { ok, bad }] of Object.entries(evidence)) {
        assert.ok(Math.abs(own[dimension]!.ok - ok) <= 1e-9 * ok && Math.abs(own[dimension]!.bad - bad) <= 1e-9 * bad, `${note}: ${dimension}`)
      }
    }
  }
}

function expiring(node: SummedNode, passed: number) {
  return retention(node.core, node.store, { span: () => ({ passed, latest: passed }) }, node.levels)
}

async function recordsIn(store: RecordStore): Promise<number> {
  let count = 0
  for await (const { id } of store.names({ fromEpoch: 0, toEpoch: 0xffff_ffff })) count += Number(id.length > 0)
  return count
}

test('T97: after a restart evidence is the same as if it had gone on living in memory, however much of it has expired', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const rng = seededRng(seed)
    const records = await history(rng)
    const store = memoryRecordStore()
    await store.write(records)
    const [node] = (await summedNodes(keys, [store])) as [SummedNode]
    // expiry comes in one step or in many, with checkpoints and without
    for (let passed = now - Math.floor(rng() * 120); passed < now; passed += 1 + Math.floor(rng() * 40)) await expiring(node, passed).enforce()
    await expiring(node, now).enforce()
    const left = await recordsIn(store)
    assert.ok(left < records.length / 3 && left > 0, `${left} of ${records.length} are left`)
    assert.ok((await allSummaries(store)).length > 100)
    await node.fold()
    assertSame(node.evidence, living(records), `seed ${seed}`)
  }
})

test('T97: what is left of a subject outlasts the removal of its records, and counts when its range comes back', async () => {
  const records = await history(seededRng(8))
  const store = memoryRecordStore()
  await store.write(records)
  const [node] = (await summedNodes(keys, [store])) as [SummedNode]
  await expiring(node, now).enforce()
  await node.fold()
  const going = records.filter(({ subject, epoch }) => subject === records[0]!.subject && epoch > store.floor())
  assert.ok((await node.shelf.drop(going)) > 0)
  const expected = async (): Promise<EvidenceBook> => {
    const [fresh] = (await summedNodes(keys, [store])) as [SummedNode]
    await fresh.fold()
    return fresh.evidence
  }
  assertSame(node.evidence, await expected(), 'gone')
  await store.write(going)
  await node.shelf.recount(new Set(going.map(({ subject }) => subject)))
  assertSame(node.evidence, living(records), 'back')
})

test('T98: two nodes make the same summaries of the same reports, in whatever order these came, with checkpoints or without', async () => {
  const records = await history(seededRng(7))
  const stores = await Promise.all(
    [1, 2].map(async seed => {
      const store = memoryRecordStore()
      for (const record of shuffled(records, seededRng(seed))) await store.write([record])
      const [node] = (await summedNodes(keys, [store])) as [SummedNode]
      if (seed === 1) {
        const { checkpoints } = await import('../../src/tree/checkpoint.ts')
        const { stampBook } = await import('../../src/entry/stamps.ts')
        const making = checkpoints(core, stampBook(core), parser)
        for (let epoch = epochOf(OLDEST, epochWindows); epoch < epochOf(now, epochWindows); epoch++) {
          await store.checkpoint(epoch, [...Array(256).keys()], making)
        }
      }
      await expiring(node, now).enforce()
      return store
    })
  )
  const [one, two] = await Promise.all(stores.map(allSummaries))
  assert.ok(one!.length > 100)
  assert.deepEqual(one!.map(textOf), two!.map(textOf))
  for (const { bytes, ...names } of one!) {
    const { stored } = parser.summary.read(bytes)
    assert.deepEqual({ ...stored, bytes: [...stored.bytes] }, { ...names, bytes: [...bytes] })
  }
})

test('T106: whenever the power goes while an epoch expires, the next start has the same evidence', async () => {
  const records = await history(seededRng(3))
  const expected = living(records)
  let cutShort = 0
  for (let after = 1; after <= 40; after += 7) {
    const disk = crashableLevel()
    const before = await levelRecordStore({ level: disk.open(), storageKey })
    await before.write(records)
    const [node] = (await summedNodes(keys, [before])) as [SummedNode]
    disk.crashAfter(after)
    await expiring(node, now)
      .enforce()
      .catch(() => cutShort++)
    disk.crash()
    for (const isExpired of [false, true]) {
      const store = await levelRecordStore({ level: disk.open(), storageKey })
      const [again] = (await summedNodes(keys, [store])) as [SummedNode]
      if (isExpired) await expiring(again, now).enforce()
      await again.fold()
      assertSame(again.evidence, expected, `the power went after ${after} writes`)
      await store.close()
    }
  }
  assert.ok(cutShort > 2, `${cutShort} times`)
})

test('T107: a summary goes once no report of its time would be accepted, and where bytes are short after the records that have expired', async () => {
  const records = await history(seededRng(4))
  const store = memoryRecordStore()
  await store.write(records)
  const [node] = (await summedNodes(keys, [store])) as [SummedNode]
  const epochs = async (): Promise<number[]> => [...new Set((await allSummaries(store)).map(({ epoch }) => epoch))]
  await expiring(node, now).enforce()
  const first = epochOf(OLDEST, epochWindows)
  assert.deepEqual((await epochs()).at(0), first)
  const later = (first + 3) * epochWindows + ACCEPTED_PAST_WINDOWS
  await expiring(node, later).enforce()
  assert.deepEqual([(await epochs()).at(0), store.summariesFrom()], [first + 3, first + 3])
  // what could not be told any more is not made either
  await expiring(node, later + 10 * ACCEPTED_PAST_WINDOWS).enforce()
  assert.deepEqual([await epochs(), await recordsIn(store)], [[], 0])
})

test('T107: a summary also goes by age where no more records expire', async () => {
  const long = await testNetwork({ trusted: 1, retentionMs: 24 * 60 * 60_000 })
  const store = memoryRecordStore()
  const [node] = (await summedNodes(long, [store])) as [SummedNode]
  const first = epochOf(OLDEST, epochWindows)
  const { subject, author, place } = (await history(seededRng(9)))[0]!
  await store.writeSummaries([0, 1, 2, 3].map(more => ({ epoch: first + more, place, subject, author, bytes: Uint8Array.of(more) })))
  await store.raiseFloor(first + 3, first)
  await expiring(node, (first + 2) * epochWindows + ACCEPTED_PAST_WINDOWS).enforce()
  assert.deepEqual([store.floor(), (await allSummaries(store)).map(({ epoch }) => epoch - first)], [first + 3, [2, 3]])
})

test('T107: beyond its bytes a store lets go of the oldest records first, then of the oldest summaries', async () => {
  const small = await testNetwork({ trusted: 1, retentionMs: 24 * 60 * 60_000, retentionBytes: 2 ** 20 })
  const store = memoryRecordStore()
  const [node] = (await summedNodes(small, [store])) as [SummedNode]
  await store.write(await history(seededRng(5)))
  let size = 0
  const expired: number[] = []
  const sized: RecordStore = {
    ...store,
    sizeBytes: async () => size,
    raiseFloor: async (floor, from) => {
      expired.push(floor)
      // room comes once the third epoch has gone, and again once the summaries of two have
      if (expired.length === 3) size = 0
      await store.raiseFloor(floor, from)
    }
  }
  const clocks = { span: () => ({ passed: now, latest: now }) }
  const enforce = retention(node.core, sized, clocks, node.levels).enforce
  await enforce()
  expired.length = 0
  size = 2 ** 20 + 1
  await enforce()
  const first = epochOf(OLDEST, epochWindows)
  assert.deepEqual(expired, [first, first + 1, first + 2])
  assert.deepEqual([...new Set((await allSummaries(store)).map(({ epoch }) => epoch))], [first, first + 1, first + 2])
  size = 2 ** 20 + 1
  expired.length = 0
  await store.raiseFloor(epochOf(now, epochWindows) - 1, first)
  await enforce()
  assert.deepEqual([store.summariesFrom(), (await allSummaries(store)).length, (await recordsIn(store)) > 0], [first + 3, 0, true])
})

function read(value: unknown): unknown {
  return parser.summary.read(new TextEncoder().encode(JSON.stringify(value) ?? 'x'))
}

test('T108: a summary that no node makes of reports is refused: what it names, how much it says, and what it weighs', async () => {
  const records = await history(seededRng(6))
  const store = memoryRecordStore()
  await store.write(records)
  const [node] = (await summedNodes(keys, [store])) as [SummedNode]
  await expiring(node, now).enforce()
  const all = await allSummaries(store)
  const good = all.map(each => JSON.parse(textOf(each)) as unknown[]).find(text => (text[4] as unknown[]).length === 0 && (text[5] as unknown[]).length > 1)!
  const windows = good[5] as unknown[][]
  const [epoch, subject, , group] = good
  const sum = [2, 1, 1, 0]
  const bad: unknown[] = [
    undefined,
    {},
    [],
    [epoch],
    good.with(0, -1),
    good.with(0, 1.5),
    good.with(0, 2 ** 33),
    good.with(1, 'AAAA'),
    good.with(2, subject),
    good.with(3, 7),
    good.with(4, [sum.with(0, 99)]),
    good.with(4, [sum.with(1, -1)]),
    good.with(4, [sum.with(1, 1e9)]),
    good.with(4, [sum.with(2, 1e9)]),
    good.with(4, [sum.with(3, epochWindows)]),
    good.with(5, []),
    good.with(5, windows.toReversed()),
    good.with(
      5,
      Array.from({ length: options.keptWindows + 1 }, (_, at) => [at])
    ),
    good.with(5, [[epochWindows]]),
    good.with(5, [[0, [[2, 21, 0]], []]]),
    good.with(5, [[0, [[2, 12, 9]], []]]),
    good.with(5, [[0, [[2, 1.5, 0]], []]]),
    good.with(5, [[0, [[99, 1, 1]], []]]),
    good.with(5, [[0, [], [99]]]),
    good.with(3, String(group).padEnd(3_000, '.'))
  ]
  assert.doesNotThrow(() => read(good))
  const longer = await testNetwork({ preset: 'lan' })
  const [{ parser: ofLonger }] = (await summedNodes(longer)) as [SummedNode]
  const rows = (count: number): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify(
        good.with(
          5,
          Array.from({ length: count }, (_, at) => [at])
        )
      )
    )
  assert.doesNotThrow(() => ofLonger.summary.read(rows(options.keptWindows)))
  assert.throws(() => ofLonger.summary.read(rows(options.keptWindows + 1)), { name: 'WireError' })
  assert.doesNotThrow(() => read(good.with(4, [sum])))
  for (const value of bad) assert.throws(() => read(value), { name: 'WireError' }, JSON.stringify(value)?.slice(0, 100))
})
