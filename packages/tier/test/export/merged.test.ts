import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { recordMessage } from '../../src/tree/tree-record.ts'
import { orderOf } from '../../src/tree/pages.ts'
import { merged } from '../../src/export/merged.ts'
import { bookOfReports } from '../../../peer/test/support/reports.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { HeldRecord, MergedInit } from '../../src/export/merged.ts'
import type { TreeRecord } from '../../src/tree/tree-record.ts'

const book = await bookOfReports({ reporters: 4, subjects: 1, windows: 6 })
const { core, parser } = book
const records = book.stored.map(parser.stored).toSorted((a, b) => (orderOf(a.stored) < orderOf(b.stored) ? -1 : 1))
const peer = records[0]!.subject
const NODES = ['a', 'b', 'c'] as PeerIdString[]

interface Read {
  readonly found: HeldRecord[]
  readonly failed: Map<PeerIdString, string>
  readonly pages: number
}

/** Each node gives what it holds in pages of two; the cursor is a number. */
async function read(holds: ReadonlyMap<PeerIdString, readonly TreeRecord[]>, overrides: Partial<MergedInit> = {}): Promise<Read> {
  const failed = new Map<PeerIdString, string>()
  let pages = 0
  const page: MergedInit['page'] = async (node, { after }) => {
    pages++
    const held = holds.get(node) ?? []
    const from = after[0] ?? 0
    const next = from + 2 < held.length ? Uint8Array.of(from + 2) : new Uint8Array()
    return { records: held.slice(from, from + 2).map(record => recordMessage(record)), next }
  }
  const found: HeldRecord[] = []
  for await (const held of merged(core, peer, { nodes: NODES, parser, page, onFailed: (node, reason) => failed.set(node, reason), ...overrides }))
    found.push(held)
  return { found, failed, pages }
}

test('P98: whatever each node holds, every record comes once, in order, with all who hold it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(...NODES.map(() => fc.subarray(records))), async lists => {
      const holds = new Map(NODES.map((node, index) => [node, lists[index]!]))
      const { found, failed } = await read(holds)
      assert.equal(failed.size, 0)
      assert.deepEqual(
        found.map(({ record, holders }) => [record.stored.id, holders.toSorted()]),
        records
          .map((record): [string, PeerIdString[]] => [record.stored.id, NODES.filter(node => holds.get(node)!.includes(record))])
          .filter(([, holders]) => holders.length > 0)
      )
    }),
    { numRuns: 40 }
  )
})

test('P98: a node that goes round in circles, sends what was not asked for, forges or breaks off is named, and the others are read', async () => {
  const [first, second] = records
  assert.ok(first && second)
  const forged = { ...recordMessage(second), payload: Uint8Array.from(recordMessage(second).payload).fill(1, -4) }
  const ways: Record<string, [records: ReturnType<typeof recordMessage>[], next: Uint8Array, reason: RegExp]> = {
    circles: [[recordMessage(first)], Uint8Array.of(1), /out of order/],
    forged: [[forged], new Uint8Array(), /wrong signature/],
    silent: [[], Uint8Array.of(1), /pages without a record/]
  }
  for (const [given, next, reason] of Object.values(ways)) {
    const { found, failed } = await read(new Map(), {
      page: async node => (node === 'a' ? { records: given, next } : { records: [recordMessage(second)], next: new Uint8Array() })
    })
    assert.deepEqual([...failed.keys()], ['a'])
    assert.match(failed.get('a' as PeerIdString)!, reason)
    assert.deepEqual(found.findLast(({ record }) => record.stored.id === second.stored.id)?.holders, ['b', 'c'])
  }
  const foreign = await read(new Map([['a' as PeerIdString, records]]), {
    nodes: ['a'] as PeerIdString[],
    parser: { message: message => ({ ...parser.message(message), subject: 'd', author: first.author }) as TreeRecord }
  })
  assert.match(foreign.failed.get('a' as PeerIdString) ?? '', /does not concern/)
})

test('P98: who reads slowly has a page of each node in memory, and no more is asked for', async () => {
  let pages = 0
  const held = records.map(record => recordMessage(record))
  const page: MergedInit['page'] = async (_node, { after }) => {
    pages++
    const from = after[0] ?? 0
    return { records: held.slice(from, from + 2), next: from + 2 < held.length ? Uint8Array.of(from + 2) : new Uint8Array() }
  }
  const reading = merged(core, peer, { nodes: NODES, parser, page, onFailed: assert.fail })
  await reading.next()
  await reading.next()
  assert.equal(pages, NODES.length)
  await reading.next()
  assert.equal(pages, 2 * NODES.length)
  await reading.return(undefined)
})
