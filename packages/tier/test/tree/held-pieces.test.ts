import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { manualClock } from '@peerwatch/model/testing'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { candidatesOf, contains, partition } from '@peerwatch/trust-tree'
import { catchUp } from '../../src/tree/catch-up.ts'
import { heldIn, heldPieces, holdersOf } from '../../src/tree/held-pieces.ts'
import { rangeFetch } from '../../src/tree/range-fetch.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { stampBook } from '../../src/entry/stamps.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import { movingViews, node, places, tokenOf } from '../../../trust-tree/test/oracle.ts'
import { until } from '../../../link/test/support/core.ts'
import { reportClient, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import type { PeerIdString, Place, RecordStore } from '@peerwatch/model'
import type { Partition } from '@peerwatch/trust-tree'
import type { Span } from '../../src/tree/member-clocks.ts'
import type { CompareAnswer, CompareQuery } from '../../src/tree/comparing.ts'
import type { RecordReader } from '../../src/tree/reader.ts'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { TrustedLinks } from '../../src/tree/trusted-links.ts'

const COPIES = 2
const book = await bookOfReports({ reporters: 1, subjects: 1, windows: 1, trusted: 3 })

function place(start: string): Place {
  return start.padEnd(16, '0') as Place
}

/** Nodes with these starts; of `leaving` what they had. */
function viewOf(starts: Readonly<Record<number, string>>, leaving: readonly number[] = []): Partition {
  const tokens = new Map(Object.entries(starts).map(([index, start]) => [node(Number(index)), tokenOf(Number(index), place(start))]))
  const gone = leaving.map(node)
  return partition(
    [...tokens.keys()].filter(name => !gone.includes(name)),
    tokens,
    gone
  )
}

interface Started {
  readonly isDone: () => boolean
  /** Of whom places were asked for. */
  readonly asked: Map<PeerIdString, string[]>
  readonly see: (view: Partition) => void
  readonly rest: () => Promise<void>
}

function unheard(): void {}

/** A node that has lost its disk, and sees this at its start; all others answer, and hold nothing. Asked by another view than theirs they show it first. */
async function started(self: PeerIdString, first: Partition, theirs = first): Promise<Started> {
  const clock = manualClock(0)
  const core = { ...(await bareCore(book.keys, undefined, clock)), self }
  let view = first
  let tell = unheard
  const see = (seen: Partition): void => {
    view = seen
    tell()
  }
  const asked = new Map<PeerIdString, string[]>()
  const links = new Map<PeerIdString, TrustedLink>()
  for (let index = 0; index < 8; index++) {
    const peer = node(index)
    const call = async (_name: string, { spans }: CompareQuery): Promise<CompareAnswer> => {
      if (view === first && theirs !== first) see(theirs)
      for (const { cuts } of spans) asked.set(peer, [...(asked.get(peer) ?? []), `${cuts[0]![0]}-${cuts[1]![0]}`])
      return { epochSums: [], firstEpoch: 0 }
    }
    links.set(peer, { peer, isUp: () => true, call } as unknown as TrustedLink)
  }
  const reader = {} as RecordReader
  const part = catchUp(core, {
    store: memoryRecordStore(),
    shelf: {} as Parameters<typeof catchUp>[1]['shelf'],
    tokens: {
      partition: () => view,
      onChange: (listener: () => void) => {
        tell = listener
        return () => {}
      }
    } as unknown as TokenBook,
    links: { link: (peer: PeerIdString) => links.get(peer), onUp: () => () => {}, onDown: () => () => {} } as unknown as TrustedLinks,
    reader,
    copies: COPIES,
    epochs: () => ({ passed: 1, latest: 1 }),
    reportsPerSecond: () => 0
  })
  await part.start?.()
  return {
    isDone: part.isDone,
    asked,
    see,
    rest: async () => {
      for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate)
      clock.advance(3_000)
    }
  }
}

test('T60: a node that lost its disk and learns only after its start where its range begins fetches it from all who hold it, before it answers', async () => {
  const self = node(4)
  // by the file that it was started with others have all
  const { isDone, asked, see, rest } = await started(self, viewOf({ 0: '00', 1: '40', 2: '80' }))
  await rest()
  assert.deepEqual([...asked], [])
  see(viewOf({ 0: '00', 1: '40', 2: '80', 4: 'c0' }))
  assert.equal(isDone(), false, 'it knows that it lacks all of it')
  await rest()
  assert.equal(isDone(), true)
  // its own range, and as a copy those of the two behind it
  const own = ['0-4', '4-8', 'c-0']
  assert.deepEqual(
    new Map([...asked].map(([peer, pieces]) => [peer, pieces.toSorted()])),
    new Map([
      [node(0), ['0-4', '4-8']],
      [node(1), ['4-8', 'c-0']],
      [node(2), ['0-4', 'c-0']]
    ])
  )
  assert.deepEqual(new Set([...asked.values()].flat()), new Set(own))
})

test('T65: a node that lost its disk and starts by an old file fetches what it holds also from those who came after that file', async () => {
  const self = node(1)
  const now = viewOf({ 0: '00', 1: '40', 2: '80', 3: '20', 4: '30' })
  const { isDone, asked, see, rest } = await started(self, viewOf({ 0: '00', 1: '40', 2: '80' }), now)
  await rest()
  assert.equal(isDone(), true)
  assert.ok(asked.get(node(3))?.includes('4-8') === true && asked.get(node(4))?.includes('4-8') === true, 'who hold its own range now')
  for (const pieces of asked.values()) pieces.splice(0)
  // whoever comes from now on has it from those who are here
  see(viewOf({ 0: '00', 1: '40', 2: '80', 3: '20', 4: '30', 5: '38' }))
  await rest()
  assert.deepEqual(asked.get(node(5)), undefined)
})

test('T60: of what a node holds after a change it has what it held and had before; all else it lacks', () => {
  const seen = { kept: 0, lacking: 0 }
  fc.assert(
    fc.property(movingViews, movingViews, places, fc.nat(11), (before, after, at, index) => {
      const self = node(index)
      const all = heldIn(before, [], self, COPIES).map(({ piece }) => ({ piece, fetched: new Set(holdersOf(piece)) }))
      const now = candidatesOf(after, at, COPIES)
      fc.pre(now.current.length > 0)
      const here = heldIn(after, all, self, COPIES).find(({ piece }) => contains(piece, at))
      assert.equal(here != null, holdersOf(now).includes(self))
      if (here == null) return
      if (!holdersOf(candidatesOf(before, at, COPIES)).includes(self)) assert.equal(here.fetched.size, 0)
      seen[here.fetched.size === holdersOf(now).length ? 'kept' : 'lacking']++
      assert.deepEqual(
        heldIn(before, all, self, COPIES).map(({ fetched }) => fetched),
        all.map(({ fetched }) => fetched),
        'where nothing changes nothing is fetched'
      )
    }),
    { numRuns: 2_000 }
  )
  assert.ok(Math.min(seen.kept, seen.lacking) > 20, JSON.stringify(seen))
})

test('T60: what a node gains is left to the move, and fetched after all where others declare that over before the node has it', () => {
  const self = node(1)
  const leaving = viewOf({ 0: '00', 1: '40', 2: '80', 3: 'c0' }, [3])
  const over = viewOf({ 0: '00', 1: '40', 2: '80' })
  for (const isWhole of [true, false]) {
    let view = leaving
    const held = heldPieces(self, { partition: () => view }, COPIES)
    held.begin()
    // it held all but what node 0 owned, which node 3 and node 2 had copies of
    assert.ok(held.lacking().every(({ piece }) => piece.former.includes(self) || piece.former.length === 0))
    held.agreed()
    if (isWhole) held.gained()
    view = over
    assert.deepEqual(
      held.lacking().map(({ piece, from }) => [piece.from[0], from]),
      isWhole
        ? []
        : [
            ['0', node(0)],
            ['0', node(2)]
          ]
    )
  }
})

test('T61: a node that lost its disk while another one leaves fetches also from that one what only the two of them held', async () => {
  const self = node(1)
  const { asked, rest } = await started(self, viewOf({ 0: '00', 1: '40', 2: '80', 3: 'c0' }, [2]))
  await rest()
  assert.deepEqual(asked.get(node(2))?.toSorted(), ['8-c', 'c-0'])
})

test('T62: by its own clock alone a node refuses no record as ahead, and does not take for fetched what it could not keep', async () => {
  const stored = book.stored[0]!
  const hour = 60 * 60 * 1_000
  const core = await bareCore(book.keys, undefined, manualClock(book.core.clock.nowMs() - hour))
  let span: Span | undefined
  const store = memoryRecordStore()
  const shelved = shelf(core, store, stampBook(core), { span: () => span }, book.parser)
  const record = book.parser.stored(stored)
  await assert.rejects(shelved.put(record), { code: 'busy' })
  const reader = {
    pages: async function* pages() {
      yield { records: [record], next: new Uint8Array(), lacking: [] }
    }
  } as unknown as RecordReader
  const call = async (): Promise<CompareAnswer> => ({ epochSums: [{ span: 0, epoch: stored.epoch, sums: ['1'.repeat(64)] }], firstEpoch: 0 })
  const init = { store, shelf: shelved, reader, copies: COPIES, lastEpoch: () => stored.epoch, reportsPerSecond: () => 0, candidates: () => [] }
  const range = { node: core.self, from: place('0'), to: place('0'), empty: false }
  const fetched = async (): Promise<void> =>
    rangeFetch(core, init).fetch({ peer: node(1), call } as unknown as TrustedLink, range, 0, { isPaced: false, isWhole: false })
  await assert.rejects(fetched(), { code: 'busy' })
  span = { passed: stored.window, latest: stored.window }
  await fetched()
  assert.equal(await shelved.put(record), 'known')
  span = { passed: 1, latest: 1 }
  assert.equal(await shelved.put(record), 'refused', 'the clocks of the quorum say that it is ahead')
})

test('T63: what a node could not keep, its disk being full, it fetches from those who have it once there is room', async t => {
  const tier = await startTier({ trusted: 3, running: 2 })
  t.after(tier.stop)
  const reporter = await reporterOf(tier.keys)
  const inner = memoryRecordStore()
  let isFull = true
  let failedCount = 0
  const store: RecordStore = {
    ...inner,
    write: async records => {
      if (!isFull) return inner.write(records)
      failedCount++
      throw new Error('no space left')
    }
  }
  const full = await tier.start(2, store)
  await until(() => tier.nodes.every(({ tree }) => tier.nodes.every(({ peer }) => !tree.outOfReach(peer))), 'all are linked')
  let subject = await somePeer()
  while (!full.tree.holding(subject).includes(full.peer)) subject = await somePeer()
  const { window } = full.core.windows.now()
  const [entry] = tier.nodes
  const client = await reportClient(tier, reporter, entry!)
  t.after(client.stop)
  assert.deepEqual(await client.send([await signedReport(reporter, { subject, window })]), ['stored'])
  assert.ok(failedCount > 0)
  isFull = false
  const isKept = async (): Promise<boolean> => {
    for await (const record of inner.read({ fromEpoch: 0, toEpoch: 2 ** 31 })) if (record.window === window) return true
    return false
  }
  await until(isKept, 'it has the record, without a start or a link that broke')
})
