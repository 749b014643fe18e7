import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { windowClock } from '../src/window-clock.ts'

const WINDOW_MS = 1_000

function manual(startMs: number) {
  const time = manualClock(startMs)
  const clock = windowClock(WINDOW_MS, time)
  const closed: number[] = []
  clock.onWindow(window => closed.push(window))
  clock.start()
  return { clock, closed, pass: time.advance }
}

test('each window is told once, when it ends', () => {
  const { closed, pass, clock } = manual(5_500)
  pass(3_000)
  assert.deepEqual(closed, [5, 6, 7])
  assert.deepEqual(clock.now(), { window: 8, offsetMs: 500 })
  clock.stop()
})

test('a clock that was far ahead goes on at once with the windows of the network', () => {
  const { closed, pass, clock } = manual(3_600_500)
  pass(1_000)
  clock.follow(40, 200)
  pass(2_000)
  assert.deepEqual(closed, [3_600, 40, 41])
  clock.stop()
})

test('a clock that was behind skips the windows that it never saw', () => {
  const { closed, pass, clock } = manual(5_500)
  clock.follow(100, 900)
  pass(200)
  assert.deepEqual(closed, [100])
  clock.stop()
})

test('a small step back announces no window twice', () => {
  const { closed, pass, clock } = manual(5_900)
  pass(200)
  clock.follow(5, 950)
  pass(1_100)
  assert.deepEqual(closed, [5, 6])
  clock.stop()
})
