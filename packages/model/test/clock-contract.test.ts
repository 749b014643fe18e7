import assert from 'node:assert/strict'
import { mock, suite, test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../src/system-clock.ts'
import { manualClock } from '../src/testing.ts'
import type { CallOff, Clock } from '../src/index.ts'

/** One timer of a history: what it starts and whom it calls off when it runs. */
interface Step {
  readonly ms: number
  readonly starts: readonly Step[]
  /** The number of a timer started before, itself among them, as often as one likes. */
  readonly callsOff: number | undefined
}

interface Timer {
  readonly ms: number
  readonly dueAtMs: number
  callOff: CallOff
  isCalledOff: boolean
  ranAtMs: number[]
}

interface Played {
  readonly timers: readonly Timer[]
  /** Numbers of timers, in the order in which they ran. */
  readonly ran: readonly number[]
  /** Resolves once every timer has run or was called off. */
  readonly over: Promise<void>
}

const MOST_MS = 12
const steps = (depth: number): fc.Arbitrary<Step> =>
  fc.record({
    ms: fc.oneof(fc.integer({ min: -1, max: MOST_MS }), fc.double({ min: 0, max: MOST_MS, noNaN: true })),
    starts: depth === 0 ? fc.constant([]) : fc.array(steps(depth - 1), { maxLength: 3 }),
    callsOff: fc.option(fc.nat(30), { nil: undefined })
  })
const histories = fc.array(steps(2), { minLength: 1, maxLength: 8 })

/** Plays a history on a clock; throws where a timer runs within the call that starts it. */
function play(clock: Clock, history: readonly Step[]): Played {
  const timers: Timer[] = []
  const ran: number[] = []
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  let isWithinCall = false
  const endWhereOver = (): void => {
    if (timers.every(({ isCalledOff, ranAtMs }) => isCalledOff || ranAtMs.length > 0)) resolve()
  }
  const callOff = (timer: Timer): void => {
    timer.callOff()
    timer.isCalledOff ||= timer.ranAtMs.length === 0
  }
  const start = ({ ms, starts, callsOff }: Step): void => {
    const number = timers.length
    const timer: Timer = { ms, dueAtMs: clock.monotonicMs() + ms, callOff: () => {}, isCalledOff: false, ranAtMs: [] }
    timers.push(timer)
    isWithinCall = true
    timer.callOff = clock.after(ms, () => {
      if (isWithinCall) reject(new Error(`timer ${number} ran within a call`))
      timer.ranAtMs.push(clock.monotonicMs())
      ran.push(number)
      for (const step of starts) start(step)
      if (callsOff != null) callOff(timers[callsOff % timers.length]!)
      endWhereOver()
    })
    isWithinCall = false
  }
  for (const step of history) start(step)
  return { timers, ran, over }
}

/** What every clock owes. */
function checkContract({ timers, ran }: Played): void {
  for (const [number, { ms, dueAtMs, isCalledOff, ranAtMs }] of timers.entries()) {
    assert.equal(ranAtMs.length, isCalledOff ? 0 : 1, `timer ${number} of ${ms} ms, called off: ${isCalledOff}`)
    for (const atMs of ranAtMs) assert.ok(atMs >= dueAtMs, `timer ${number} of ${ms} ms ran ${dueAtMs - atMs} ms early`)
  }
  for (const [place, number] of ran.entries()) {
    const overtaken = ran.slice(place + 1).find(later => later < number && timers[later]!.ms === timers[number]!.ms)
    assert.equal(overtaken, undefined, `timer ${number} ran before ${overtaken}, which was started first with the same ms`)
  }
}

suite('what every clock owes: once, never early, never within the call, in order, not when called off', () => {
  test('the clock that is moved by hand, in whatever steps, which runs all in the order in which they fall due', () => {
    fc.assert(
      fc.property(histories, fc.double({ min: 0.5, max: 20, noNaN: true }), (history, stepMs) => {
        const clock = manualClock(1_000)
        const played = play(clock, history)
        for (let movedMs = 0; movedMs <= 3 * MOST_MS; movedMs += stepMs) clock.advance(stepMs)
        checkContract(played)
        assert.equal(clock.pendingCount(), 0)
        const atMs = played.ran.map(number => played.timers[number]!.ranAtMs[0]!)
        assert.deepEqual(
          atMs,
          played.ran.map(number => Math.max(played.timers[number]!.dueAtMs, ...startedAtMs(played, number)))
        )
        assert.deepEqual(
          atMs,
          atMs.toSorted((a, b) => a - b)
        )
      })
    )
  })

  test("the system's", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(histories, { minLength: 30, maxLength: 60 }), async many => {
        const all = many.map(history => play(systemClock, history))
        await Promise.all(all.map(async ({ over }) => over))
        // what was called off would have run by now
        await new Promise<void>(resolve => void systemClock.after(2 * MOST_MS, resolve))
        for (const played of all) checkContract(played)
      }),
      { numRuns: 4, endOnFailure: true }
    )
  })

  test("the system's waits as long as it is asked to where the platform's timers would run at once", t => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => {
      mock.timers.reset()
    })
    const dayMs = 24 * 3_600_000
    let ran = 0
    systemClock.after(100 * dayMs, () => ran++)
    const callOff = systemClock.after(100 * dayMs, () => assert.fail('it was called off'))
    systemClock.after(Infinity, () => assert.fail('eternity is over'))
    for (let day = 1; day < 100; day++) mock.timers.tick(dayMs)
    assert.equal(ran, 0)
    callOff()
    // a mocked timer that starts another one within a tick starts it at its end
    for (let part = 0; part < 5; part++) mock.timers.tick(dayMs)
    assert.equal(ran, 1)
  })
})

/** A timer with a negative `ms` is due when it is started. */
function startedAtMs({ timers }: Played, number: number): number[] {
  const { ms, dueAtMs } = timers[number]!
  return ms < 0 ? [dueAtMs - ms] : []
}
