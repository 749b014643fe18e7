import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { windowClock } from '../src/window-clock.ts'
import { systemClock } from '@peerwatch/model/system-clock'
import type { TestContext } from 'node:test'

const WINDOW_MS = 1_000

function manual(t: TestContext, startMs: number) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => {
    mock.timers.reset()
  })
  let nowMs = startMs
  const clock = windowClock(WINDOW_MS, { ...systemClock, nowMs: () => nowMs, monotonicMs: () => nowMs })
  const closed: number[] = []
  clock.onWindow(window => closed.push(window))
  clock.start()
  return {
    clock,
    closed,
    pass: (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        nowMs += 100
        mock.timers.tick(100)
      }
    }
  }
}

test('each window is told once, when it ends', t => {
  const { closed, pass, clock } = manual(t, 5_500)
  pass(3_000)
  assert.deepEqual(closed, [5, 6, 7])
  assert.deepEqual(clock.now(), { window: 8, offsetMs: 500 })
  clock.stop()
})

test('a clock that was far ahead goes on at once with the windows of the network', t => {
  const { closed, pass, clock } = manual(t, 3_600_500)
  pass(1_000)
  clock.follow(40, 200)
  pass(2_000)
  assert.deepEqual(closed, [3_600, 40, 41])
  clock.stop()
})

test('a clock that was behind skips the windows that it never saw', t => {
  const { closed, pass, clock } = manual(t, 5_500)
  clock.follow(100, 900)
  pass(200)
  assert.deepEqual(closed, [100])
  clock.stop()
})

test('a small step back announces no window twice', t => {
  const { closed, pass, clock } = manual(t, 5_900)
  pass(200)
  clock.follow(5, 950)
  pass(1_100)
  assert.deepEqual(closed, [5, 6])
  clock.stop()
})
