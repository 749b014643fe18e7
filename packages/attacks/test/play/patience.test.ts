import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { patience } from '../../src/play/patience.ts'
import type { Patience } from '../../src/play/patience.ts'

const WINDOW_MS = 2_000
const HOSTS = ['a', 'b', 'c']

function waiting(): { readonly clock: ReturnType<typeof manualClock>; readonly patience: Patience } {
  const clock = manualClock()
  const sinceMs = clock.monotonicMs()
  const made = patience({ windowMs: WINDOW_MS, goodWindows: 3, mostMs: 60_000, elapsedMs: () => clock.monotonicMs() - sinceMs })
  made.restart(HOSTS)
  return { clock, patience: made }
}

/** All hosts close these windows, each so late. */
function close({ closed }: Patience, windows: readonly number[], lateMs = 10, hosts: readonly string[] = HOSTS): void {
  for (const window of windows) for (const host of hosts) closed(host, window, lateMs)
}

test('patience ends after so many windows that every host closed within half a window of their end', () => {
  const { patience: made } = waiting()
  // the first began before it
  close(made, [1, 2, 3], WINDOW_MS / 2)
  assert.deepEqual([made.counts(), made.state()], [{ good: 2, late: 0 }, 'waiting'])
  close(made, [4])
  assert.deepEqual([made.counts(), made.state()], [{ good: 3, late: 0 }, 'worn-out'])
})

test('windows that one host closed late, or not at all, do not count', () => {
  const { patience: made } = waiting()
  close(made, [1, 2])
  close(made, [3, 4], 10, ['a', 'b'])
  made.closed('c', 3, WINDOW_MS / 2 + 1)
  close(made, [5])
  assert.deepEqual([made.counts(), made.state()], [{ good: 2, late: 2 }, 'waiting'])
})

test('the window that is being closed is neither good nor late', () => {
  const { patience: made } = waiting()
  close(made, [1, 2])
  close(made, [3], 10, ['a'])
  assert.deepEqual(made.counts(), { good: 1, late: 0 })
})

test('a machine that is late is waited for until the time is over', () => {
  const { clock, patience: made } = waiting()
  for (let window = 1; window < 30; window++) close(made, [window], WINDOW_MS)
  clock.advance(59_999)
  assert.equal(made.state(), 'waiting')
  clock.advance(1)
  assert.deepEqual([made.counts().good, made.state()], [0, 'too-busy'])
})

test('patience begins anew for what comes next, and counts hosts that are waited for only', () => {
  const { patience: made } = waiting()
  close(made, [1, 2, 3, 4])
  made.restart(['a'])
  made.closed('stranger', 9, 0)
  assert.deepEqual([made.counts(), made.state()], [{ good: 0, late: 0 }, 'waiting'])
  close(made, [5, 6], 10, ['a'])
  assert.equal(made.counts().good, 1)
})
