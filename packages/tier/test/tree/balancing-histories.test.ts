import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evened } from '../support/balancing-tier.ts'
import type { Evened, History } from '../support/balancing-tier.ts'

const SEEDS = [1, 2]
const LAN = 10_000
const PUBLIC = 60_000
const REAL: History = { seconds: 600, windowMs: LAN, starts: 'random', comes: 'in bursts', latencyMs: 400, lost: 0, dying: 0, stuck: 0 }
/** Of the goal for real nodes. */
const EVEN = 1.25

async function histories(given: Partial<History>): Promise<Evened[]> {
  return Promise.all(SEEDS.map(async seed => evened(seed, { ...REAL, ...given })))
}

function told(runs: readonly Evened[]): string {
  return JSON.stringify(
    runs.map(({ ratios, ...rest }) => ({ ...rest, ratios: ratios.map(({ atMs, ratio }) => `${Math.round(atMs / 1000)} s ${ratio.toFixed(2)}`) }))
  )
}

function lastOf({ ratios }: Evened): number {
  return ratios.at(-1)!.ratio
}

test('T110: from random starts the heaviest of 15 nodes ends near the mean, though reports come in bursts, answers are late or lost and nodes die with a cut in hand', async () => {
  for (const given of [{}, { windowMs: PUBLIC, seconds: 1_200 }, { latencyMs: 2_000, lost: 0.001, dying: 0.1, seconds: 900 }]) {
    const runs = await histories(given)
    assert.ok(
      runs.every(run => lastOf(run) <= EVEN && run.ratios[0]!.ratio > 2),
      told(runs)
    )
    assert.ok(given.dying == null || runs.some(({ died }) => died > 0), `nobody died: ${told(runs)}`)
  }
})

test('T111: nodes with equal loads move nothing, though reports come in bursts and each knows the loads of another moment', async () => {
  for (const windowMs of [LAN, PUBLIC]) {
    const runs = await histories({ starts: 'level', windowMs, seconds: (30 * windowMs) / 1_000 })
    assert.ok(
      runs.every(({ moves }) => moves === 0),
      told(runs)
    )
  }
})

test('T113: nodes that cannot move hold up no others, whose moves help less', async () => {
  const runs = await histories({ stuck: 3 })
  assert.ok(
    runs.every(run => run.moves >= 8 && lastOf(run) < 0.8 * run.ratios[0]!.ratio),
    told(runs)
  )
})
