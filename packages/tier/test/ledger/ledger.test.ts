import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { resolveOptions } from '@peerwatch/reputation'
import { messages } from '@peerwatch/wire'
import { createSigner, openSigned, peerIdBytes, peerIdFromBytes, ServicesError } from '@peerwatch/link'
import { credibilities } from '../../src/ledger/credibilities.ts'
import { keepLedger } from '../../src/ledger/keep-ledger.ts'
import { ledger } from '../../src/ledger/ledger.ts'
import { placement as placementWith } from '../../src/tree/placement.ts'
import { recordParser } from '../../src/tree/tree-record.ts'
import { stampBook } from '../../src/entry/stamps.ts'
import { bareCore } from '../../../peer/test/support/reports.ts'
import { PEPPER, reporterOf, signedReport, somePeer, startTier } from '../support/tier.ts'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Credibility } from '@peerwatch/reputation'
import type { Core } from '@peerwatch/link'
import type { CredibilitiesInit } from '../../src/ledger/credibilities.ts'
import type { KeepingInit } from '../../src/ledger/keep-ledger.ts'
import type { LedgerInit } from '../../src/ledger/ledger.ts'
import type { LedgerRecord, TreeRecord } from '../../src/tree/tree-record.ts'
import type { DurableOutcome } from '../../src/tree/writer.ts'
import type { Reporter } from '../support/tier.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

const options = resolveOptions()
const UNCHECKED: Credibility = { weight: 0.3, voice: 0.3, isChecked: false }

async function* all<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

interface Society {
  readonly keys: TestKeys
  readonly core: Core
  readonly reporters: readonly Reporter[]
  /** The record of a report; `bad` of 20 observations of integrity. */
  readonly record: (reporter: Reporter, subject: PeerIdString, window: number, bad: number) => Promise<TreeRecord>
  readonly windowOf: (epoch: number, at?: number) => number
}

async function society(reporters: number, clock = manualClock()): Promise<Society> {
  const keys = await testNetwork({ trusted: 1 })
  const core = await bareCore(keys, keys.trusted[0], clock)
  const parser = recordParser(core, placementWith(PEPPER))
  return {
    keys,
    core,
    reporters: await Promise.all(Array.from({ length: reporters }, async () => reporterOf(keys))),
    record: async (reporter, subject, window, bad) => parser.report(await signedReport(reporter, { subject, window, dimension: 2, ok: 20 - bad, bad })),
    windowOf: (epoch, at = 0) => epoch * core.network.roster.preset.epochWindows + at
  }
}

function keeping(core: Core, held: readonly TreeRecord[], rest: Partial<KeepingInit>): KeepingInit {
  return {
    tree: {
      held: () => all(held),
      isActing: () => true,
      isHolding: () => false,
      read: async () => ({ records: [], isComplete: true }),
      stamps: stampBook(core)
    },
    watchers: () => [],
    isOwnWatcher: () => false,
    fetch: async () => {},
    credibilityOf: () => UNCHECKED,
    options,
    signal: new AbortController().signal,
    ...rest
  }
}

suite('the ledger of one epoch', () => {
  test('R66: reports about own watchers are checked, wherever they lie; a report that its author contradicts is none', async () => {
    const { core, reporters, record, windowOf } = await society(3)
    const [honest, liar, torn] = reporters
    const watcher = await somePeer()
    const about = await Promise.all([
      record(honest!, watcher, windowOf(7), 0),
      record(honest!, watcher, windowOf(7, 1), 0),
      record(liar!, watcher, windowOf(7), 20),
      record(torn!, watcher, windowOf(7), 0),
      record(torn!, watcher, windowOf(7), 20)
    ])
    const read: PeerIdString[] = []
    const kept = await keepLedger(
      7,
      keeping(core, [], {
        tree: {
          ...keeping(core, [], {}).tree,
          read: async peer => {
            read.push(peer)
            return { records: about, isComplete: true }
          }
        },
        watchers: () => [watcher],
        isOwnWatcher: peer => peer === watcher
      })
    )
    assert.deepEqual(read, [watcher])
    assert.deepEqual(kept.get(honest!.peer), { checked: 2, agreed: 2, contradicted: 0, deviations: [] })
    assert.deepEqual(kept.get(liar!.peer), { checked: 1, agreed: 0, contradicted: 1, deviations: [] })
    assert.equal(kept.has(torn!.peer), false)
    // what it holds itself it does not ask for
    const own = { watchers: () => [watcher], isOwnWatcher: (peer: PeerIdString) => peer === watcher }
    const here = await keepLedger(7, keeping(core, about, { ...own, tree: { ...keeping(core, about, {}).tree, isActing: () => false, isHolding: () => true } }))
    assert.deepEqual(here, kept)
  })

  test('only subjects that this node answers for are compared, after asking how far their reporters are believed', async () => {
    const { core, reporters, record, windowOf } = await society(3)
    const [checked, honest, liar] = reporters
    const [mine, other] = [await somePeer(), await somePeer()]
    const held = await Promise.all([mine, other].flatMap(subject => reporters.map(async each => record(each, subject, windowOf(3), each === liar ? 20 : 0))))
    const asked: PeerIdString[] = []
    const kept = await keepLedger(
      3,
      keeping(core, held, {
        tree: { ...keeping(core, held, {}).tree, isActing: peer => peer === mine },
        fetch: async of => void asked.push(...of),
        credibilityOf: reporter => (reporter === checked!.peer ? { weight: 0.9, voice: 0.9, isChecked: true } : UNCHECKED)
      })
    )
    assert.deepEqual(new Set(asked), new Set(reporters.map(({ peer }) => peer)))
    assert.deepEqual(kept.get(honest!.peer)?.deviations, [0])
    assert.deepEqual(kept.get(liar!.peer)?.deviations, [1])
    assert.equal(kept.has(checked!.peer), false)
  })
})

const asking = async (answers: ReadonlyMap<string, readonly Credibility[] | Error>) => {
  const { core } = await society(0)
  const asked: [string, number][] = []
  const tree = {
    isHolding: () => false,
    candidates: () => ['a', 'b', 'c'] as unknown as PeerIdString[],
    outOfReach: (node: PeerIdString) => !answers.has(node),
    call: async (node: PeerIdString, _name: string, ask: PeerIdString[]) => {
      asked.push([node, ask.length])
      const answer = answers.get(node)!
      if (answer instanceof Error) throw answer
      return answer.length === 1 ? ask.map(() => answer[0]!) : answer
    }
  } as unknown as CredibilitiesInit['tree']
  return { believed: credibilities(core, { tree, options }), asked }
}

suite('how far reporters are believed', () => {
  const GOOD: Credibility = { weight: 0.9, voice: 0.9, isChecked: true }
  const NONE: Credibility = { weight: 1e-9, voice: 1e-9, isChecked: false }

  const reporter = 'reporter' as PeerIdString

  test('T88: two of those who hold the ledger are asked, and one of them alone silences nobody and vouches for nobody', async () => {
    const { believed, asked } = await asking(
      new Map([
        ['a', [{ ...NONE, isChecked: true }]],
        ['b', [{ ...GOOD, isChecked: false }]],
        ['c', [NONE]]
      ])
    )
    assert.deepEqual(believed.of(reporter), UNCHECKED)
    await believed.fetch()
    assert.deepEqual(asked, [
      ['a', 1],
      ['b', 1]
    ])
    assert.deepEqual(believed.of(reporter), { ...GOOD, isChecked: false })
    await believed.fetch()
    assert.equal(asked.length, 2)
  })

  test('many are asked about in parts; who does not answer, or answers something else, changes nothing', async () => {
    const { believed, asked } = await asking(
      new Map<string, readonly Credibility[] | Error>([
        ['a', new ServicesError('no-route', 'gone')],
        ['c', [GOOD, GOOD]]
      ])
    )
    const reporters = Array.from({ length: 300 }, (_, index) => `reporter ${index}` as PeerIdString)
    await believed.fetch(reporters)
    assert.deepEqual(
      asked.toSorted(([a, x], [b, y]) => (a === b ? y - x : a < b ? -1 : 1)),
      [
        ['a', 256],
        ['a', 44],
        ['c', 256],
        ['c', 44]
      ]
    )
    for (const each of reporters) assert.deepEqual(believed.of(each), UNCHECKED)
  })
})

const keeper = async (outcomes: DurableOutcome[]) => {
  const clock = manualClock()
  const made = await society(2, clock)
  const { core, reporters, record, windowOf } = made
  const { window } = core.windows.now()
  const epoch = Math.floor(window / core.network.roster.preset.epochWindows)
  const watcher = await somePeer()
  const written: Uint8Array[] = []
  const tree = {
    held: () => all<TreeRecord>([]),
    isActing: () => true,
    isHolding: () => false,
    isCaughtUp: () => true,
    candidates: () => [],
    outOfReach: () => false,
    stamps: stampBook(core),
    read: async () => ({
      records: [await record(reporters[0]!, watcher, windowOf(epoch), 0), await record(reporters[1]!, watcher, windowOf(epoch), 20)],
      isComplete: true
    }),
    onLedger: () => () => {},
    onErased: () => () => {},
    writeRecord: async (_kind: string, signed: Uint8Array) => {
      written.push(signed)
      return outcomes.shift() ?? 'stored'
    }
  } as unknown as LedgerInit['tree']
  const part = ledger(core, { tree, watchers: () => [watcher], isOwnWatcher: peer => peer === watcher })
  core.windows.start()
  await part.start?.()
  const { epochWindows, windowMs } = core.network.roster.preset
  /** So many windows pass, with all that follows from each. */
  const pass = async (windows: number): Promise<void> => {
    for (let each = 0; each < windows; each++) {
      clock.advance(windowMs)
      // signing takes a turn on another thread
      for (let turn = 0; turn < 3; turn++) await core.signer.sign('ledger', new Uint8Array())
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { ...made, epoch, epochWindows, written, part, pass, end: async () => (core.windows.stop(), part.stop?.()) }
}

suite('keeping ledgers', () => {
  test('R67: three windows after an epoch what came of its reports is signed and written once, and what is not durable is written again', async t => {
    const { core, keys, reporters, epoch, epochWindows, written, pass, end } = await keeper(['stored', 'retry'])
    t.after(end)
    await until(async () => {
      await pass(1)
      return written.length >= 5
    }, 'two epochs are written')
    const entries = await Promise.all(written.map(async each => openSigned('ledger', core.network.id, each)))
    const read = entries.map(({ signer, payload }) => ({ signer, ...messages.ledger.decode(payload) }))
    const first = read.filter(({ window }) => window === (epoch + 1) * epochWindows - 1)
    assert.equal(first.length, 3)
    assert.ok(first.every(({ signer }) => signer === createSigner(keys.trusted[0]!, core.network.id).peer))
    assert.equal(read.filter(({ window }) => window === (epoch + 2) * epochWindows - 1).length, 2)
    const of = (reporter: Reporter) => first.find(entry => peerIdFromBytes(entry.reporter) === reporter.peer)
    assert.equal(of(reporters[0]!)?.agreed, 1)
    assert.equal(of(reporters[1]!)?.contradicted, 1)
    const [again] = first.filter((entry, index) => first.findIndex(each => Buffer.from(each.reporter).equals(entry.reporter)) !== index)
    assert.ok(again, 'one is written twice')
  })
})

test('T89: an entry lies at its reporter’s place with as many copies as a report, and nobody but a trusted node can write one', async t => {
  const tier = await startTier({ trusted: 3 })
  t.after(tier.stop)
  const [one, two] = tier.nodes
  assert.ok(one && two)
  const heard: LedgerRecord[] = []
  for (const { tree } of tier.nodes) tree.onLedger(record => heard.push(record))
  const reporter = await reporterOf(tier.keys)
  const { epochWindows } = one.core.network.roster.preset
  const window = Math.floor(one.core.windows.now().window / epochWindows) * epochWindows - 1
  const entry = { reporter: peerIdBytes(reporter.peer), window, checked: 3, agreed: 2, contradicted: 1, deviations: Uint8Array.of(0, 255) }
  assert.equal(await one.tree.writeRecord('ledger', await one.core.signer.sign('ledger', messages.ledger.encode(entry))), 'stored')
  await until(() => heard.length >= 2, 'two copies')
  assert.ok(heard.every(({ subject, author }) => subject === reporter.peer && author === one.peer))
  const { records } = await two.tree.read(reporter.peer)
  assert.deepEqual(
    records.map(({ kind }) => kind),
    ['ledger']
  )
  const forged = await reporter.signer.sign('ledger', messages.ledger.encode(entry))
  assert.equal(await one.tree.writeRecord('ledger', forged), 'refused')
  for (const odd of [{ window: window - 1 }, { agreed: 3 }, { checked: 70_000 }, { deviations: new Uint8Array(65) }]) {
    const signed = await one.core.signer.sign('ledger', messages.ledger.encode({ ...entry, ...odd }))
    assert.equal(await one.tree.writeRecord('ledger', signed), 'refused', JSON.stringify(Object.keys(odd)))
  }
  two.tree.serve({ credibilities: reporters => reporters.map(() => ({ weight: 0.5, voice: 0.75, isChecked: true })) })
  assert.deepEqual(await one.tree.call(two.peer, 'credibilityOf', [reporter.peer]), [{ weight: 0.5, voice: 0.75, isChecked: true }])
})
