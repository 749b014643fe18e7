import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { MOST_STEP_WINDOWS, windowClock } from '../src/window-clock.ts'

const WINDOW_MS = 1_000

function manual(startMs: number) {
  const time = manualClock(startMs)
  const clock = windowClock(WINDOW_MS, time)
  const closed: number[] = []
  const steps: [number, number][] = []
  let jumps = 0
  clock.onWindow(window => closed.push(window))
  clock.onStep((from, to) => steps.push([from, to]))
  clock.onJump(() => jumps++)
  clock.start()
  return { clock, closed, steps, jumps: () => jumps, pass: time.advance, setBy: time.setBy, to: (atMs: number) => atMs - time.monotonicMs() }
}

test('each window is told once, when it ends', () => {
  const { closed, pass, clock } = manual(5_500)
  pass(3_000)
  assert.deepEqual(closed, [5, 6, 7])
  assert.deepEqual(clock.now(), { window: 8, offsetMs: 500 })
  clock.stop()
})

test('a clock that was far ahead goes on at once with the windows of the network, where it is set as a whole', () => {
  const { closed, steps, pass, clock, to } = manual(3_600_500)
  pass(1_000)
  clock.steer(to(40_200), 'whole')
  pass(2_000)
  assert.deepEqual([closed, steps], [[3_600, 40, 41], [[3_601, 40]]])
  clock.stop()
})

test('a clock that was behind skips the windows that it never saw', () => {
  const { closed, pass, clock, to } = manual(5_500)
  clock.steer(to(100_900), 'whole')
  pass(200)
  assert.deepEqual(closed, [100])
  clock.stop()
})

test('a small step back announces no window twice, and time waits for it', () => {
  const { closed, pass, clock, to } = manual(5_900)
  pass(200)
  clock.steer(to(5_950), 'whole')
  assert.deepEqual(clock.now(), { window: 6, offsetMs: 0 })
  pass(1_100)
  assert.deepEqual(closed, [5, 6])
  clock.stop()
})

test('H55: where it is steered in steps, no window moves time by more than half a window, and time never runs back over a closed one', () => {
  for (const byMs of [3_600_000, -3_600_000]) {
    const { closed, pass, clock, to } = manual(10_000_000)
    clock.steer(to(10_000_000 + byMs), 'in steps')
    let beforeMs = clock.nowMs()
    for (let step = 0; step < 1_000; step++) {
      pass(100)
      const nowMs = clock.nowMs()
      assert.ok(nowMs >= beforeMs && nowMs - beforeMs <= 100 + MOST_STEP_WINDOWS * WINDOW_MS, `${nowMs - beforeMs} ms in 100`)
      beforeMs = nowMs
    }
    assert.deepEqual(
      closed,
      [...new Set(closed)].toSorted((a, b) => a - b)
    )
    const gainedMs = clock.nowMs() - 10_100_000
    assert.ok(byMs > 0 ? gainedMs > 50_000 && gainedMs <= 100_000 : gainedMs < -30_000, `${gainedMs}`)
    pass(12 * 3_600_000)
    assert.ok(Math.abs(clock.aheadMs() - byMs) <= 20, 'it arrives')
    clock.stop()
  }
})

test('H56: after a machine slept with its monotonic clock, a node that goes by its own clock has the time at the end of the window', () => {
  const { closed, steps, jumps, pass, setBy, clock } = manual(5_500)
  pass(1_000)
  setBy(7_200_000)
  pass(1_000)
  assert.deepEqual([clock.now(), jumps(), closed], [{ window: 7_207, offsetMs: 500 }, 1, [5, 6]])
  assert.deepEqual(steps, [[7, 7_207]])
  clock.stop()
})

test('a node that goes by its own clock waits where that is set back', () => {
  const { closed, jumps, pass, setBy, clock } = manual(100_000)
  pass(5_000)
  setBy(-3_000)
  let beforeMs = clock.nowMs()
  for (let passedMs = 0; passedMs < 20_000; passedMs += 100) {
    pass(100)
    assert.ok(clock.nowMs() >= beforeMs)
    beforeMs = clock.nowMs()
  }
  assert.deepEqual([clock.nowMs(), jumps()], [122_000, 1])
  assert.deepEqual(closed, [...new Set(closed)])
  clock.stop()
})
