import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCEPTED_FUTURE_WINDOWS, seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { ANSWER_CODES, ANSWER_STATUS, messages } from '@peerwatch/wire'
import { MemoryDatastore } from 'datastore-core'
import fc from 'fast-check'
import { peerIdText } from '@peerwatch/link'
import { chooseEntries } from '../../src/reporting/entries.ts'
import { delivery } from '../../src/reporting/delivery.ts'
import { outbox, outboxKey } from '../../src/reporting/outbox.ts'
import { somebody } from '../support/bench.ts'
import { QuietStream } from '../support/quiet-stream.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, RegistryView } from '@peerwatch/link'
import type { Delivery } from '../../src/reporting/delivery.ts'
import type { OutboxItem } from '../../src/reporting/outbox.ts'

const TIMES = { answerTimeoutMs: 3_000, dialTimeoutMs: 10_000, leastBackoffMs: 500, mostBackoffMs: 4_000 }
const WINDOW_MS = 2_000
const SELF = await somebody()
const TRUSTED = await Promise.all(Array.from({ length: 3 }, async () => somebody()))

/** What an entry has of one stream: what it may still be sent, and what it owes an answer. */
interface Served {
  credits: number
  readonly unanswered: Map<number, string>
}

interface Dial {
  readonly peer: PeerIdString
  readonly resolve: (connection: unknown) => void
  readonly reject: (error: Error) => void
}

/** A reporter and entries that do what the test says. */
class Stage {
  readonly clock = manualClock(1_000)
  readonly box = outbox(new MemoryDatastore(), 1_000)
  readonly faults: string[] = []
  /** What was told as final, by text; each is told once. */
  readonly final = new Set<string>()
  /** The window in which an entry said last that a report has to wait. */
  readonly toldToWait = new Map<string, number>()
  entryChanges = 0
  /** What must not be sent again. */
  readonly answered = new Set<string>()
  roster = { version: 1, trusted: TRUSTED as readonly PeerIdString[] }
  dials: Dial[] = []
  streams: QuietStream[] = []
  readonly served = new Map<QuietStream, Served>()
  followers = new Set<() => void>()
  addedCount = 0
  readonly delivery: Delivery

  constructor(seed: number) {
    const { clock } = this
    const core = {
      self: SELF,
      clock,
      health: { after: clock.after, lostMs: () => 0 },
      rng: seededRng(seed),
      windows: { windowMs: WINDOW_MS, now: () => this.now() },
      budgets: { spend: () => {}, take: () => true },
      certificates: { liveSet: () => ({ count: 0, hash: new Uint8Array(32) }) },
      roster: { current: () => this.roster, onChange: (listener: () => void) => (this.followers.add(listener), () => this.followers.delete(listener)) },
      components: {
        peerStore: { get: async () => Promise.reject(new Error('nobody')) },
        connectionManager: { openConnection: async (peer: PeerId, { signal }: { signal: AbortSignal }) => this.dialled(peerIdText(peer), signal) }
      },
      emit: (name: string) => {
        if (name === 'entry:changed') this.entryChanges++
      },
      log: () => {}
    } as unknown as Core
    this.delivery = delivery(core, {
      registry: { find: async () => [] } as unknown as RegistryView,
      box: this.box,
      times: TIMES,
      onHello: () => {},
      onFinal: (_from, answers) => {
        for (const { item } of answers) {
          if (this.final.has(item.key)) this.faults.push(`${item.key} was told twice`)
          this.final.add(item.key)
        }
        this.box.remove(answers.map(({ item }) => item.key)).then(this.delivery.pump, () => {})
      }
    })
  }

  now(): { readonly window: number; readonly offsetMs: number } {
    const nowMs = this.clock.monotonicMs()
    return { window: Math.floor(nowMs / WINDOW_MS), offsetMs: nowMs % WINDOW_MS }
  }
  async dialled(peer: PeerIdString, signal: AbortSignal): Promise<unknown> {
    if (this.dials.some(dial => dial.peer === peer) || this.open().some(stream => stream.peer === peer)) this.faults.push('one stream to each')
    return new Promise((resolve, reject) => {
      const dial = { peer, resolve, reject }
      this.dials.push(dial)
      signal.addEventListener('abort', () => {
        this.dials = this.dials.filter(each => each !== dial)
        reject(signal.reason as Error)
      })
    })
  }
  open(): QuietStream[] {
    return this.streams.filter(({ status }) => status === 'open')
  }
  read(frame: Uint8Array, stream: QuietStream): void {
    for (const { number, report } of messages.reportUp.decode(frame).reports)
      this.take(stream, this.served.get(stream)!, number, Buffer.from(report).toString())
  }
  take(stream: QuietStream, { unanswered, credits }: Served, number: number, key: string): void {
    const elsewhere = this.open().some(each => each !== stream && [...this.served.get(each)!.unanswered.values()].includes(key))
    if (credits === 0) this.faults.push('beyond its credits')
    if (unanswered.has(number)) this.faults.push('a number twice')
    if (this.toldToWait.get(key) === this.now().window) this.faults.push(`${key} was sent again in the window in which it had to wait`)
    if (this.answered.has(key)) this.faults.push(`${key} was sent again`)
    if (elsewhere || [...unanswered.values()].includes(key)) this.faults.push(`${key} is under way twice`)
    if (Number(key.split('/')[3]) > this.now().window + ACCEPTED_FUTURE_WINDOWS) this.faults.push('before its time')
    if (stream.peer !== this.delivery.entry()) this.faults.push('to another than the entry')
    unanswered.set(number, key)
    this.served.get(stream)!.credits--
  }
}

type How = 'stored' | 'refused' | 'retry' | 'waits'

type Step =
  | { readonly does: 'report'; readonly count: number; readonly windowsAhead: number }
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'opens' | 'fails' | 'ends' | 'garbage'; readonly at: number }
  | { readonly does: 'hello' | 'credits'; readonly at: number; readonly count: number }
  | { readonly does: 'answers'; readonly at: number; readonly count: number; readonly how: How }
  | { readonly does: 'roster'; readonly trusted: readonly PeerIdString[] }

const at = fc.nat(2)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ does: fc.constant('report' as const), count: fc.integer({ min: 1, max: 12 }), windowsAhead: fc.constantFrom(0, 0, 0, 3, 9) })
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.oneof(fc.nat(600), fc.nat(8_000)) }) },
    { weight: 8, arbitrary: fc.record({ does: fc.constantFrom('opens', 'opens', 'opens', 'opens', 'fails', 'ends', 'garbage'), at }) },
    { weight: 8, arbitrary: fc.record({ does: fc.constantFrom('hello', 'credits'), at, count: fc.nat(8) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constant('answers' as const),
        at,
        count: fc.integer({ min: 1, max: 6 }),
        how: fc.constantFrom('stored', 'stored', 'refused', 'retry', 'waits')
      })
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('roster' as const), trusted: fc.shuffledSubarray(TRUSTED, { minLength: 1 }) }) }
  ),
  { maxLength: 60, size: 'max' }
)

function pick<T>(all: readonly T[], index: number): T | undefined {
  return all[index % all.length]
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate)
}

/** Time passes, and what falls due is over before the next does. */
async function pass(stage: Stage, ms: number): Promise<void> {
  const untilMs = stage.clock.monotonicMs() + ms
  for (let nextMs = stage.clock.nextAtMs(); nextMs != null && nextMs <= untilMs; nextMs = stage.clock.nextAtMs()) {
    stage.clock.advance(Math.max(0, nextMs - stage.clock.monotonicMs()))
    await turns()
  }
  stage.clock.advance(untilMs - stage.clock.monotonicMs())
  // as at the end of each window: what was for later may be due
  stage.delivery.pump()
}

async function add(stage: Stage, count: number, windowsAhead: number): Promise<void> {
  const window = stage.now().window + windowsAhead
  const items = Array.from({ length: count }, (): OutboxItem => {
    const subject = `peer${stage.addedCount++}` as PeerIdString
    const key = outboxKey(window, subject)
    return { key, subject, window, isDraft: false, bytes: Buffer.from(key) }
  })
  await stage.box.add(items)
  stage.delivery.pump()
}

function open(stage: Stage, dial: Dial | undefined): void {
  if (dial == null) return
  stage.dials = stage.dials.filter(each => each !== dial)
  dial.resolve({
    newStream: async () => {
      const stream = new QuietStream(dial.peer, (frame, to) => {
        stage.read(frame, to)
      })
      stage.served.set(stream, { credits: 0, unanswered: new Map() })
      stage.streams.push(stream)
      return stream
    }
  })
}

function answer(stage: Stage, stream: QuietStream, count: number, how: How): void {
  const served = stage.served.get(stream)!
  const some = [...served.unanswered].slice(0, count)
  for (const [number, key] of some) {
    served.unanswered.delete(number)
    if (how === 'waits') stage.toldToWait.set(key, stage.now().window)
    else if (how !== 'retry') stage.answered.add(key)
  }
  const code = { stored: ANSWER_CODES.stored, refused: ANSWER_CODES.duplicate, retry: ANSWER_CODES.busy, waits: ANSWER_CODES['early-window'] }[how]
  const status = ANSWER_STATUS[how === 'waits' ? 'retry' : how]
  if (some.length > 0) stream.receive(messages.reportDown.encode({ answers: some.map(([number]) => ({ number, status, code })) }))
}

function give(stage: Stage, stream: QuietStream, credits: number, withHello: boolean): void {
  stage.served.get(stream)!.credits += credits
  const { window, offsetMs } = stage.now()
  stream.receive(messages.reportDown.encode({ credits, ...(withHello && { hello: { window, windowOffsetMs: Math.floor(offsetMs) } }) }))
}

async function play(stage: Stage, step: Step): Promise<void> {
  const stream = 'at' in step ? pick(stage.open(), step.at) : undefined
  if (step.does === 'report') await add(stage, step.count, step.windowsAhead)
  else if (step.does === 'wait') await pass(stage, step.ms)
  else if (step.does === 'opens') open(stage, pick(stage.dials, step.at))
  else if (step.does === 'fails') {
    const dial = pick(stage.dials, step.at)
    stage.dials = stage.dials.filter(each => each !== dial)
    dial?.reject(new Error('refused'))
  } else if (step.does === 'roster') {
    stage.roster = { version: stage.roster.version + 1, trusted: step.trusted }
    for (const follow of stage.followers) follow()
  } else if (stream == null) return
  else if (step.does === 'ends') stream.end('reset', new Error('reset'))
  else if (step.does === 'garbage') stream.receive(Uint8Array.of(255, 255, 255))
  else if (step.does === 'answers') answer(stage, stream, step.count, step.how)
  else if ('count' in step) give(stage, stream, step.count, step.does === 'hello')
  await turns()
}

function check(stage: Stage): void {
  const { box, delivery: sending, faults, final, answered } = stage
  assert.deepEqual(faults, [])
  assert.deepEqual([...final].toSorted(), [...answered].filter(key => final.has(key)).toSorted(), 'only what was answered is final')
  const { version, trusted } = stage.roster
  const entries = chooseEntries(SELF, version, trusted)
  assert.deepEqual(
    sending.entries().map(({ peer }) => peer),
    entries
  )
  assert.ok(
    stage.open().every(({ peer }) => entries.includes(peer)),
    'whom the roster has no more is left'
  )
  const ready = sending.entries().find(({ state }) => state === 'ready')
  assert.equal(sending.entry(), ready?.peer, 'the first that takes reports')
  const active = stage.open().find(({ peer }) => peer === ready?.peer)
  if (active == null) return
  const underWay = new Set(stage.open().flatMap(stream => [...stage.served.get(stream)!.unanswered.values()]))
  const now = stage.now().window
  const waiting = [...box.items()].filter(
    ({ key, window }) => window <= now + ACCEPTED_FUTURE_WINDOWS && !underWay.has(key) && stage.toldToWait.get(key) !== now
  )
  assert.ok(stage.served.get(active)!.credits === 0 || waiting.length === 0, 'what may be sent is sent')
}

test('P3: through any history of entries and rosters each report is under way once at most, within credits, to the first that takes it, until it is answered', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (history, seed) => {
      const stage = new Stage(seed)
      stage.delivery.start()
      await turns()
      for (const step of history) {
        await play(stage, step)
        check(stage)
      }
      // what was for later is due by then, and all goes well
      await pass(stage, 20 * WINDOW_MS)
      for (let round = 0; round < 60 && stage.box.size() > 0; round++) {
        for (const dial of stage.dials) open(stage, dial)
        await turns()
        for (const stream of stage.open()) give(stage, stream, 20, true)
        await turns()
        for (const stream of stage.open()) answer(stage, stream, 64, 'stored')
        await turns()
        await pass(stage, 400)
      }
      assert.equal(stage.box.size(), 0, 'all is delivered in the end')
      assert.equal(stage.final.size, stage.addedCount)
      check(stage)
      await stage.delivery.stop()
      await turns()
      assert.deepEqual([stage.open().length, stage.dials.length, stage.clock.pendingCount()], [0, 0, 0], 'who stopped has nothing left')
    }),
    { numRuns: 60 }
  )
})

/** Two entries that take what they are sent, at their own pace. */
async function servedStage(seed: number, credits: number): Promise<Stage> {
  const stage = new Stage(seed)
  stage.delivery.start()
  await turns()
  await serve(stage, credits)
  return stage
}

/** Whoever dials is taken. */
async function serve(stage: Stage, credits: number): Promise<void> {
  for (const dial of stage.dials) open(stage, dial)
  await turns()
  for (const stream of stage.open())
    if (stage.served.get(stream)!.credits === 0 && stage.served.get(stream)!.unanswered.size === 0) give(stage, stream, credits, true)
  await turns()
}

test('P88: reports that have to wait for a clock or a roster let the others by, and no entry is left for them', async () => {
  const stage = await servedStage(1, 4)
  await add(stage, 4, 0)
  const waiting = new Set([...stage.box.items()].map(({ key }) => key))
  const changes = stage.entryChanges
  for (let window = 0; window < 8; window++) {
    if (window === 4) await add(stage, 2, 0)
    for (const stream of stage.open()) {
      const [key] = stage.served.get(stream)!.unanswered.values()
      const count = stage.served.get(stream)!.unanswered.size
      if (count > 0) answer(stage, stream, count, waiting.has(key!) ? 'waits' : 'stored')
      await turns()
      if (count > 0) give(stage, stream, count, false)
    }
    await turns()
    await pass(stage, WINDOW_MS / 2)
  }
  assert.deepEqual(new Set([...stage.box.items()].map(({ key }) => key)), waiting)
  assert.equal(stage.entryChanges, changes)
  assert.deepEqual(stage.faults, [])
  await stage.delivery.stop()
})

test('P89: an entry that a busy machine makes slower than the time-out is given more of it, until its answers come, and is left no more', async () => {
  const stage = await servedStage(2, 8)
  /** Each answer goes out five seconds after its report came, if the stream is open still. */
  const due = new Map<string, { readonly atMs: number; readonly stream: QuietStream }>()
  const untilTold = async (): Promise<void> => {
    for (let step = 0; step < 100 && stage.box.size() > 0; step++) {
      await serve(stage, 8)
      for (const [index, stream] of stage.streams.entries()) {
        for (const number of stage.served.get(stream)!.unanswered.keys()) {
          if (!due.has(`${index}/${number}`)) due.set(`${index}/${number}`, { atMs: stage.clock.monotonicMs() + 5_000, stream })
        }
      }
      await pass(stage, 500)
      for (const [key, { atMs, stream }] of due) {
        if (atMs > stage.clock.monotonicMs()) continue
        due.set(key, { atMs: Infinity, stream })
        if (stream.status === 'open') answer(stage, stream, 1, 'stored')
      }
      await turns()
    }
    assert.equal(stage.box.size(), 0, 'all is told in the end')
  }
  await add(stage, 6, 0)
  await untilTold()
  const count = stage.streams.length
  for (let round = 0; round < 12; round++) {
    await add(stage, 3, 0)
    await untilTold()
  }
  assert.equal(stage.streams.length, count)
  await stage.delivery.stop()
})

test('N90: an entry that is left gets nothing more, what it has not answered goes to the others, and it is taken again when its time is over', async () => {
  const stage = await servedStage(3, 40)
  const first = stage.delivery.entry()!
  await add(stage, 4, 0)
  await turns()
  const { window } = stage.now()
  assert.equal(stage.delivery.leave(first, window + 5), true)
  await turns()
  await serve(stage, 40)
  assert.ok(stage.open().every(({ peer }) => peer !== first))
  assert.notEqual(stage.delivery.entry(), first)
  assert.ok(!stage.delivery.entries().some(({ peer }) => peer === first))
  for (const stream of stage.open()) answer(stage, stream, 64, 'stored')
  await turns()
  assert.deepEqual([stage.box.size(), stage.final.size, stage.faults], [0, 4, []])
  assert.equal(stage.delivery.leave(stage.delivery.entry()!, window + 900), false, 'two are always left')
  await pass(stage, 6 * WINDOW_MS)
  await turns()
  await serve(stage, 40)
  assert.equal(stage.delivery.entry(), first)
  await stage.delivery.stop()
  await turns()
  assert.deepEqual([stage.open().length, stage.dials.length, stage.clock.pendingCount()], [0, 0, 0])
  await pass(stage, 900 * WINDOW_MS)
  assert.deepEqual(stage.delivery.entries(), [], 'who stopped takes none')
})
