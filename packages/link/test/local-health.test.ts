import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRESETS } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import { localHealth, MOST_FACTOR, OVERLOADED_AFTER_WINDOWS } from '../src/local-health.ts'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Health, LocalHealth } from '../src/local-health.ts'

const preset = PRESETS.demo

interface Watched {
  readonly clock: ManualClock
  readonly health: LocalHealth
  readonly told: Health[]
}

function watched(): Watched {
  const clock = manualClock()
  const told: Health[] = []
  const health = localHealth({ clock, preset, onChange: change => told.push(change) })
  health.start()
  return { clock, health, told }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

test('H1: time-outs widen with lateness, eightfold at most, and narrow again', () => {
  const { clock, health, told } = watched()
  clock.advance(10_000)
  assert.deepEqual([health.lateMs(), health.lostMs(), health.stretched(300)], [0, 0, 300])
  clock.standStill(600)
  assert.equal(health.state(), 'late')
  assert.ok(health.stretched(1) > 1.5 && health.stretched(1) < 2.3, `${health.stretched(1)}`)
  let seenFirst = 0
  // due before this node's own look at the loop
  clock.after(1, () => {
    seenFirst = health.stretched(1)
  })
  clock.standStill(60_000)
  assert.equal(seenFirst, MOST_FACTOR)
  assert.equal(health.now().factor, MOST_FACTOR)
  assert.equal(health.stretched(300), 300 * MOST_FACTOR)
  clock.advance(60_000)
  assert.ok(health.stretched(1) < 1.01)
  assert.deepEqual(
    told.map(({ state }) => state),
    ['late', 'well'],
    'to stand still twice is no overload'
  )
  assert.equal(health.state(), 'well')
})

test('H2: jitter of the loop adds up to no time lost', () => {
  const { clock, health, told } = watched()
  for (let turn = 0; turn < 1_000; turn++) clock.standStill(40)
  assert.deepEqual([health.lostMs(), told], [0, []])
})

test('H3: only who is late for many windows without a pause is overloaded, and that is told once', () => {
  const { clock, health, told } = watched()
  const late = (windows: number): void => {
    for (let passedMs = 0; passedMs < windows * preset.windowMs; passedMs += 1_600) {
      clock.standStill(800)
      clock.advance(800)
    }
  }
  late(OVERLOADED_AFTER_WINDOWS - 1)
  assert.equal(health.state(), 'late')
  clock.advance(60_000)
  late(OVERLOADED_AFTER_WINDOWS - 1)
  assert.deepEqual(
    told.map(({ state }) => state),
    ['late', 'well', 'late']
  )
  late(OVERLOADED_AFTER_WINDOWS)
  assert.deepEqual(
    told.map(({ state }) => state),
    ['late', 'well', 'late', 'overloaded']
  )
})

test('H4: a time-out gives back what was lost while it ran, and ends for all that', () => {
  const { clock, health } = watched()
  let ended = 0
  health.after(1_000, () => ended++)
  clock.standStill(5_000)
  assert.equal(ended, 0, 'whatever timer runs first')
  clock.advance(990)
  assert.equal(ended, 0)
  clock.advance(20)
  assert.equal(ended, 1)

  // the loop stands still again and again: eight times as long in good time, then it is over
  clock.advance(60_000)
  health.after(1_000, () => ended++)
  let still = 0
  const isOver = (): boolean => ended > 1
  for (; !isOver() && still < 100; still++) clock.standStill(1_500)
  assert.equal(ended, 2)
  assert.ok(still > 2 && still <= 2 * MOST_FACTOR, `${still}`)
})

test('H5: what was called off never runs, given back or not', () => {
  const { clock, health } = watched()
  const callOff = health.after(1_000, () => assert.fail('called off'))
  clock.standStill(5_000)
  callOff()
  clock.advance(60_000)
})

test('H6: what failed while this node was late is tried again before it counts, and what failed on time is not', async () => {
  const { clock, health } = watched()
  let attempts = 0
  const late = health.fairly(1_000, async () => {
    if (++attempts === 1) clock.standStill(5_000)
    return attempts > 1
  })
  assert.deepEqual([await late, attempts], [true, 2])
  clock.advance(60_000)
  const onTime = health.fairly(1_000, async () => {
    attempts++
    clock.advance(1_000)
    return false
  })
  assert.deepEqual([await onTime, attempts], [false, 3])
})

test('H7: a node that is always late still finds its dead', async () => {
  const { clock, health } = watched()
  let attempts = 0
  const found = await health.fairly(1_000, async () => {
    attempts++
    clock.standStill(2_000)
    clock.advance(1_000)
    return false
  })
  assert.equal(found, false)
  assert.ok(attempts > 1 && attempts <= MOST_FACTOR, `${attempts}`)
})

test('H8: where this node stood still, what came in meanwhile is read before anything is settled', async () => {
  const { clock, health } = watched()
  const order: string[] = []
  health.settled(() => order.push('on time'))
  setImmediate(() => order.push('read'))
  clock.after(1_000, () => {
    health.settled(() => order.push('settled'))
  })
  clock.standStill(5_000)
  order.push('timers')
  await turns()
  assert.deepEqual(order, ['on time', 'timers', 'read', 'settled'])
  health.settled(() => order.push('on time again'))
  assert.equal(order.at(-1), 'on time again')
})
