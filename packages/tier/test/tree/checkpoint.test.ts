import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concerns, EPOCH_PARTS, epochOf, seededRng, shuffled } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { EvidenceBook, resolveOptions } from '@peerwatch/reputation'
import { levelRecordStore } from '@peerwatch/store'
import { crashableLevel, memoryRecordStore } from '@peerwatch/store/testing'
import { messages } from '@peerwatch/wire'
import { createSigner, peerIdBytes } from '@peerwatch/link'
import { checkpoints } from '../../src/tree/checkpoint.ts'
import { checkpointing } from '../../src/tree/checkpointing.ts'
import { oldestCounting, recall } from '../../src/tree/recall.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { stampBook } from '../../src/entry/stamps.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import { until } from '../../../../test/support/until.ts'
import { reporterOf, signedReport, somePeer } from '../support/tier.ts'
import type { RecordStore, Report, Rng, StoredRecord } from '@peerwatch/model'
import type { KeptAccount } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { Checkpoints } from '../../src/tree/checkpoint.ts'

const WINDOWS = 40
const book = await bookOfReports({ reporters: 3, subjects: 4, windows: WINDOWS })
const { core, parser, keys } = book
const { epochWindows } = core.network.roster.preset
const options = resolveOptions(core.network.roster.preset)
const epochs = [...new Set(book.stored.map(({ epoch }) => epoch))].toSorted((a, b) => a - b)
const pool = [...book.stored, ...(await others())]
/** Those that have records, and some that have none. */
const PARTS = [...new Set([...pool.map(({ place }) => Number.parseInt(place.slice(0, 2), 16)), 0, 1])]
const ours = checkpoints(core, stampBook(core), parser)

/** Second reports of one reporter, findings, and ledger entries. */
async function others(): Promise<StoredRecord[]> {
  const reporter = await reporterOf(keys)
  const subject = await somePeer()
  const { window } = core.windows.now()
  const twice = [...Array(WINDOWS).keys()].flatMap(back => (back % 3 === 0 ? [2, 5] : [2]).map(bad => ({ subject, window: window - back, ok: 20 - bad, bad })))
  const { peer } = reporter
  const again = await createSigner(keys.seeds[0]!, core.network.id).sign(
    'stamp',
    messages.stamp.encode({ peer: peerIdBytes(peer), group: 'again', firstWindow: 1 })
  )
  // says the same as another one, and is another record
  const same = { subject, window: window - 7, ok: 18, bad: 2, stamp: again }
  const reports = await Promise.all([...twice, same].map(async parts => parser.report(await signedReport(reporter, parts)).stored))
  const signer = createSigner(keys.trusted[0]!, core.network.id)
  const finding = { dimension: 2, outcome: 1, ok: 0, bad: 20, controls: 3, controlsPassed: 3 }
  const findings = [0, 7, 15].map(async back =>
    signer.sign('finding', messages.finding.encode({ ...finding, subject: peerIdBytes(subject), window: window - back }))
  )
  const entry = { reporter: peerIdBytes(reporter.peer), checked: 3, agreed: 2, contradicted: 1, deviations: Uint8Array.of(9) }
  const ledgers = epochs.map(async epoch => signer.sign('ledger', messages.ledger.encode({ ...entry, window: (epoch + 1) * epochWindows - 1 })))
  const refused = {
    subject: peerIdBytes(await somePeer()),
    window: window - 25,
    observations: [{ dimension: 2, ok: 10, bad: 10 }],
    cuts: [2],
    stamp: reporter.stamp
  }
  return [
    ...reports,
    parser.report(await reporter.signer.sign('report', messages.report.encode(refused))).stored,
    ...(await Promise.all(findings)).map(signed => parser.finding(signed).stored),
    ...(await Promise.all(ledgers)).map(signed => parser.ledger(signed).stored)
  ]
}

interface Recalled {
  readonly accounts: readonly KeptAccount[]
  readonly others: readonly string[]
}

/** What a node knows after its start. */
async function started(store: Pick<RecordStore, 'read' | 'checkpoints'>, making: Checkpoints = ours, at: Core = core): Promise<Recalled> {
  const evidence = new EvidenceBook(options)
  const found: string[] = []
  await recall(at, store, making, checkpoint => {
    for (const account of checkpoint.accounts) evidence.take(account)
    found.push(...checkpoint.others.map(({ kind, stored }) => `${kind} ${stored.id}`))
  })
  return { accounts: evidence.accounts(), others: found }
}

const none: RecordStore['checkpoints'] = async function* () {}

/** One that has no checkpoints. */
async function reading(store: RecordStore, at: Core = core): Promise<Recalled> {
  return started({ read: store.read, checkpoints: none }, ours, at)
}

async function keptCount(store: RecordStore): Promise<number> {
  let count = 0
  for (const epoch of epochs) for await (const { bytes } of store.checkpoints(epoch, ours.form)) count += Number(bytes.byteLength > 0)
  return count
}

async function randomStep(store: RecordStore, rng: Rng, make: () => Promise<unknown>): Promise<unknown> {
  const records = shuffled(pool, rng).slice(0, 60)
  const [one] = records
  const what = rng()
  if (what < 0.45) return Promise.all([store.write(records), rng() < 0.5 ? make() : undefined])
  if (what < 0.75) return make()
  if (what < 0.85) return store.remove(pool.filter(({ place }) => place === one!.place))
  if (what < 0.95) return (await store.erase(rng() < 0.5 ? one!.subject : one!.author, epochs[Math.floor(rng() * epochs.length)]!)).removed
  return store.raiseFloor(epochs[0]!)
}

test('T90: after any history with crashes a node that starts from checkpoints knows exactly what one knows that reads all records', async () => {
  let usedCount = 0
  for (let seed = 1; seed <= 8; seed++) {
    const rng = seededRng(seed)
    const disk = crashableLevel()
    const open = async (): Promise<RecordStore> => levelRecordStore({ level: disk.open(), storageKey: new Uint8Array(32) })
    let store = await open()
    const erased: StoredRecord['subject'][] = []
    for (let step = 0; step < 10; step++) {
      if (rng() < 0.3) disk.crashAfter(1 + Math.floor(rng() * 5))
      const make = async (): Promise<unknown> => Promise.all(epochs.map(async epoch => store.checkpoint(epoch, PARTS, ours)))
      await randomStep(store, rng, make).catch(() => {})
      if (rng() < 0.4) {
        disk.crash()
        store = await open()
      }
      const at = `seed ${seed}, step ${step}`
      const known = await started(store).catch(async () => {
        disk.crash()
        store = await open()
        return started(store)
      })
      assert.deepEqual(known, await reading(store), at)
      usedCount += await keptCount(store)
      for (const name of erased) assert.ok(!known.accounts.some(({ subject }) => book.placement.pseudonym(subject) === name))
    }
  }
  assert.ok(usedCount > 200, `${usedCount} checkpoints were read`)
})

/** The same sums in another order differ in their last digits. */
function rounded(from: EvidenceBook): unknown {
  const { window } = core.windows.now()
  const about = from.subjects().map(subject => from.about(subject, window))
  return JSON.parse(JSON.stringify(about, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)))
}

test('T90: what records come to part by part is what they come to one after the other', async () => {
  const store = memoryRecordStore()
  await store.write(pool)
  const { accounts, others: told } = await reading(store)
  const slots = new Map<string, number>()
  const signed: string[] = []
  const whole = new EvidenceBook(options)
  const parts = new EvidenceBook(options)
  for (const account of accounts) parts.take(account)
  for await (const stored of store.read({ fromEpoch: 0, toEpoch: epochs.at(-1)! })) {
    const record = parser.stored(stored)
    if (record.kind !== 'report') {
      signed.push(`${record.kind} ${stored.id}`)
      continue
    }
    const slot = `${record.author} ${record.subject} ${stored.window}`
    slots.set(slot, (slots.get(slot) ?? 0) + 1)
    const report: Report = { reporter: record.author, group: stampBook(core).read(record.stamp)!.group, ...record.observation }
    whole.add(report, report.window)
    if (slots.get(slot) === 2) whole.retract(report.reporter, report.subject, report.window)
  }
  assert.deepEqual(rounded(parts), rounded(whole))
  assert.deepEqual([told, signed.length], [signed, 3 + epochs.length])
  assert.equal(Math.max(...slots.values()), 2)
})

test('T90: a checkpoint of another network, or by other rules, is not read', async () => {
  const store = memoryRecordStore()
  await store.write(pool)
  const { preset } = core.network.roster
  const network = { ...core.network, roster: { ...core.network.roster, preset: { ...preset, okHalfLifeWindows: preset.okHalfLifeWindows + 1 } } }
  const foreign = [
    { ...core, network },
    { ...core, network: { ...core.network, id: new Uint8Array(32) } }
  ].map(other => checkpoints(other, stampBook(core), parser))
  for (const making of foreign) {
    assert.notEqual(making.form, ours.form)
    for (const epoch of epochs)
      await store.checkpoint(epoch, PARTS, { ...making, make: async () => Buffer.from('{"peers":[],"groups":[],"accounts":[],"others":[]}') })
    assert.deepEqual(await started(store), await reading(store))
  }
})

test('T91: what was said before a reinstatement counts no more, though it is in a checkpoint', async () => {
  const store = memoryRecordStore()
  await store.write(pool)
  for (const epoch of epochs) await store.checkpoint(epoch, PARTS, ours)
  const { subject } = parser.stored(book.stored[0]!)
  const through = Math.max(...book.stored.map(({ window }) => window)) - 8
  const history: Core['certificates']['history'] = peer => ({
    evictions: 0,
    serial: 1,
    ...(peer === subject && { reinstatedAtMs: through * core.windows.windowMs })
  })
  const at: Core = { ...core, certificates: { ...core.certificates, history } }
  const known = await started(store, ours, at)
  assert.deepEqual(known, await reading(store, at))
  const windows = known.accounts.filter(account => account.subject === subject).flatMap(account => account.windows.map(([window]) => window))
  assert.equal(Math.min(...windows), through + 1)
  assert.ok(
    known.accounts.some(({ folded }) => Object.keys(folded).length > 0),
    'others keep what was said of them'
  )
})

test('T92: checkpoints of the epochs that are over are made once in each epoch, and those that changed are made again', async () => {
  const { windowMs } = core.windows
  const { window } = core.windows.now()
  const clock = manualClock((window - (window % epochWindows) + 5) * windowMs + 1)
  const late = await bareCore(keys, keys.trusted[0], clock)
  const inner = memoryRecordStore()
  const calls: number[] = []
  const made = new Map<number, number>()
  const store: RecordStore = {
    ...inner,
    checkpoint: async (epoch, parts, making) => {
      calls.push(epoch)
      const count = epochs.includes(epoch) ? await inner.checkpoint(epoch, parts, making) : 0
      made.set(epoch, (made.get(epoch) ?? 0) + count)
      return count
    }
  }
  await store.write(pool)
  const job = checkpointing(late, store, ours)
  late.windows.start()
  await job.start?.()
  const pass = async (windows: number): Promise<void> => {
    for (let step = 0; step < windows * 4; step++) {
      clock.advance(windowMs / 4)
      await new Promise(setImmediate)
    }
  }
  /** So many steps of 16 parts; each rests on the clock. */
  const hasRounds = (epoch: number, count: number) => (): boolean => {
    clock.advance(1)
    return calls.filter(each => each === epoch).length === 16 * count
  }
  const epochNow = epochOf(late.windows.now().window, epochWindows)
  const oldest = oldestCounting(late)
  await pass(1)
  const held = [...new Set(pool.map(({ epoch }) => epoch))].filter(epoch => epoch >= oldest && epoch < epochNow).toSorted((one, other) => other - one)
  assert.ok(held.length >= 2 && held.length < epochNow - oldest)
  await until(hasRounds(held.at(-1)!, 1), 'the oldest epoch that holds anything had its turn')
  assert.deepEqual([...new Set(calls)], held, 'all that are over and hold anything, the newest first')
  assert.deepEqual(await started(store), await reading(store))
  const callsCount = calls.length
  await pass(6)
  assert.deepEqual([calls.length, [...new Set(calls)]], [callsCount, held], 'nothing more in this epoch, and nothing of epochs that hold nothing')
  assert.equal(await store.remove([book.stored.find(({ epoch }) => epoch === epochs[1])!]), 1)
  await pass(5)
  await until(hasRounds(held.at(-1)!, 2), 'they are looked at again')
  assert.deepEqual([made.get(epochs[0]!), made.get(epochs[1]!)], [EPOCH_PARTS, EPOCH_PARTS + 1])
  assert.deepEqual(await started(store), await reading(store))
  await job.stop?.()
  late.windows.stop()
})

test('T93: that a reporter contradicts itself shows, however long ago its first report was stored and whoever has forgotten it', async () => {
  const store = memoryRecordStore()
  const reporter = await reporterOf(keys)
  const { window } = core.windows.now()
  const report = async (bad: number) =>
    parser.report(await signedReport(reporter, { subject: parser.stored(book.stored[0]!).subject, window, ok: 20 - bad, bad }))
  await store.write([(await report(2)).stored])
  const held = shelf(core, store, stampBook(core), { span: () => undefined }, parser)
  const conflicts: boolean[] = []
  held.onReport((_report, isConflict) => conflicts.push(isConflict))
  assert.deepEqual([await held.put(await report(3)), await held.put(await report(3)), conflicts], ['stored', 'known', [true]])
  assert.ok(concerns((await report(3)).stored, book.placement.pseudonym(reporter.peer)))
})

test('T93: while what is left of a peer is told again, what comes is told once, and a contradiction as one', async () => {
  const inner = memoryRecordStore()
  const gate = Promise.withResolvers<void>()
  const store: RecordStore = {
    ...inner,
    read: async function* (query) {
      const found: StoredRecord[] = []
      for await (const record of inner.read(query)) found.push(record)
      await gate.promise
      yield* found
    }
  }
  const reporter = await reporterOf(keys)
  const { window } = core.windows.now()
  const subject = await somePeer()
  const report = async (parts: { window: number; bad: number }) => parser.report(await signedReport(reporter, { subject, ok: 20 - parts.bad, ...parts }))
  const [first, contrary, another] = await Promise.all(
    [
      { window, bad: 2 },
      { window, bad: 3 },
      { window: window - 1, bad: 2 }
    ].map(report)
  )
  await store.write([first!.stored])
  const held = shelf(core, store, stampBook(core), { span: () => undefined }, parser)
  const told: string[] = []
  held.onReport((of, isConflict) => told.push(`${of.window - window} ${isConflict}`))
  const again = held.refold(book.placement.pseudonym(reporter.peer), 0)
  for (const record of [another!, contrary!]) assert.equal(await held.put(record), 'stored')
  gate.resolve()
  await again
  assert.deepEqual(told, ['-1 false', '0 true', '0 true'])
  assert.equal(await held.put(another!), 'known')
})
