import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { epochOf } from '@peerwatch/model'
import { memberClocks } from '../../src/tree/member-clocks.ts'
import { retention } from '../../src/tree/retention.ts'
import { bareCore, bookOfReports } from '../../../peer/test/support/reports.ts'
import type { Core } from '@peerwatch/link'
import type { MemberClocks } from '../../src/tree/member-clocks.ts'

const NOW_MS = 1_700_000_000_000
const DAY_MS = 24 * 60 * 60 * 1_000
const MEMBERS = 4
const HOURS_MS = 12 * 60 * 60 * 1_000
const book = await bookOfReports({ reporters: 1, subjects: 1, windows: 1, trusted: MEMBERS })
const { quorum, preset } = book.keys.network.roster
const WINDOW = Math.floor(NOW_MS / preset.windowMs)

interface Told {
  readonly core: Core
  readonly clocks: MemberClocks
  readonly bounds: string[]
}

/** A member whose own clock and those of the others are off by so much. */
async function member(ownMs: number, othersMs: readonly number[]): Promise<Told> {
  const core = await bareCore(book.keys, book.keys.trusted[0], manualClock(NOW_MS + ownMs))
  const bounds: string[] = []
  core.events.addEventListener('time:limited', ({ detail }) => bounds.push(detail.bound))
  const clocks = memberClocks(core)
  for (const [index, offMs] of othersMs.entries()) {
    const node = core.roster.current().trusted.filter(peer => peer !== core.self)[index]!
    clocks.hear(node, { window: Math.floor((NOW_MS + offMs) / preset.windowMs), windowOffsetMs: 0 } as Parameters<MemberClocks['hear']>[1])
  }
  return { core, clocks, bounds }
}

/** The floor after this node let go of what is older than a day. */
async function floorOf({ core, clocks }: Told): Promise<number> {
  const store = memoryRecordStore()
  await retention(core, store, clocks, { make: async () => {}, want: () => {} }).enforce()
  return store.floor()
}

const rightFloor = epochOf(WINDOW - DAY_MS / preset.windowMs, preset.epochWindows) - 1

test('H81: one member whose clock is wrong, this one or another, raises no floor beyond that of the right ones and refuses nothing of today', async () => {
  assert.equal(quorum, 3)
  for (const offMs of [HOURS_MS, -HOURS_MS, 400 * DAY_MS, -400 * DAY_MS]) {
    for (const told of [await member(offMs, [0, 0, 0]), await member(0, [offMs, 0, 0]), await member(0, [0, 0, offMs])]) {
      assert.ok((await floorOf(told)) <= rightFloor, `${offMs}`)
      const { passed, latest } = told.clocks.span()!
      assert.ok(passed <= WINDOW && latest >= WINDOW, `${offMs}: today is neither late nor ahead`)
    }
  }
  assert.equal(await floorOf(await member(0, [0, 0, 0])), rightFloor, 'where all are right it is raised')
  assert.equal(await floorOf(await member(0, [HOURS_MS, HOURS_MS, 0])), rightFloor, 'never beyond its own clock')
  assert.ok((await floorOf(await member(0, [-HOURS_MS, -HOURS_MS, 0]))) < rightFloor, 'it waits for the clocks of the quorum')
})

test('T96: whenever it is asked, what the clocks say is what it would be if it had never been asked before', async () => {
  const stepMs = preset.windowMs / 16
  const told = async (): Promise<Told> => {
    const one = await member(0, [])
    const others = one.core.roster.current().trusted.filter(peer => peer !== one.core.self)
    for (const [index, windows] of [0.3, -0.4, 2.7].entries()) one.clocks.hear(others[index]!, helloAt(NOW_MS + windows * preset.windowMs))
    return one
  }
  const asked = await told()
  for (let sinceMs = 0; sinceMs < 3 * preset.windowMs; sinceMs += stepMs) {
    const fresh = await told()
    ;(fresh.core.clock as ReturnType<typeof manualClock>).advance(sinceMs)
    assert.deepEqual(asked.clocks.span(), fresh.clocks.span(), `after ${sinceMs} ms`)
    ;(asked.core.clock as ReturnType<typeof manualClock>).advance(stepMs)
  }
  const before = asked.clocks.span()
  for (const peer of asked.core.roster.current().trusted) if (peer !== asked.core.self) asked.clocks.hear(peer, helloAt(NOW_MS + HOURS_MS))
  assert.notDeepEqual(asked.clocks.span(), before, 'a new hello counts at once')
})

function helloAt(ms: number): Parameters<MemberClocks['hear']>[1] {
  return { window: Math.floor(ms / preset.windowMs), windowOffsetMs: ms % preset.windowMs } as Parameters<MemberClocks['hear']>[1]
}

test('H82: before the clocks of a quorum were heard nothing is let go, and that is told', async t => {
  const told = await member(0, [0])
  assert.equal(told.clocks.span(), undefined)
  assert.equal(await floorOf(told), memoryRecordStore().floor())
  const part = retention(told.core, memoryRecordStore(), told.clocks, { make: async () => {}, want: () => {} })
  await part.start?.()
  told.core.windows.start()
  t.after(async () => {
    told.core.windows.stop()
    await part.stop?.()
  })
  ;(told.core.clock as ReturnType<typeof manualClock>).advance(2 * preset.windowMs)
  assert.deepEqual(new Set(told.bounds), new Set(['too-few-clocks']))
})

test('H82: a node that jumped forgets what others told of a clock that may have stood still, and lets nothing go until they tell it anew', async t => {
  const told = await member(0, [0, 0, 0])
  await told.clocks.start?.()
  told.core.windows.start()
  t.after(async () => {
    told.core.windows.stop()
    await told.clocks.stop?.()
  })
  const clock = told.core.clock as ReturnType<typeof manualClock>
  clock.setBy(HOURS_MS)
  clock.advance(2 * preset.windowMs)
  assert.equal(told.clocks.span(), undefined)
  assert.equal(await floorOf(told), memoryRecordStore().floor())
})

test('H83: hellos that were long on their way name nobody, and a clock that is behind is called behind', async t => {
  const core = await bareCore(book.keys, book.keys.trusted[0], manualClock(NOW_MS))
  const clocks = memberClocks(core)
  const alarms: string[] = []
  core.events.addEventListener('alarm', ({ detail }) => alarms.push(`${detail.code}: ${detail.message}`))
  await clocks.start?.()
  core.windows.start()
  t.after(async () => {
    core.windows.stop()
    await clocks.stop?.()
  })
  const [slow, behind] = core.roster.current().trusted.filter(peer => peer !== core.self)
  const clock = core.clock as ReturnType<typeof manualClock>
  const hello = (offMs: number): Parameters<MemberClocks['hear']>[1] => {
    const atMs = clock.nowMs() + offMs
    return { window: Math.floor(atMs / preset.windowMs), windowOffsetMs: atMs % preset.windowMs } as Parameters<MemberClocks['hear']>[1]
  }
  for (let window = 0; window < 20; window++) {
    clocks.hear(slow!, hello(window % 5 === 0 ? 0 : -3 * preset.windowMs))
    clock.advance(preset.windowMs)
  }
  assert.deepEqual(alarms, [])
  for (let window = 0; window < 12; window++) {
    clocks.hear(slow!, hello(0))
    clocks.hear(behind!, hello(window < 3 ? 0 : -3 * preset.windowMs))
    clock.advance(preset.windowMs)
  }
  assert.deepEqual(alarms, [])
  for (let window = 0; window < 6; window++) {
    clocks.hear(behind!, hello(-3 * preset.windowMs))
    clock.advance(preset.windowMs)
  }
  assert.match(alarms.join(), new RegExp(`^clocks-differ: clocks differ: trusted node ${behind} is [0-9.]+ s behind of`))
})
