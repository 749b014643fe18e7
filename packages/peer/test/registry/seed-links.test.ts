import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import fc from 'fast-check'
import { peerIdText } from '@peerwatch/link'
import { REGISTRY_CLIENT_DEFAULTS } from '../../src/registry/options.ts'
import { seedLinks } from '../../src/registry/seed-links.ts'
import { somebody } from '../support/bench.ts'
import { QuietStream } from '../support/quiet-stream.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { SeedLink } from '../../src/registry/seed-links.ts'

const { backOffMs, backOffMostMs, contestedBackOffMs, contestedBackOffMostMs, dialTimeoutMs } = REGISTRY_CLIENT_DEFAULTS
const SEEDS = await Promise.all(Array.from({ length: 4 }, async () => somebody()))

/** A dial or a registration that waits for the test to say what becomes of it. */
interface Asked<T> {
  readonly seed: PeerIdString
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

/** Pauses by the words of docs/limits.md: twice as long each time, until something has worked for longer than the longest. */
class Pauses {
  wholeMs: number
  worksSinceMs = Infinity
  readonly leastMs: number
  readonly mostMs: number

  constructor(leastMs: number, mostMs: number) {
    this.wholeMs = leastMs
    this.leastMs = leastMs
    this.mostMs = mostMs
  }
  works(atMs: number): void {
    this.worksSinceMs = Math.min(this.worksSinceMs, atMs)
  }
  next(atMs: number): number {
    if (atMs - this.worksSinceMs > this.mostMs) this.wholeMs = this.leastMs
    this.worksSinceMs = Infinity
    const wholeMs = this.wholeMs
    this.wholeMs = Math.min(2 * wholeMs, this.mostMs)
    return wholeMs
  }
}

/** From when on a seed may be dialled, and by when it is where it is missing. */
interface Due {
  readonly fromMs: number
  readonly byMs: number
}
const AT_ONCE: Due = { fromMs: -Infinity, byMs: -Infinity }

class Stage {
  readonly clock = manualClock(1_000)
  seeds: readonly PeerIdString[] = SEEDS.slice(0, 1)
  isContested = false
  isRunning = false
  dials: Asked<unknown>[] = []
  registrations: Asked<void>[] = []
  streams: QuietStream[] = []
  /** Those whose registration was taken. */
  readonly registered = new Set<QuietStream>()
  readonly ended = new Map<SeedLink, number>()
  readyCount = 0
  readonly faults: string[] = []
  due = new Map<PeerIdString, Due>()
  held: Due = AT_ONCE
  pauses = new Map<PeerIdString, Pauses>()
  readonly takeovers = new Pauses(contestedBackOffMs, contestedBackOffMostMs)
  readonly followers = new Set<() => void>()
  readonly links: ReturnType<typeof seedLinks>

  constructor(seed: number) {
    const openConnection = async (peer: PeerId, { signal }: { signal: AbortSignal }): Promise<unknown> => this.dialled(peerIdText(peer), signal)
    const core = {
      clock: this.clock,
      health: this.clock,
      rng: seededRng(seed),
      network: { seeds: [] },
      budgets: { spend: () => {} },
      components: { peerStore: { merge: async (peer: PeerId) => this.asked(peerIdText(peer)) }, connectionManager: { openConnection } },
      roster: {
        current: () => ({ seedAddresses: new Map() }),
        onChange: (listener: () => void) => (this.followers.add(listener), () => this.followers.delete(listener))
      },
      emit: () => this.faults.push('nobody is blamed'),
      log: () => {}
    } as unknown as Core
    this.links = seedLinks(core, {
      seeds: () => this.seeds,
      aim: () => this.aim(),
      options: REGISTRY_CLIENT_DEFAULTS,
      isContested: () => this.isContested,
      onOpen: async ({ seed: peer }) => new Promise((resolve, reject) => this.registrations.push({ seed: peer, resolve, reject })),
      onReady: () => this.readyCount++,
      onPush: () => {},
      failures: { failed: () => {}, opened: () => {} },
      onEnd: link => {
        this.ended.set(link, (this.ended.get(link) ?? 0) + 1)
        // what was asked over it has no answer any more
        for (const { seed: peer, reject } of this.registrations.filter(each => each.seed === link.seed)) {
          this.registrations = this.registrations.filter(each => each.seed !== peer)
          reject(new Error('closed'))
        }
      }
    })
  }

  aim(): number {
    return Math.min(this.seeds.length, Math.floor(this.seeds.length / 2) + 1)
  }
  busy(): PeerIdString[] {
    return [...this.dials.map(({ seed }) => seed), ...this.streams.filter(({ status }) => status === 'open').map(({ peer }) => peer)]
  }
  /** Of those, whom the roster has. */
  aimed(): PeerIdString[] {
    return this.busy().filter(seed => this.seeds.includes(seed))
  }
  asked(seed: PeerIdString): void {
    const nowMs = this.clock.monotonicMs()
    // told by `check`: whoever dials takes what is thrown here for a dial that failed
    if (!this.isRunning || !this.seeds.includes(seed)) this.faults.push('only seeds of the roster are dialled, by who runs')
    if (this.busy().includes(seed)) this.faults.push('one link to each')
    if (this.aimed().length >= this.aim()) this.faults.push('no more than are aimed at')
    if (nowMs < Math.max((this.due.get(seed) ?? AT_ONCE).fromMs, this.held.fromMs)) this.faults.push('not before its pause is over')
    this.dials.push({ seed, resolve: () => {}, reject: () => {} })
  }
  async dialled(seed: PeerIdString, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const dial: Asked<unknown> = { seed, resolve, reject }
      this.dials = [...this.dials.filter(each => each.seed !== seed), dial]
      signal.addEventListener('abort', () => {
        if (this.dials.includes(dial)) this.failed(dial)
        reject(signal.reason as Error)
      })
    })
  }
  failed(dial: Asked<unknown>): void {
    this.dials = this.dials.filter(each => each !== dial)
    this.pause(dial.seed, false)
  }
  pause(seed: PeerIdString, isTakenOver: boolean): void {
    const nowMs = this.clock.monotonicMs()
    if (!this.isRunning) return
    const wholeMs = this.pausesOf(seed).next(nowMs)
    this.due.set(seed, { fromMs: nowMs + wholeMs / 2, byMs: nowMs + wholeMs })
    if (!isTakenOver || this.held.fromMs > nowMs) return
    const heldMs = this.takeovers.next(nowMs)
    this.held = { fromMs: nowMs + heldMs / 2, byMs: nowMs + heldMs }
  }
  /** Chance says how long a takeover holds: whether another that comes meanwhile lengthens it cannot be told from here. */
  mayBeHeld(stream: QuietStream): boolean {
    const nowMs = this.clock.monotonicMs()
    return this.isContested && this.registered.has(stream) && this.held.fromMs <= nowMs && nowMs < this.held.byMs
  }
  pausesOf(seed: PeerIdString): Pauses {
    const pauses = this.pauses.get(seed) ?? new Pauses(backOffMs, backOffMostMs)
    this.pauses.set(seed, pauses)
    return pauses
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
}

/** Time passes, and what falls due is over before the next does. */
async function pass(stage: Stage, ms: number): Promise<void> {
  const untilMs = stage.clock.monotonicMs() + ms
  for (let nextMs = stage.clock.nextAtMs(); nextMs != null && nextMs <= untilMs; nextMs = stage.clock.nextAtMs()) {
    stage.clock.advance(Math.max(0, nextMs - stage.clock.monotonicMs()))
    await turns()
    drop(stage)
  }
  stage.clock.advance(untilMs - stage.clock.monotonicMs())
}

/** What has ended is no link any more. */
function drop(stage: Stage): void {
  for (const stream of stage.streams.filter(({ status }) => status !== 'open')) {
    stage.streams = stage.streams.filter(each => each !== stream)
    stage.pause(stream.peer, stage.registered.has(stream) && stage.isContested && stage.seeds.includes(stream.peer))
  }
}

type Step =
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'opens' | 'fails' | 'registers' | 'is refused' | 'ends'; readonly at: number }
  | { readonly does: 'roster'; readonly seeds: readonly PeerIdString[] }
  | { readonly does: 'contest' | 'stop' | 'start' }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.oneof(fc.nat(1_000), fc.nat(2 * backOffMostMs)) }) },
    {
      weight: 12,
      arbitrary: fc.record({ does: fc.constantFrom('opens', 'opens', 'registers', 'registers', 'fails', 'is refused', 'ends'), at: fc.nat(3) })
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('roster' as const), seeds: fc.shuffledSubarray(SEEDS, { minLength: 1 }) }) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ does: 'contest' }, { does: 'stop' }, { does: 'start' }, { does: 'start' }) }
  ),
  { maxLength: 60, size: 'max' }
)

/** The one with this number, of however many there are. */
function pick<T>(all: readonly T[], at: number): T | undefined {
  return all[at % all.length]
}

function connectionTo(stage: Stage, seed: PeerIdString): object {
  return {
    newStream: async () => {
      const stream = new QuietStream(seed)
      stage.streams.push(stream)
      return stream
    }
  }
}

async function play(stage: Stage, step: Step): Promise<void> {
  if (step.does === 'wait') await pass(stage, step.ms)
  else if (step.does === 'contest') stage.isContested = !stage.isContested
  else if (step.does === 'start' && !stage.isRunning) {
    stage.isRunning = true
    stage.links.start()
  } else if (step.does === 'stop') {
    stage.isRunning = false
    Object.assign(stage, { due: new Map(), held: AT_ONCE, pauses: new Map() })
    await stage.links.stop()
  } else if (step.does === 'roster') {
    stage.seeds = step.seeds
    for (const follow of stage.followers) follow()
  } else if ('at' in step) answer(stage, step.does, step.at)
  await turns()
  drop(stage)
  await turns()
}

/** Another has its say. */
function answer(stage: Stage, does: string, at: number): void {
  const dial = pick(stage.dials, at)
  const asked = pick(stage.registrations, at)
  const stream = stage.streams.find(each => each.peer === asked?.seed && each.status === 'open')
  if (does === 'opens' && dial != null) {
    stage.dials = stage.dials.filter(each => each !== dial)
    dial.resolve(connectionTo(stage, dial.seed))
  } else if (does === 'fails' && dial != null) {
    stage.failed(dial)
    dial.reject(new Error('refused'))
  } else if (does === 'registers' || does === 'is refused') {
    stage.registrations = stage.registrations.filter(each => each !== asked)
    if (does === 'is refused') asked?.reject(new Error('refused'))
    else asked?.resolve()
    if (does === 'registers' && stream != null && asked != null) {
      stage.registered.add(stream)
      stage.pausesOf(asked.seed).works(stage.clock.monotonicMs())
      stage.takeovers.works(stage.clock.monotonicMs())
    }
  } else if (does === 'ends') {
    const ending = pick(stage.streams, at)
    if (ending != null && !stage.mayBeHeld(ending)) ending.end('reset', new Error('reset'))
  }
}

function check(stage: Stage): void {
  const { links, streams, registered, clock, seeds, dials, ended, readyCount, faults } = stage
  const busy = stage.busy()
  assert.deepEqual(faults, [])
  assert.deepEqual(
    links
      .open()
      .map(({ seed }) => seed)
      .toSorted(),
    streams
      .filter(stream => registered.has(stream))
      .map(({ peer }) => peer)
      .toSorted()
  )
  assert.equal(readyCount, registered.size)
  assert.ok(
    [...ended.values()].every(times => times === 1),
    'each end is told once'
  )
  const [current, former] = [true, false].map(isCurrent => streams.filter(({ peer }) => seeds.includes(peer) === isCurrent))
  assert.ok(
    former!.every(stream => registered.has(stream)),
    'whom the roster has no more is not registered at'
  )
  assert.ok(former!.length === 0 || !current!.some(stream => registered.has(stream)), 'and is left where another is there')
  if (!stage.isRunning) assert.deepEqual([streams.length, dials.length, clock.pendingCount()], [0, 0, 0], 'who stopped has nothing left')
  const missing = seeds.filter(seed => !busy.includes(seed))
  if (!stage.isRunning || stage.aimed().length >= stage.aim()) return
  const dueMs = Math.max(clock.monotonicMs() + 10, stage.held.byMs, Math.min(...missing.map(seed => stage.due.get(seed)?.byMs ?? -Infinity)))
  assert.ok(clock.nextAtMs()! <= dueMs, `a seed is missing and due by ${dueMs}: next at ${clock.nextAtMs()}`)
}

test('through any history links to as many seeds of the roster as are aimed at are kept, one to each, after pauses that grow, and each end is told once', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (history, seed) => {
      const stage = new Stage(seed)
      for (const step of [{ does: 'start' } as const, ...history]) {
        await play(stage, step)
        check(stage)
      }
      if (stage.isContested) await play(stage, { does: 'contest' })
      await play(stage, { does: 'start' })
      await pass(stage, contestedBackOffMostMs)
      for (let tries = 0; tries < 20 && stage.links.open().length < stage.aim(); tries++) {
        await play(stage, { does: 'opens', at: 0 })
        await play(stage, { does: 'registers', at: 0 })
        await pass(stage, dialTimeoutMs / 2)
      }
      assert.ok(stage.links.open().length >= stage.aim(), 'once all goes well it is registered')
      await play(stage, { does: 'stop' })
      check(stage)
    }),
    { numRuns: 150 }
  )
})
