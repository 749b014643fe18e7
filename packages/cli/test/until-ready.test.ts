import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@peerwatch/model/testing'
import { untilReady, waitsFor } from '../src/until-ready.ts'
import type { ReadyView } from '@peerwatch/node/node-view'

test('C90: a node that does not take part says so after 2 s and then counts, ever more seldom; that it takes part is said once, and only then', () => {
  const clock = manualClock()
  const told: string[] = []
  let view: ReadyView = { ready: false, reason: 'registered at no seed' }
  untilReady({
    clock,
    readiness: () => view,
    onReady: afterMs => told.push(`ready ${afterMs}`),
    onWaiting: (afterMs, reason) => told.push(`${afterMs} ${reason}`)
  })
  clock.advance(1_900)
  assert.deepEqual(told, [])
  clock.advance(200_000)
  assert.deepEqual(
    told,
    [2, 4, 8, 16, 32, 64, 124, 184].map(seconds => `${seconds}000 registered at no seed`)
  )
  view = { ready: false, reason: 'records of others are still being fetched' }
  clock.advance(60_000)
  assert.equal(told.pop(), '244000 records of others are still being fetched')
  view = { ready: true }
  clock.advance(100)
  assert.equal(told.pop(), 'ready 262000')
  clock.advance(300_000)
  assert.equal(told.length, 8)
})

test('a node that takes part at once says nothing of waiting, and one that ends before it does says nothing more', () => {
  const clock = manualClock()
  const told: string[] = []
  const tell = { onReady: () => told.push('ready'), onWaiting: () => told.push('waiting') }
  untilReady({ clock, readiness: () => ({ ready: true }), ...tell })
  assert.deepEqual(told, ['ready'])
  const end = untilReady({ clock, readiness: () => ({ ready: false }), ...tell })
  end()
  clock.advance(10_000)
  assert.deepEqual(told, ['ready'])
})

test('C143: a node that takes part no more says so and counts, and says when it does again; of a moment nothing is said', () => {
  const clock = manualClock()
  const told: string[] = []
  let view: ReadyView = { ready: true }
  untilReady({
    clock,
    readiness: () => view,
    onReady: afterMs => told.push(`ready ${afterMs}`),
    onWaiting: (afterMs, reason, isAgain) => told.push(`${afterMs} ${reason}${isAgain ? ', again' : ''}`)
  })
  clock.advance(60_000)
  assert.deepEqual(told, ['ready 0'])
  view = { ready: false, reason: 'registered at no seed' }
  clock.advance(10_500)
  assert.deepEqual(told.slice(1), ['2000 registered at no seed, again', '4000 registered at no seed, again', '8000 registered at no seed, again'])
  view = { ready: true }
  clock.advance(100)
  assert.match(told.at(-1)!, /^ready /)
  const count = told.length
  view = { ready: false, reason: 'registered at no seed' }
  clock.advance(3_000)
  view = { ready: true }
  clock.advance(60_000)
  assert.equal(told.length, count)
})

test('of a node that is evicted it is not said that no seed answers', () => {
  const reason = 'evicted until 12:00Z'
  assert.equal(waitsFor(reason, { isAlone: true, isEvicted: true, isAgain: true }), reason)
  assert.equal(waitsFor(reason, { isAlone: false, isEvicted: false, isAgain: true }), reason)
  assert.match(waitsFor(reason, { isAlone: true, isEvicted: false, isAgain: true }), /no seed answers any more/)
  assert.match(waitsFor(reason, { isAlone: true, isEvicted: false, isAgain: false }), /no seed has answered yet/)
})
