import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { manualClock } from '@peerwatch/model/testing'
import { messages } from '@peerwatch/wire'
import { MemoryDatastore } from 'datastore-core'
import { windowClock } from '../../link/src/window-clock.ts'
import { until } from '../../link/test/support/core.ts'
import { TEST_WINDOW_MS, testRegistry } from './support/registry.ts'
import type { Clock } from '@peerwatch/model'

const WINDOW_MS = 1_000
const MOST_MS = 10 * WINDOW_MS

/** A machine whose process can be stopped: time goes on and timers do not run until later. */
function stoppable(): {
  readonly clock: Clock
  readonly advance: (ms: number) => void
  readonly stopFor: (ms: number) => void
  readonly suspendFor: (ms: number) => void
} {
  const time = manualClock(1_000_000)
  let stoppedMs = 0
  return {
    clock: { nowMs: () => time.nowMs() + stoppedMs, monotonicMs: () => time.monotonicMs() + stoppedMs, after: time.after },
    advance: time.advance,
    stopFor: ms => {
      stoppedMs += ms
    },
    suspendFor: time.setBy
  }
}

test('N5: silence counts anew from when a node is back that was stopped or asleep for a window or longer', () => {
  for (const away of ['stopFor', 'suspendFor'] as const) {
    const machine = stoppable()
    const windows = windowClock(WINDOW_MS, machine.clock)
    windows.start()
    const heardAtMs = machine.clock.monotonicMs()
    const isSilent = (): boolean => heardAtMs < windows.silentBeforeMs(MOST_MS)
    machine.advance(9 * WINDOW_MS)
    machine[away](100 * WINDOW_MS)
    assert.equal(isSilent(), false, `${away}: at once when it is back, before any timer`)
    machine.advance(9 * WINDOW_MS)
    assert.equal(isSilent(), false, away)
    machine.advance(2 * WINDOW_MS)
    assert.equal(isSilent(), true, `${away}: nobody is kept for ever`)
    windows.stop()
  }
})

test('a node that is late by less than a window, or whose clock is set back, keeps nobody longer', () => {
  const machine = stoppable()
  const windows = windowClock(WINDOW_MS, machine.clock)
  windows.start()
  const heardAtMs = machine.clock.monotonicMs()
  for (let round = 0; round < 15; round++) {
    machine.advance(WINDOW_MS / 2)
    machine.stopFor(WINDOW_MS / 4)
    machine.suspendFor(-WINDOW_MS)
  }
  assert.equal(heardAtMs < windows.silentBeforeMs(MOST_MS), true)
  windows.stop()
})

test('it is noticed too where a follower takes over the windows of another before its own timer runs', () => {
  const machine = stoppable()
  const windows = windowClock(WINDOW_MS, machine.clock)
  windows.start()
  const heardAtMs = machine.clock.monotonicMs()
  machine.stopFor(100 * WINDOW_MS)
  windows.steer(windows.aheadMs(), 'whole')
  assert.equal(heardAtMs < windows.silentBeforeMs(MOST_MS), false)
  windows.stop()
})

test('N6: a seed that was stopped for longer than a registration lasts drops nobody when it is back, and signs no stamp anew', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  let stoppedMs = 0
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + stoppedMs, monotonicMs: () => systemClock.monotonicMs() + stoppedMs }
  const expiry = { expiryWindows: 20, expiryLeastMs: 20 * TEST_WINDOW_MS }
  const seed = await registry.seed(0, { clock, options: expiry })
  const [ann, gone] = await Promise.all([registry.peer(), registry.peer()])
  const listed = (): string[] => seed.server.status().peers.map(({ peer }) => peer)
  await until(() => [ann, gone].every(({ client }) => client.state().state === 'registered'), 'both are registered')
  const stamp = Buffer.from(ann.client.stamp()!)
  await gone.kill()

  stoppedMs += 3_600_000
  const { window } = seed.core.windows.now()
  await until(() => seed.core.windows.now().window >= window + 3, 'three windows after it is back')
  assert.deepEqual(listed().toSorted(), [ann.self, gone.self].toSorted(), 'it heard nobody: that is no silence')
  await until(() => !listed().includes(gone.self), 'who stays silent expires')
  assert.deepEqual(listed(), [ann.self])
  assert.deepEqual(Buffer.from(ann.client.stamp()!), stamp)
  assert.deepEqual([seed.faults, seed.left, ann.left], [[], [], []])
})

test('G81: a seed whose clock was ahead stamps anew, of the window in which a peer came, once its time is right', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const seed = await registry.seed(0)
  const { windows } = seed.core
  const rightMs = windows.aheadMs()
  windows.steer(rightMs + 1_000 * TEST_WINDOW_MS, 'whole')
  const cameIn = (): number => Math.floor((systemClock.monotonicMs() + rightMs) / TEST_WINDOW_MS)
  const notBefore = cameIn()
  const ann = await registry.peer()
  await until(() => ann.client.state().state === 'registered', 'it is registered')
  const notAfter = cameIn()
  const firstWindow = (): number => messages.stamp.decode(messages.signed.decode(ann.client.stamp()!).payload).firstWindow
  assert.ok(firstWindow() >= notBefore + 1_000)
  windows.steer(rightMs, 'whole')
  await until(() => firstWindow() < notBefore + 1_000, 'it has a new stamp')
  assert.ok(firstWindow() >= notBefore && firstWindow() <= notAfter, `${notBefore} ${firstWindow()} ${notAfter}`)
})

test('a seed that was down for days takes up its registry where it was', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const datastore = new MemoryDatastore()
  const seed = await registry.seed(0, { datastore })
  const ann = await registry.peer()
  await until(() => ann.client.state().state === 'registered', 'it is registered')
  await seed.stop()
  const days = 3 * 24 * 3_600_000
  const later: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + days }
  const back = await registry.seed(0, { datastore, clock: later })
  assert.deepEqual(
    back.server.status().peers.map(({ peer }) => peer),
    [ann.self]
  )
})
