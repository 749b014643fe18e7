import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { manualClock } from '@peerwatch/model/testing'
import fc from 'fast-check'
import { backOff } from '../src/back-off.ts'

const LEAST_MS = 500
const MOST_MS = 15_000

/** One life of a link: it fails at once, or it opens and ends after so long. */
const lives = fc.array(fc.option(fc.integer({ min: 0, max: 4 * MOST_MS }), { nil: undefined }), { minLength: 1, maxLength: 40 })

/** The pauses after each of these lives, and whether it was long enough to count. */
function pausesOf(history: readonly (number | undefined)[], seed: number): { readonly pauseMs: number; readonly lived: boolean }[] {
  const clock = manualClock(1_000)
  const tries = backOff({ clock, rng: seededRng(seed) }, { leastMs: LEAST_MS, mostMs: MOST_MS })
  return history.map(openForMs => {
    if (openForMs != null) tries.opened()
    clock.advance(openForMs ?? 0)
    const pauseMs = tries.pauseMs()
    clock.advance(pauseMs)
    return { pauseMs, lived: (openForMs ?? 0) > MOST_MS }
  })
}

suite('a back-off over any history of links', () => {
  test('every pause is within its bounds, half of it by chance', () => {
    fc.assert(
      fc.property(lives, fc.integer(), (history, seed) => {
        let wholeMs = LEAST_MS
        for (const { pauseMs, lived } of pausesOf(history, seed)) {
          if (lived) wholeMs = LEAST_MS
          assert.ok(pauseMs >= wholeMs / 2 && pauseMs < wholeMs, `${pauseMs} of ${wholeMs}`)
          wholeMs = Math.min(2 * wholeMs, MOST_MS)
        }
      })
    )
  })

  test('N1: pauses only grow until a link has lived, however often it opens', () => {
    fc.assert(
      fc.property(lives, fc.integer(), (history, seed) => {
        const told = pausesOf(history, seed)
        for (const [at, { pauseMs, lived }] of told.entries()) {
          const before = told[at - 1]?.pauseMs ?? 0
          // at the longest only chance is left
          assert.ok(lived || pauseMs >= Math.min(before, MOST_MS / 2), `${pauseMs} after ${before}`)
        }
      })
    )
  })

  test('two that take a link from each other do so ever more rarely', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const clock = manualClock()
        const sides = [seed, seed + 1].map(one => backOff({ clock, rng: seededRng(one) }, { leastMs: LEAST_MS, mostMs: MOST_MS }))
        let takeovers = 0
        const take = (at: number): void => {
          const [mine, others] = [sides[at]!, sides[1 - at]!]
          takeovers++
          mine.opened()
          clock.after(others.pauseMs(), () => {
            take(1 - at)
          })
        }
        take(0)
        clock.advance(10 * 60_000)
        // 11 while the pauses grow, and from then on one in a pause of 7.5 to 15 s
        assert.ok(takeovers <= 11 + 600 / 7.5, `${takeovers}`)
      })
    )
  })

  test('what lived is tried again at once, and what opens twice in a row counts from the first time', () => {
    const clock = manualClock()
    const tries = backOff({ clock, rng: () => 0.999 }, { leastMs: LEAST_MS, mostMs: MOST_MS })
    for (const _ of [1, 2, 3, 4]) tries.pauseMs()
    tries.opened()
    clock.advance(MOST_MS)
    tries.opened()
    clock.advance(1)
    assert.ok(tries.pauseMs() < LEAST_MS)
  })
})
