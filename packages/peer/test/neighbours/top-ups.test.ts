import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import fc from 'fast-check'
import { topUps } from '../../src/neighbours/top-ups.ts'
import type { Core } from '@peerwatch/link'

const WINDOW_MS = 10_000
const SOON_MS = 50
const LEAST_MS = 1_000
const MOST_MS = 3 * WINDOW_MS

type Ending = 'somewhere' | 'nowhere' | 'fails'

/** Attempts that end when the test says so. */
function scene(seed: number) {
  const clock = manualClock(1_000)
  const begunAtMs: number[] = []
  let underWay: PromiseWithResolvers<boolean> | undefined
  const core = { clock, rng: seededRng(seed), windows: { windowMs: WINDOW_MS } } as unknown as Core
  let errors = 0
  const made = topUps(core, {
    attempt: async () => {
      assert.equal(underWay, undefined, 'one at a time')
      begunAtMs.push(clock.monotonicMs())
      underWay = Promise.withResolvers<boolean>()
      return underWay.promise
    },
    onError: () => errors++
  })
  return {
    ...made,
    clock,
    begunAtMs,
    errors: () => errors,
    isUnderWay: () => underWay != null,
    end: async (how: Ending): Promise<void> => {
      const ended = underWay
      underWay = undefined
      if (how === 'fails') ended?.reject(new Error('no seed'))
      else ended?.resolve(how === 'somewhere')
      await new Promise(setImmediate)
    }
  }
}

type Step = { readonly does: 'wait'; readonly ms: number } | { readonly does: 'change' | 'start' | 'stop' } | { readonly does: 'end'; readonly how: Ending }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.oneof(fc.nat(60), fc.nat(2 * MOST_MS)) }) },
    { weight: 4, arbitrary: fc.constant<Step>({ does: 'change' }) },
    { weight: 6, arbitrary: fc.record({ does: fc.constant('end' as const), how: fc.constantFrom<Ending>('somewhere', 'nowhere', 'nowhere', 'fails') }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ does: 'stop' }, { does: 'start' }, { does: 'start' }) }
  ),
  { maxLength: 60, size: 'max' }
)

/** The pause that follows the end of an attempt: where it led nowhere it grows, until something has worked for longer than the longest pause. */
class Pauses {
  wholeMs = LEAST_MS
  worksSinceMs = Infinity

  after(how: Ending, atMs: number): { readonly leastMs: number; readonly mostMs: number } {
    if (how === 'somewhere') {
      this.worksSinceMs = Math.min(this.worksSinceMs, atMs)
      return { leastMs: WINDOW_MS / 2, mostMs: WINDOW_MS / 2 }
    }
    if (atMs - this.worksSinceMs > MOST_MS) this.wholeMs = LEAST_MS
    this.worksSinceMs = Infinity
    const mostMs = this.wholeMs
    this.wholeMs = Math.min(2 * mostMs, MOST_MS)
    return { leastMs: mostMs / 2, mostMs }
  }
}

test('through any history attempts come one at a time, pause longer while they lead nowhere, and soon after each change, however many follow', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (history, seed) => {
      const { clock, begunAtMs, isUnderWay, end, soon, start, stop, errors } = scene(seed)
      const pauses = new Pauses()
      let isRunning = false
      let failed = 0
      /** What no attempt has looked at that began later. */
      let hasChanged = false
      /** When the next attempt has to begin, where none is under way. */
      let dueAtMs = Infinity
      for (const step of [{ does: 'start' } as const, ...history]) {
        const nowMs = clock.monotonicMs()
        const begun = begunAtMs.length
        if (step.does === 'wait') clock.advance(step.ms)
        if (step.does === 'stop') stop()
        if (step.does === 'start' && !isRunning) {
          start()
          dueAtMs = nowMs
        }
        if (step.does === 'start' || step.does === 'stop') isRunning = step.does === 'start'
        if (step.does === 'change') {
          soon()
          hasChanged = true
          dueAtMs = Math.min(dueAtMs, nowMs + SOON_MS)
        }
        if (step.does === 'end' && isUnderWay()) {
          await end(step.how)
          if (step.how === 'fails') failed++
          const { leastMs, mostMs } = pauses.after(step.how, nowMs)
          dueAtMs = nowMs + (hasChanged ? SOON_MS : mostMs)
          if (isRunning && !hasChanged) assert.ok(clock.nextAtMs()! >= nowMs + leastMs, `a pause of ${clock.nextAtMs()! - nowMs} and not of ${leastMs} ms`)
        }
        if (begunAtMs.length > begun) hasChanged = false
        assert.ok(begunAtMs.length === begun || isRunning, 'what is stopped tries nothing')
        assert.equal(errors(), failed)
        if (!isRunning) assert.equal(clock.pendingCount(), 0, 'nothing is left to do')
        else if (!isUnderWay()) assert.ok(clock.nextAtMs()! <= dueAtMs, `the next attempt comes at ${clock.nextAtMs()}, and not by ${dueAtMs}`)
      }
    }),
    { numRuns: 300 }
  )
})

test('who comes and goes all the time puts no attempt off', async () => {
  const { clock, begunAtMs, end, soon, start } = scene(1)
  start()
  clock.advance(0)
  await end('nowhere')
  for (let times = 0; times < 100; times++) {
    soon()
    clock.advance(SOON_MS - 10)
  }
  assert.ok(begunAtMs.length > 1)
})
