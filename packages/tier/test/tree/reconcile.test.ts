import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRng, shuffled } from '@peerwatch/model'
import { crashableLevel, memoryRecordStore } from '@peerwatch/store/testing'
import { levelRecordStore } from '@peerwatch/store'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import { isComparable, sumsOf } from '../../src/tree/comparing.ts'
import { pair } from '../support/reconciling.ts'
import type { Place, RecordStore, StoredRecord } from '@peerwatch/model'
import type { PlaceSpan } from '../../src/tree/pages.ts'

const book = await bookOfReports({ reporters: 5, subjects: 12, windows: 40 })
const reports = book.stored
const epochs = [...new Set(reports.map(({ epoch }) => epoch))].toSorted((a, b) => a - b)
const [FIRST, LAST] = [epochs[0]!, epochs.at(-1)!]
const ALL = { from: '0000000000000000' as Place, to: '0000000000000000' as Place }
const BOTH = { pulls: true, pushes: true, isWhole: false, signal: new AbortController().signal }

const place = fc.oneof(fc.constantFrom(...new Set(reports.map(report => report.place))), fc.constant(ALL.from))
const ranges = fc.oneof(
  { weight: 3, arbitrary: fc.record({ from: place, to: place }) },
  place.map(at => ({ from: at, to: at }))
)

function isWithin({ from, to }: PlaceSpan, at: Place): boolean {
  if (from === to) return true
  return from < to ? from <= at && at < to : at >= from || at < to
}

async function held(store: RecordStore): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of store.names({ fromEpoch: 0, toEpoch: LAST })) ids.push(id)
  return ids.toSorted()
}

async function storeOf(records: readonly StoredRecord[], floor: number): Promise<RecordStore> {
  const store = memoryRecordStore({ epochFloor: floor })
  await store.write(records)
  return store
}

const given = fc.record({
  range: ranges,
  span: fc.tuple(fc.integer({ min: FIRST - 1, max: LAST }), fc.integer({ min: FIRST, max: LAST + 1 })),
  floors: fc.tuple(fc.constantFrom(-1, FIRST, FIRST + 1), fc.constantFrom(-1, FIRST, FIRST + 1)),
  seed: fc.nat(),
  /** Of which the one and the other hold nothing. */
  without: fc.tuple(fc.subarray(epochs, { maxLength: 3 }), fc.subarray(epochs, { maxLength: 3 })),
  shares: fc.tuple(fc.constantFrom(0, 0.02, 0.5), fc.constantFrom(0, 0.02, 0.5)),
  pulls: fc.boolean(),
  pushes: fc.boolean()
})

test('T75: above the higher floor two nodes come to hold the same of a range, as far as one pulls and gives, and of nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(given, async ({ range, span: [fromEpoch, toEpoch], floors, seed, without, shares, pulls, pushes }) => {
      const order = shuffled(reports, seededRng(seed))
      const few = [shares[0] * order.length, shares[1] * order.length]
      const isMine = ({ epoch }: StoredRecord, at: number): boolean => !without[0].includes(epoch) && (at < few[0]! || at >= few[0]! + few[1]!)
      const isTheirs = ({ epoch }: StoredRecord, at: number): boolean => !without[1].includes(epoch) && at >= few[0]!
      const mine = await storeOf(order.filter(isMine), floors[0])
      const theirs = await storeOf(order.filter(isTheirs), floors[1])
      const onlyMine = order.filter((record, at) => isMine(record, at) && !isTheirs(record, at))
      const onlyTheirs = order.filter((record, at) => isTheirs(record, at) && !isMine(record, at))
      const both = pair(book, {}, mine, theirs)
      const before = [await held(mine), await held(theirs)]
      const { isGiven, pushed, read } = await both.reconcile(both.link, range, { fromEpoch, toEpoch }, { ...BOTH, pulls, pushes })
      assert.equal(isGiven, pushes)
      const isLevelled = ({ place: at, epoch }: StoredRecord): boolean =>
        isWithin(range, at) && epoch >= fromEpoch && epoch <= toEpoch && epoch > Math.max(...floors)
      const pulled = pulls ? onlyTheirs.filter(isLevelled).map(({ id }) => id) : []
      const gave = pushes ? onlyMine.filter(isLevelled).map(({ id }) => id) : []
      assert.deepEqual(await held(mine), [...before[0]!, ...pulled].toSorted())
      assert.deepEqual(await held(theirs), [...before[1]!, ...gave].toSorted())
      assert.deepEqual([read, pushed], [pulled.length, gave.length])
    }),
    { numRuns: 50, endOnFailure: true }
  )
})

test('T76: nodes that hold the same find it in one round trip, and those that differ little in four, with hardly more than what differs', async () => {
  const same = pair(book, {}, await storeOf(reports, -1), await storeOf(reports, -1))
  await same.reconcile(same.link, ALL, { fromEpoch: 0, toEpoch: LAST + 1 }, BOTH)
  assert.deepEqual(same.asked, { calls: 1, records: 0, puts: 0, roundTrips: 1 })

  const order = shuffled(reports, seededRng(7))
  const little = pair(book, {}, await storeOf(order.slice(3), -1), await storeOf(order.slice(0, -3), -1))
  await little.reconcile(little.link, ALL, { fromEpoch: 0, toEpoch: LAST + 1 }, BOTH)
  assert.deepEqual(await held(little.mine), await held(little.theirs))
  const { records, puts, roundTrips, calls } = little.asked
  assert.deepEqual([records, puts], [3, 3])
  assert.equal(roundTrips, 4)
  assert.ok(calls <= 8, `${calls} calls`)
})

test('T77: a node whose sums and pages are lies costs no more than one copy of the range, and brings nothing that it cannot prove', async () => {
  const wrong = 'ab'.repeat(32)
  const few = reports.slice(0, 700)
  const one = pair(
    book,
    { compare: ({ epochSums, firstEpoch }) => ({ firstEpoch, epochSums: epochSums.map(each => ({ ...each, sums: each.sums.map(() => wrong) })) }) },
    await storeOf(few, -1),
    await storeOf(few, -1)
  )
  await one.reconcile(one.link, ALL, { fromEpoch: 0, toEpoch: LAST + 1 }, BOTH)
  assert.deepEqual([one.asked.records, one.asked.puts], [0, 0])
  assert.ok(one.asked.calls <= 3 + few.length / 16, `${one.asked.calls} calls`)

  const endless = pair(
    book,
    { page: ({ records, lacking }) => ({ records: [...records, ...records].slice(0, 1), lacking, next: Uint8Array.of(1) }) },
    await storeOf([], -1),
    await storeOf(few, -1)
  )
  await assert.rejects(endless.reconcile(endless.link, ALL, { fromEpoch: 0, toEpoch: LAST + 1 }, BOTH), { code: 'refused' })
  assert.ok(endless.asked.calls < 100)

  const astray = pair(book, { compare: answer => ({ ...answer, epochSums: [...answer.epochSums, ...answer.epochSums] }) }, await storeOf(few, -1))
  await astray.theirs.write(few)
  await assert.rejects(astray.reconcile(astray.link, ALL, { fromEpoch: 0, toEpoch: LAST + 1 }, BOTH), { code: 'refused' })
})

test('T78: what is asked in one comparison takes one pass over the records, and each sum is that of the records between its cuts', async () => {
  const store = await levelRecordStore({ level: crashableLevel().open(), storageKey: new Uint8Array(32) })
  await store.write(reports)
  const cutLists = fc
    .uniqueArray(place, { minLength: 2, maxLength: 8 })
    .chain(cuts => fc.tuple(fc.constant(cuts.toSorted()), fc.nat(cuts.length - 1), fc.boolean()))
  await fc.assert(
    fc.asyncProperty(cutLists, fc.integer({ min: FIRST, max: LAST }), async ([sorted, turn, isRound], epoch) => {
      const around = [...sorted.slice(turn), ...sorted.slice(0, turn)]
      const cuts = isRound ? [...around, around[0]!] : around
      assert.ok(isComparable([{ fromEpoch: epoch, toEpoch: epoch, cuts }]))
      const expected: string[] = []
      for (const [index, from] of cuts.slice(0, -1).entries())
        expected.push((await store.fingerprint({ fromEpoch: epoch, toEpoch: epoch, fromPlace: from, toPlace: cuts[index + 1]! })).sum)
      assert.deepEqual(await sumsOf(store, epoch, cuts), expected)
    }),
    { numRuns: 40 }
  )
  const [a, b, c] = ['10', '20', '30'].map(digits => digits.padEnd(16, '0') as Place) as [Place, Place, Place]
  const span = { fromEpoch: 1, toEpoch: 1 }
  for (const spans of [
    [{ ...span, cuts: [a, c, b, c] }],
    [{ ...span, cuts: [b, c, a, '2500000000000000' as Place] }],
    [{ ...span, cuts: [a] }],
    [{ fromEpoch: 1, toEpoch: 2, cuts: [a, b, c] }],
    [
      { ...span, cuts: [a, b] },
      { ...span, cuts: [b, c] }
    ]
  ])
    assert.equal(isComparable(spans), false, JSON.stringify(spans))
  await store.close()
})
