import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ACCEPTED_PAST_WINDOWS } from '@peerwatch/model'
import { candidatesOf } from '@peerwatch/trust-tree'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { stampBook } from '../../src/entry/stamps.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { durableWriter } from '../../src/tree/writer.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import { reporterOf, signedReport, somePeer } from '../support/tier.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { BookOfReports } from '../../../peer/test/support/reports.ts'
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
  /** Says that the link to this member is lost. */
  readonly lose: (node: PeerIdString) => void
}

/** Places are drawn: until there are records whose two copies lie with the second member too, and such that it is no candidate of. */
async function bookThatSpreads(): Promise<BookOfReports> {
  for (;;) {
    const drawn = await bookOfReports({ reporters: 2, subjects: 24, windows: 1, trusted: 4 })
    const tokens = tokenBook(await bareCore(drawn.keys, drawn.keys.trusted[0]))
    await tokens.load()
    const second = (await bareCore(drawn.keys, drawn.keys.trusted[1])).self
    const lists = drawn.stored.map(record => candidatesOf(tokens.partition(), drawn.parser.stored(record).stored.place, 2).current)
    const at = new Set(lists.map(list => list.indexOf(second)))
    if (at.has(-1) && at.has(0) && at.has(1)) return drawn
  }
}

const book = await bookThatSpreads()

/** An entry that writes to four members: one may say what it likes, one may have a clock that is days off. */
async function entryAmong(liar: Liar | undefined, wrongClock?: number, isAlone = false, onAnswer?: (node: PeerIdString) => void): Promise<Entry> {
  const cores = await Promise.all(
    book.keys.trusted.map(async (key, index) => {
      const core = await bareCore(book.keys, key)
      const { window } = core.windows.now()
      return index === wrongClock ? { ...core, windows: { ...core.windows, now: () => ({ window: window - WINDOWS_AHEAD, offsetMs: 0 }) } } : core
    })
  )
  const shelves = new Map(cores.map(core => [core.self, shelf(core, memoryRecordStore(), stampBook(core), OWN_CLOCK, book.parser)]))
  const says = [...(liar?.says ?? [])]
  const asked = new Set<PeerIdString>()
  const downs = new Set<(node: PeerIdString) => void>()
  const put =
    (peer: PeerIdString): TrustedLink['put'] =>
    async record => {
      asked.add(peer)
      if (liar == null || peer !== cores[liar.index]!.self) {
        const kept = await shelves.get(peer)!.put(record)
        onAnswer?.(peer)
        return kept
      }
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
    onDown: (listener: (node: PeerIdString) => void) => {
      downs.add(listener)
      return () => downs.delete(listener)
    },
    outOfReach: (peer: PeerIdString) => isAlone && peer !== core!.self && peer !== cores[liar!.index]!.self
  }
  return {
    write: durableWriter(core!, { tokens, links, shelf: shelves.get(core!.self)!, copies: 2 }),
    alarms,
    self: core!.self,
    asked,
    lose: node => downs.forEach(tell => tell(node))
  }
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

test('T104: what a member said before its link was lost counts for no acknowledgement until it says so again', async () => {
  let lostCount = 0
  for (const stored of book.stored) {
    const answered: PeerIdString[] = []
    const { write, lose } = await entryAmong(undefined, undefined, false, node => {
      answered.push(node)
      // the next one, which is asked now, checks a signature and writes a batch first
      if (answered.length === 1) setImmediate(() => lose(node))
    })
    assert.match(await write(book.parser.stored(stored)), /^(stored|known)$/)
    if (answered.filter(node => node === answered[0]).length > 1) lostCount++
  }
  assert.ok(lostCount > 0, 'nobody was asked again')
})

test('T51: a member that hands over a report which its reporter did not sign makes no contradiction of it', async () => {
  const core = await bareCore(book.keys)
  const held = shelf(core, memoryRecordStore(), stampBook(core), OWN_CLOCK, book.parser)
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

test('T81: a report that was removed and comes back is told of again, one that was not is told of once', async () => {
  const core = await bareCore(book.keys)
  const held = shelf(core, memoryRecordStore(), stampBook(core), OWN_CLOCK, book.parser)
  const heard: boolean[] = []
  held.onReport((_report, conflict) => heard.push(conflict))
  const [first, second] = book.stored.map(book.parser.stored)
  assert.deepEqual([await held.put(first!), await held.put(second!)], ['stored', 'stored'])
  assert.equal(await held.drop([first!.stored]), 1)
  assert.deepEqual([await held.put(first!), await held.put(second!)], ['stored', 'known'])
  assert.deepEqual(heard, [false, false, false])
})

test('T82: at a start each record that can still count is handed over, and none that is older, however many there are', async () => {
  const core = await bareCore(book.keys)
  const store = memoryRecordStore()
  const { window } = core.windows.now()
  const { epochWindows } = core.network.roster.preset
  const [stored] = book.stored
  const reporter = await reporterOf(book.keys)
  const subject = await somePeer()
  const at = async (age: number) => book.parser.report(await signedReport(reporter, { subject, window: window - age })).stored
  const counting = await Promise.all([0, 200, ACCEPTED_PAST_WINDOWS].map(at))
  await store.write([stored!, ...counting, await at(ACCEPTED_PAST_WINDOWS + 2 * epochWindows)])
  const held = shelf(core, store, stampBook(core), OWN_CLOCK, book.parser)
  const windows: number[] = []
  held.onRecalled(accounts => windows.push(...accounts.flatMap(account => account.windows.map(([each]) => each))))
  await held.fold()
  assert.deepEqual(
    windows.toSorted((a, b) => a - b),
    [stored!, ...counting].map(record => record.window).toSorted((a, b) => a - b)
  )
})
