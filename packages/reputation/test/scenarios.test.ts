import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { honest, runSociety } from './support/society.ts'
import type { Cast, Conduct, Outcome, Tongue } from './support/society.ts'

const SEEDS = [1, 2, 3, 5]
const MISDEEDS_FROM = 1_010
const WINDOWS = 60
const NODES = 3
const DIMENSIONS = 2

function from(start: number, conduct: Conduct): Conduct {
  return (window, dimension, rng) => (window < start ? honest : conduct)(window, dimension, rng)
}

const corrupts: Conduct = (window, dimension, rng) => (dimension === 'integrity' ? { ok: 1, bad: 4 } : honest(window, dimension, rng))
const corruptsTenth: Conduct = (window, dimension, rng) => {
  if (dimension !== 'integrity') return honest(window, dimension, rng)
  const bad = [1, 2, 3, 4, 5].filter(() => rng() < 0.1).length
  return { ok: 5 - bad, bad }
}
const floods: Conduct = (window, dimension, rng) => (dimension === 'resource' ? { ok: 0, bad: 4 } : honest(window, dimension, rng))
const onOff: Conduct = (window, dimension, rng) => (window % 20 < 5 ? corrupts : honest)(window, dimension, rng)

const slandersP1: Tongue = (subject, seen) => (subject === 'p1' ? { counts: { ok: 0, bad: 20 }, cut: true } : { counts: seen, cut: false })

function cast(conduct: Record<string, Conduct>, tongues: Record<string, Tongue> = {}): Cast {
  return { conduct: new Map(Object.entries(conduct)), tongues: new Map(Object.entries(tongues)) }
}

function assertOnly(outcome: Outcome, evicted: readonly string[], withinWindows: number): void {
  assert.deepEqual([...outcome.evicted.keys()].toSorted(), evicted)
  for (const window of outcome.evicted.values()) assert.ok(window - MISDEEDS_FROM <= withinWindows, `after ${window - MISDEEDS_FROM} windows`)
}

suite('scenarios', () => {
  for (const seed of SEEDS) {
    test(`seed ${seed}: nobody is evicted where all are honest`, () => {
      assertOnly(runSociety(cast({}), WINDOWS, seed), [], 0)
    })

    test(`seed ${seed}: corrupter and flooder are evicted within four windows, and nobody else`, () => {
      const outcome = runSociety(cast({ p3: from(MISDEEDS_FROM, corrupts), p8: from(MISDEEDS_FROM, floods) }), WINDOWS, seed)
      assertOnly(outcome, ['p3', 'p8'], 4)
    })

    test(`seed ${seed}: who alters a tenth is evicted later`, () => {
      assertOnly(runSociety(cast({ p3: from(MISDEEDS_FROM, corruptsTenth) }), WINDOWS, seed), ['p3'], 45)
    })

    test(`seed ${seed}: who misbehaves in 5 windows of 20 is evicted`, () => {
      assertOnly(runSociety(cast({ p3: from(MISDEEDS_FROM, onOff) }), WINDOWS, seed), ['p3'], 25)
    })

    test(`R12: a peer that three neighbours slander is examined, acquitted and stays: seed ${seed}`, () => {
      const outcome = runSociety(cast({}, { p0: slandersP1, p12: slandersP1, p14: slandersP1 }), WINDOWS, seed)
      assertOnly(outcome, [], 0)
      const about = outcome.closed.filter(({ subject }) => subject === 'p1')
      assert.ok(about.length >= 3 && about.every(({ outcome: how }) => how === 'acquitted'), JSON.stringify(about))
      assert.ok(about.length <= NODES * DIMENSIONS * 4, 'it rests between examinations')
    })
  }
})

const about = (outcome: Outcome) => outcome.closed.filter(({ subject }) => subject === 'p1').map(({ outcome: how }) => how)

test('H9: an examiner that is late for long leaves looks to others; where all are late they look after all', () => {
  for (const seed of SEEDS) {
    const slander = cast({}, { p0: slandersP1, p12: slandersP1, p14: slandersP1 })
    const one = runSociety({ ...slander, overloaded: new Set(['t0']) }, WINDOWS, seed)
    const [late, others] = [one.looks.filter(({ by }) => by === 't0'), one.looks.filter(({ by }) => by !== 't0')]
    assert.ok(others.length > 0)
    for (const { subject, window } of late) {
      assert.ok(
        others.some(look => look.subject === subject && window - look.window >= 4 && window - look.window < 12),
        `t0 looks at ${subject} though nobody else had time to`
      )
    }
    assert.ok(about(one).length >= 3 && about(one).every(how => how === 'acquitted'), about(one).join())
    const all = runSociety({ ...slander, overloaded: new Set(['t0', 't1', 't2']) }, WINDOWS, seed)
    assert.ok(about(all).length >= 2 && about(all).every(how => how === 'acquitted'), about(all).join())
  }
})
