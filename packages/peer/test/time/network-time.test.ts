import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { windowClock } from '../../../link/src/window-clock.ts'
import { networkTime } from '../../src/time/network-time.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { NetworkTime } from '../../src/time/network-time.ts'

const WINDOW_MS = 2_000
const HOURS_MS = 3 * 3_600_000
const NODES = ['ann', 'bob', 'cid'] as PeerIdString[]

interface Member {
  /** By how much its clock is wrong; undefined: it does not answer. */
  offMs: number | undefined
}

interface Stage {
  readonly time: NetworkTime
  readonly windows: Core['windows']
  readonly members: readonly Member[]
  readonly alarms: string[]
  readonly closed: number[]
  /** True time passes, or this machine sleeps with its monotonic clock, or somebody sets its clock. */
  readonly pass: (windows: number) => Promise<void>
  readonly sleep: (ms: number) => void
  readonly setBy: (ms: number) => void
  /** How far this node's time is off. */
  readonly offMs: () => number
  /** From here on no member answers before the returned function is called. */
  readonly holdAnswers: () => () => void
}

/** A node among members whose clocks are wrong by `offs`; its own by `ownMs`. The true time is what the tests say that it is. */
function stage(ownMs: number, offs: readonly (number | undefined)[]): Stage {
  const clock = manualClock(1_000_000_000 + ownMs)
  const begunMs = clock.monotonicMs()
  let sleptMs = 0
  const trueMs = (): number => 1_000_000_000 + clock.monotonicMs() - begunMs + sleptMs
  const windows = windowClock(WINDOW_MS, clock)
  const members = offs.map(offMs => ({ offMs }))
  const trusted = NODES.slice(0, offs.length)
  const alarms: string[] = []
  const closed: number[] = []
  let held = Promise.resolve()
  const core = {
    clock,
    windows,
    self: 'me',
    log: () => {},
    roster: { current: () => ({ trusted }), isTrusted: (peer: PeerIdString) => trusted.includes(peer), onChange: () => () => {} },
    emit: (_type: string, { code, message }: { code: string; message: string }) => alarms.push(`${code}: ${message}`)
  } as unknown as Core
  const time = networkTime(core, {
    asked: () => trusted,
    ask: async peer => {
      const { offMs } = members[trusted.indexOf(peer)]!
      await held
      if (offMs == null) throw new Error('no answer')
      const saidMs = trueMs() + offMs
      return { window: Math.floor(saidMs / WINDOW_MS), offsetMs: saidMs % WINDOW_MS, tookMs: 20 }
    }
  })
  windows.onWindow(window => closed.push(window))
  windows.start()
  void time.start?.()
  return {
    time,
    windows,
    members,
    alarms,
    closed,
    pass: async count => {
      const untilMs = clock.monotonicMs() + count * WINDOW_MS
      while (clock.monotonicMs() < untilMs) {
        clock.advance(Math.min(clock.nextAtMs() ?? untilMs, untilMs) - clock.monotonicMs())
        // answers come before time goes on
        await new Promise(setImmediate)
      }
    },
    sleep: ms => {
      sleptMs += ms
      clock.setBy(ms)
    },
    setBy: clock.setBy,
    offMs: () => windows.nowMs() - trueMs(),
    holdAnswers: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    }
  }
}

test('H58: one trusted node that is hours ahead or behind, or jumps, moves the time of no node, and one alarm names it', async () => {
  for (const offMs of [HOURS_MS, -HOURS_MS]) {
    const { members, alarms, closed, pass, offMs: off } = stage(0, [offMs, 0])
    await pass(5)
    assert.ok(Math.abs(off()) < 100)
    assert.equal(alarms.length, 1)
    assert.match(alarms[0]!, /^clocks-differ: .*ann 10800\.0 s (ahead|behind)/)
    for (const jumpMs of [-2 * HOURS_MS, 5_000_000, 0, HOURS_MS]) {
      members[0]!.offMs = jumpMs
      await pass(40)
      assert.ok(Math.abs(off()) < 100, `${off()}`)
    }
    assert.deepEqual(
      closed,
      [...new Set(closed)].toSorted((a, b) => a - b)
    )
    assert.equal(closed.length, 164)
  }
})

test('a machine whose clock is wrong goes by the two trusted nodes that agree, and is named', async () => {
  for (const ownMs of [HOURS_MS, -HOURS_MS]) {
    const { time, alarms, pass, offMs } = stage(ownMs, [0, 0])
    await pass(3)
    assert.ok(Math.abs(offMs()) < 100 && time.isAgreed())
    assert.equal(alarms.length, 1)
    assert.match(alarms[0]!, /this machine's own clock 10800\.0 s/)
  }
})

test('without agreement a node keeps its own clock, and one alarm names who differs', async () => {
  const { time, alarms, pass, offMs, members } = stage(0, [HOURS_MS, -HOURS_MS])
  await pass(50)
  assert.ok(offMs() === 0 && !time.isAgreed() && time.isSure())
  assert.equal(alarms.length, 1)
  assert.match(alarms[0]!, /ann .*bob .*nobody has a majority, and this node keeps its time/)
  members[1]!.offMs = 30
  await pass(2)
  assert.ok(Math.abs(offMs()) < 100 && time.isAgreed())
})

test('where the roster names one trusted node its word holds, or a node with a wrong clock could not work', async () => {
  for (const ownMs of [HOURS_MS, -HOURS_MS]) {
    const { time, alarms, pass, offMs } = stage(ownMs, [0])
    await pass(3)
    assert.ok(Math.abs(offMs()) < 100 && time.isAgreed())
    assert.match(alarms.join(), /own clock/)
  }
})

test('H59: after a machine slept with its monotonic clock a node has the time within two windows, and is unsure until it asked', async () => {
  for (const trusted of [[0, 0], [0, undefined], [undefined, undefined], [HOURS_MS, 0], [0]]) {
    const { time, alarms, closed, pass, sleep, offMs } = stage(0, trusted)
    await pass(5)
    const before = alarms.length
    sleep(HOURS_MS)
    await pass(2)
    assert.ok(Math.abs(offMs()) < 100 && time.isSure(), `${offMs()}`)
    assert.equal(alarms.length, before)
    assert.deepEqual(
      closed,
      [...new Set(closed)].toSorted((a, b) => a - b)
    )
  }
})

test('a clock that somebody sets wrong while a node runs moves it nowhere, as long as two trusted nodes agree', async () => {
  for (const byMs of [HOURS_MS, -HOURS_MS]) {
    const { alarms, closed, pass, setBy, offMs } = stage(0, [0, 0])
    await pass(5)
    setBy(byMs)
    await pass(5)
    assert.ok(Math.abs(offMs()) < 100)
    assert.equal(alarms.length, 1)
    setBy(-byMs)
    await pass(5)
    assert.ok(Math.abs(offMs()) < 100)
    assert.equal(closed.length, 14)
  }
})

test('once clocks agreed, liars that become the majority move time by half a window in each at most', async () => {
  const { members, closed, pass, offMs } = stage(0, [0, 0])
  await pass(5)
  for (const member of members) member.offMs = -HOURS_MS
  await pass(40)
  const offBefore = offMs()
  await pass(20)
  assert.ok(offMs() < offBefore && offMs() - offBefore >= -20 * WINDOW_MS, `${offMs() - offBefore}`)
  assert.deepEqual(
    closed,
    [...new Set(closed)].toSorted((a, b) => a - b)
  )
})

test('H59: a node that was stopped while it asked for the time after a sleep asks anew when it is started again', async () => {
  const { time, windows, pass, sleep, holdAnswers } = stage(0, [0, 0])
  await pass(5)
  const answer = holdAnswers()
  sleep(HOURS_MS)
  // whoever looks at the clock notices it
  windows.steer(windows.aheadMs(), 'in steps')
  await new Promise(setImmediate)
  const stopped = time.stop?.()
  answer()
  await stopped
  assert.ok(!time.isSure())
  await time.start?.()
  await pass(2)
  assert.ok(time.isSure() && time.isAgreed())
})

test('H59: a node that hears the time before it notices that it slept has it within two windows, too', async () => {
  const { time, windows, pass, sleep, offMs } = stage(0, [0, 0])
  await pass(5)
  sleep(HOURS_MS)
  const trueMs = windows.nowMs() - offMs()
  time.hear(NODES[0]!, { window: Math.floor(trueMs / WINDOW_MS), offsetMs: trueMs % WINDOW_MS, tookMs: 20 })
  await pass(2)
  assert.ok(Math.abs(offMs()) < 100 && time.isSure(), `${offMs()}`)
})

test('H59: what was told before a machine slept counts no more, and where nobody answers since it keeps its own clock', async () => {
  const { time, members, alarms, pass, sleep, offMs } = stage(0, [0, 0])
  await pass(5)
  for (const member of members) member.offMs = undefined
  sleep(HOURS_MS)
  await pass(3)
  assert.ok(Math.abs(offMs()) < 100 && time.isSure() && !time.isAgreed(), `${offMs()}`)
  assert.deepEqual(alarms, [])
})
