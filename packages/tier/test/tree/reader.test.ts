import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng, shuffled } from '@peerwatch/model'
import { memoryRecordStore } from '@peerwatch/store/testing'
import fc from 'fast-check'
import { briefOf } from '../../src/tree/pages.ts'
import { recordReader } from '../../src/tree/reader.ts'
import { callOver } from '../support/call-over.ts'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import type { Place, RecordId, RecordStore, StoredRecord } from '@peerwatch/model'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { PlaceSpan } from '../../src/tree/pages.ts'
import type { ReaderInit, RecordReader } from '../../src/tree/reader.ts'

const PAGE_RECORDS = 128
const { core, parser, placement, stored: reports } = await bookOfReports({ reporters: 6, subjects: 6, windows: 24 })
const epochs = [...new Set(reports.map(({ epoch }) => epoch))].toSorted((a, b) => a - b)
const EVERYTHING = { fromEpoch: epochs[0]!, toEpoch: epochs.at(-1)! }

/** Reads and serves over its own store only; what it would need for other nodes is not there. */
function readerOf(store: RecordStore): RecordReader {
  return recordReader(core, { store, parser, placement, copies: 2 } as ReaderInit)
}

/** To another reader, through the codecs that a stream would have. */
function linkTo(other: RecordReader): TrustedLink {
  return { peer: core.self, call: callOver(core, core.self, async () => ({ page: other.serve })) } as unknown as TrustedLink
}

const place = fc.oneof(
  fc.constantFrom(...new Set(reports.map(report => report.place))),
  fc.constantFrom('0000000000000000' as Place, 'ffffffffffffffff' as Place)
)
const epoch = fc.integer({ min: epochs[0]! - 1, max: epochs.at(-1)! + 1 })

function isWithin({ from, to }: PlaceSpan, at: Place): boolean {
  if (from === to) return true
  return from < to ? from <= at && at < to : at >= from || at < to
}

test('T17: page by page a reader gets all that was there, each record once, whatever is written meanwhile and wherever it has to go on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ from: place, to: place }),
      fc.tuple(epoch, epoch),
      fc.nat(),
      fc.integer({ min: 1, max: 10 }),
      fc.oneof(fc.constant<RecordId[]>([]), fc.subarray(reports.map(({ id }) => id))),
      async (places, [fromEpoch, toEpoch], seed, tenths, have) => {
        const rng = seededRng(seed)
        const order = shuffled(reports, rng)
        const count = Math.floor((order.length * tenths) / 10)
        const store = memoryRecordStore()
        await store.write(order.slice(0, count))
        const late = order.slice(count)
        const wanted = (report: StoredRecord): boolean => isWithin(places, report.place) && report.epoch >= fromEpoch && report.epoch <= toEpoch
        const link = linkTo(readerOf(store))
        const got: string[] = []
        const lacking: string[] = []
        const held = new Set<string>(
          order
            .slice(0, count)
            .filter(wanted)
            .map(({ id }) => id)
        )
        for await (const page of readerOf(memoryRecordStore()).pages(link, places, { fromEpoch, toEpoch }, { isWhole: false, have: have.map(briefOf) })) {
          assert.ok(page.records.length <= PAGE_RECORDS)
          got.push(...page.records.map(record => record.stored.id))
          lacking.push(...page.lacking)
          assert.ok(got.length <= reports.length, 'it begins anew for ever')
          await store.write(late.splice(0, 5))
        }
        assert.deepEqual(lacking, have.filter(id => !held.has(id)).map(briefOf), 'what the other one lacks of what this one has')
        assert.deepEqual(
          got.filter(id => have.includes(id as RecordId)),
          [],
          'a record that this one has'
        )
        assert.equal(new Set(got).size, got.length, 'a record came twice')
        const known = new Set(got)
        assert.deepEqual(
          order.slice(0, count).filter(report => wanted(report) && !known.has(report.id) && !have.includes(report.id)),
          [],
          'a record is missing'
        )
        const all = new Set<string>(reports.filter(wanted).map(({ id }) => id))
        assert.deepEqual(
          got.filter(id => !all.has(id)),
          [],
          'a record outside of what was asked for'
        )
      }
    ),
    { numRuns: 60, endOnFailure: true }
  )
})

test('T17: no cursor that another node makes up brings anything but records that it asked for, in a page of bounded size', async () => {
  const store = memoryRecordStore()
  await store.write(reports)
  const reader = readerOf(store)
  const [first] = epochs
  const places = { from: '4000000000000000' as Place, to: '8000000000000000' as Place }
  const made = fc.tuple(
    fc.oneof(fc.constantFrom(0, 1, 2, -1, 0.5, -1e12, 1e12, null), fc.integer()),
    fc.oneof(fc.constantFrom(first, first! - 1, -1, 1e12, 'x'), fc.integer()),
    fc.oneof(place, fc.string()),
    fc.oneof(fc.constantFrom('', 'g', 42), fc.string())
  )
  const cursor = fc.oneof(
    made.map(fields => new TextEncoder().encode(JSON.stringify(fields))),
    fc.uint8Array({ minLength: 1, maxLength: 100 })
  )
  await fc.assert(
    fc.asyncProperty(cursor, async after => {
      const served = await reader
        .serve({ places, subject: undefined, ...EVERYTHING, after, isWhole: true, have: [], isBrief: false })
        .catch(() => ({ records: [] }))
      const records = served.records.map(parser.message)
      assert.ok(records.length <= PAGE_RECORDS)
      for (const { stored } of records) {
        assert.ok(isWithin(places, stored.place))
        assert.ok(stored.epoch >= EVERYTHING.fromEpoch && stored.epoch <= EVERYTHING.toEpoch)
      }
    }),
    { numRuns: 300 }
  )
})
