import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@peerwatch/model/testing'
import { candidatesOf, writesNeeded } from '@peerwatch/trust-tree'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { dropping } from '../../src/tree/dropping.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { toldOutcome } from '../../src/tree/tree-record.ts'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import { movingViews, node } from '../../../trust-tree/test/oracle.ts'
import { linkTo, readerOf } from '../support/reconciling.ts'
import type { PeerIdString, Pseudonym, RecordStore, StoredRecord } from '@peerwatch/model'
import type { Partition } from '@peerwatch/trust-tree'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { StampBook } from '../../src/entry/stamps.ts'

const COPIES = 2
const NODES = 12
const book = await bookOfReports({ reporters: 2, subjects: 8, windows: 12 })
const reports = book.stored

async function held(store: RecordStore): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const { id } of store.names({ fromEpoch: 0, toEpoch: 0xffff_ffff })) ids.add(id)
  return ids
}

async function countOf(store: RecordStore, subject: Pseudonym): Promise<number> {
  return (await store.fingerprint({ fromEpoch: 0, toEpoch: 0xffff_ffff, subject })).count
}

interface Given {
  readonly view: Partition
  readonly self: PeerIdString
  /** What each of the others holds at first: every so many-th report. */
  readonly steps: readonly number[]
  readonly up: ReadonlySet<number>
  /** These refuse what they are given. */
  readonly refusing: ReadonlySet<number>
  readonly stepRecords?: number
  readonly next?: { readonly view: Partition; readonly afterPuts: number }
}

interface Run {
  readonly mine: Set<string>
  readonly others: ReadonlyMap<PeerIdString, ReadonlySet<string>>
  readonly forgotten: ReadonlySet<string>
}

/** Lets a node remove what is not its own, for as long as it likes. */
async function run({ view, self, steps, up, refusing, next, stepRecords = 60 }: Given): Promise<Run> {
  const clock = manualClock(0)
  const mine = memoryRecordStore()
  await mine.write(reports)
  const stores = new Map<PeerIdString, RecordStore>()
  for (let index = 0; index < NODES; index++) {
    const store = memoryRecordStore()
    await store.write(reports.filter((_, at) => at % (steps[index] ?? 1) === 0))
    stores.set(node(index), store)
  }
  let puts = 0
  const put = (index: number) => (store: RecordStore, record: StoredRecord) => {
    puts++
    return refusing.has(index) ? Promise.resolve('refused' as const) : store.write([record]).then(([outcome]) => toldOutcome(outcome!))
  }
  const links = new Map<PeerIdString, TrustedLink>()
  for (let index = 0; index < NODES; index++)
    links.set(node(index), linkTo(book, stores.get(node(index))!, { put: put(index), isUp: () => up.has(index), turns: 1 }))
  const core = { ...book.core, self, clock, roster: { ...book.core.roster, isTrusted: () => true } }
  const shelved = shelf(core, mine, {} as StampBook, { span: () => undefined }, book.parser)
  const forgotten = new Set<string>()
  const left: Promise<number>[] = []
  shelved.onDropped(subjects => {
    for (const subject of subjects) {
      forgotten.add(subject)
      left.push(countOf(mine, subject))
    }
  })
  const part = dropping(core, {
    store: mine,
    shelf: shelved,
    reader: readerOf(book, mine),
    tokens: { partition: () => (next != null && puts >= next.afterPuts ? next.view : view), onChange: () => () => {} },
    links: { link: peer => links.get(peer), onUp: () => () => {} },
    copies: COPIES,
    isCaughtUp: () => true,
    stepRecords
  })
  await part.start?.()
  for (let round = 0; round < 40; round++) {
    clock.advance(60_000)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  }
  await part.stop?.()
  assert.ok(
    (await Promise.all(left)).every(count => count === 0),
    'a subject goes as a whole'
  )
  const others = new Map<PeerIdString, ReadonlySet<string>>()
  for (const [peer, store] of stores) others.set(peer, await held(store))
  return { mine: await held(mine), others, forgotten }
}

const nodes = [...Array(NODES).keys()]
const most = fc.subarray(nodes, { minLength: 8 }).map(list => new Set(list))
const few = fc.subarray(nodes, { maxLength: 3 }).map(list => new Set(list))
const settled = movingViews.map(({ ring }): Partition => ({ ring }))

test('T80: a node removes what is not its own once two candidates hold it, and nothing of it before, and no subject by halves', async () => {
  let removed = 0
  const given = fc.record({
    view: settled,
    self: fc.nat(NODES - 1).map(node),
    steps: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: NODES, maxLength: NODES }),
    up: most,
    refusing: few,
    stepRecords: fc.constantFrom(10, 60)
  })
  await fc.assert(
    fc.asyncProperty(given, async each => {
      const { view, self, up, refusing } = each
      const { mine, others, forgotten } = await run(each)
      for (const report of reports) {
        const { current } = candidatesOf(view, report.place, COPIES)
        const isMine = current.includes(self) || current.length === 0
        const willing = current.filter(peer => [...up].some(index => node(index) === peer && !refusing.has(index))).length
        const isHeld = mine.has(report.id)
        if (isMine) assert.ok(isHeld, 'it is its own')
        if (!isHeld) assert.ok(current.filter(peer => others.get(peer)!.has(report.id)).length >= writesNeeded(current, COPIES), 'too few hold it')
        if (!isMine && willing >= writesNeeded(current, COPIES)) assert.ok(!isHeld, 'enough would have taken it')
        assert.equal(forgotten.has(report.subject), !isHeld, 'whoever listens is told whose records are gone')
        removed += Number(!isHeld)
      }
    }),
    { numRuns: 20, endOnFailure: true }
  )
  assert.ok(removed > 200, `${removed} were removed`)
})

test('T80: while a move is unsettled, or when another view has come, nothing is removed', async () => {
  const ring = [0, 1, 2, 3].map(index => ({ node: node(index), start: `${index * 4}`.padEnd(16, '0') as StoredRecord['place'] }))
  const others = { self: node(7), up: new Set([0, 1, 2, 3]), refusing: new Set<number>(), steps: [3, 3, 3, 3] }
  const view = { ring }
  assert.equal((await run({ ...others, view })).mine.size, 0)
  assert.equal((await run({ ...others, view: { ring, formerRing: ring } })).mine.size, reports.length)
  const own = { ring: [{ node: node(7), start: ring[0]!.start }] }
  assert.equal((await run({ ...others, view, next: { view: own, afterPuts: 1 } })).mine.size, reports.length, 'they are its own now')
})
