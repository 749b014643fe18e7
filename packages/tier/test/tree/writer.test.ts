import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { stampBook } from '../../src/entry/stamps.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { durableWriter } from '../../src/tree/writer.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { WriteOutcome } from '../../src/tree/tree-record.ts'
import type { DurableWrite } from '../../src/tree/writer.ts'

const WINDOWS_AHEAD = 5_000
const OWN_CLOCK = { span: () => undefined }
const OUTCOMES: readonly (WriteOutcome | undefined)[] = ['stored', 'known', 'expired', 'conflict', 'refused', undefined]

interface Liar {
  readonly index: number
  readonly says: readonly (WriteOutcome | undefined)[]
}

interface Entry {
  readonly write: DurableWrite
  readonly alarms: string[]
  readonly self: PeerIdString
  /** The members that were asked to write. */
  readonly asked: Set<PeerIdString>
}

const book = await bookOfReports({ reporters: 4, subjects: 4, windows: 3, trusted: 4 })

/** An entry that writes to four members: one may say what it likes, one may have a clock that is days off. */
async function entryAmong(liar: Liar | undefined, wrongClock?: number, isAlone = false): Promise<Entry> {
  const cores = await Promise.all(
    book.keys.trusted.map(async (key, index) => {
      const core = await bareCore(book.keys, key)
      const { window } = core.windows.now()
      return index === wrongClock ? { ...core, windows: { ...core.windows, now: () => ({ window: window - WINDOWS_AHEAD, offsetMs: 0 }) } } : core
    })
  )
  const shelves = new Map(cores.map(core => [core.self, shelf(core, memoryRecordStore(), stampBook(core), OWN_CLOCK, book.parser.stored)]))
  const says = [...(liar?.says ?? [])]
  const asked = new Set<PeerIdString>()
  const put =
    (peer: PeerIdString): TrustedLink['put'] =>
    async record => {
      asked.add(peer)
      if (liar == null || peer !== cores[liar.index]!.self) return shelves.get(peer)!.put(record)
      const outcome = says.shift()
      if (outcome == null) throw new Error('no answer')
      return outcome
    }
  const [core] = cores
  const tokens = tokenBook(core!)
  await tokens.load()
  const alarms: string[] = []
  core!.events.addEventListener('alarm', ({ detail }) => alarms.push(`${detail.code} ${detail.message.split(' ')[0]}`))
  const links = {
    link: (peer: PeerIdString) => ({ put: put(peer) }) as unknown as TrustedLink,
    outOfReach: (peer: PeerIdString) => isAlone && peer !== core!.self && peer !== cores[liar!.index]!.self
  }
  return { write: durableWriter(core!, { tokens, links, shelf: shelves.get(core!.self)!, copies: 2 }), alarms, self: core!.self, asked }
}

const one = fc.record({
  at: fc.nat(book.stored.length - 1),
  liar: fc.option(fc.record({ index: fc.integer({ min: 1, max: 3 }), says: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 3, maxLength: 6 }) })),
  wrongClock: fc.integer({ min: 1, max: 3 })
})

test('T50: whatever one lying member says, or one wrong clock, an honest report is taken or to be sent again: never refused, late or a conflict', async () => {
  await fc.assert(
    fc.asyncProperty(one, async ({ at, liar, wrongClock }) => {
      const { write } = await entryAmong(liar ?? undefined, liar == null ? wrongClock : undefined)
      const outcome = await write(book.parser.stored(book.stored[at]!))
      assert.equal(outcome, 'stored', JSON.stringify(liar))
    }),
    { numRuns: 60 }
  )
})

test('T4: a candidate that is out of reach is not asked, and nobody waits for it: the next one in reach takes its place', async () => {
  const { self: inReach } = await bareCore(book.keys, book.keys.trusted[1])
  const outcomes = new Set<string>()
  for (const stored of book.stored) {
    const { write, asked, self } = await entryAmong({ index: 1, says: ['stored'] }, undefined, true)
    outcomes.add(await write(book.parser.stored(stored)))
    assert.ok([...asked].every(node => node === self || node === inReach))
  }
  // of some both are candidates, of others one
  assert.ok(outcomes.has('stored') && !outcomes.has('refused'))
})

test('T50: a floor that one member alone says is no end of a report, also where nobody else answers', async () => {
  for (const stored of book.stored) {
    const { write } = await entryAmong({ index: 1, says: ['expired', 'expired'] }, undefined, true)
    assert.equal(await write(book.parser.stored(stored)), 'retry')
  }
})

test('T50: a report with a wrong signature is refused by what the entry sees itself, whatever the members say', async () => {
  await fc.assert(
    fc.asyncProperty(one, async ({ at, liar }) => {
      const { write, alarms } = await entryAmong(liar ?? undefined)
      const record = book.parser.stored(book.stored[at]!)
      const signature = record.signature.slice()
      signature[5]! ^= 1
      assert.equal(await write({ ...record, signature }), 'refused')
      assert.deepEqual(alarms, [])
    }),
    { numRuns: 60 }
  )
})

test('T50: who refuses what is right is named by one alarm a window', async () => {
  const refused = Array.from({ length: book.stored.length }, () => 'refused' as const)
  const { self: liar, windows } = await bareCore(book.keys, book.keys.trusted[1])
  const { write, alarms } = await entryAmong({ index: 1, says: refused })
  const { window } = windows.now()
  for (const stored of book.stored) assert.equal(await write(book.parser.stored(stored)), 'stored')
  const windowsCount = 1 + windows.now().window - window
  assert.ok(alarms.length >= 1 && alarms.length <= windowsCount, `${alarms.length} alarms in ${windowsCount} windows`)
  assert.ok(alarms.every(alarm => alarm === `owner-disagrees ${liar}`))
})

test('T51: a member that hands over a report which its reporter did not sign makes no contradiction of it', async () => {
  const core = await bareCore(book.keys)
  const held = shelf(core, memoryRecordStore(), stampBook(core), OWN_CLOCK, book.parser.stored)
  const heard: boolean[] = []
  held.onReport((_report, conflict) => heard.push(conflict))
  const [first] = book.stored
  const record = book.parser.stored(first!)
  const forged = { ...record, signature: record.signature.toReversed(), stored: book.stored[1]! } as typeof record
  assert.equal(await held.put(forged), 'refused')
  assert.equal(await held.put(record), 'stored')
  assert.equal(await held.put(forged), 'refused')
  assert.deepEqual(heard, [false])
})
