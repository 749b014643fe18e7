import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { repeat } from '../src/index.ts'
import { manualClock } from '../src/testing.ts'

suite('a clock that is moved by hand', () => {
  test('timers run in the order in which they fall due, each at its own instant, those that they start too', () => {
    const clock = manualClock(1_000)
    const ran: [string, number][] = []
    const note = (what: string) => () => ran.push([what, clock.monotonicMs()])
    clock.after(20, note('second'))
    clock.after(10, () => {
      note('first')()
      clock.after(5, note('started by the first'))
    })
    clock.after(100, note('not yet'))
    clock.advance(50)
    assert.deepEqual(ran, [
      ['first', 1_010],
      ['started by the first', 1_015],
      ['second', 1_020]
    ])
    assert.equal(clock.pendingCount(), 1)
    assert.equal(clock.nextAtMs(), 1_100)
  })

  test('what was called off does not run', () => {
    const clock = manualClock()
    const callOff = clock.after(10, () => assert.fail('it ran'))
    callOff()
    clock.advance(20)
    assert.equal(clock.pendingCount(), 0)
  })

  test('setting the wall clock moves no timer', () => {
    const clock = manualClock()
    let ran = 0
    clock.after(10, () => ran++)
    clock.setBy(-3_600_000)
    assert.equal(clock.nowMs(), -3_600_000)
    clock.advance(10)
    assert.equal(ran, 1)
  })

  test('what repeats goes on until it is called off, from within too', () => {
    const clock = manualClock()
    let ran = 0
    const callOff = repeat(clock, 10, () => {
      if (++ran === 3) callOff()
    })
    clock.advance(100)
    assert.equal(ran, 3)
    assert.equal(clock.pendingCount(), 0)
  })
})
