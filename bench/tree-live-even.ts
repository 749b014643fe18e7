import { placeAt } from '../packages/trust-tree/test/balance-model.ts'
import { atMost, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { liveReporters, liveTier, somePeers } from './live-tier.ts'
import type { BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'

const TRUSTED = 15
const SUBJECTS = 2_000
const REPORTERS = 64
const DEGREE = 32
const PRESET = 'lan'
const LIMIT = 1.25
/** Rounds are shorter than windows, and on a busy machine longer: reports are neither early nor late for half an hour. */
const FIRST_BEFORE = 180
/** As many reports as all reporters have for one window, in this time: some 500 a second. */
const ROUND_MS = 4_000
const WITHIN_MS = 8 * 60_000

/** How even 15 real trusted nodes make their loads by themselves, while reports flow, from starts at random; and how long that takes. */
export async function even(context: BenchContext): Promise<Figure[]> {
  const { quick, rng, say } = context
  const tier = await liveTier(context, { trusted: TRUSTED, preset: PRESET, maxDegree: DEGREE, starts: Array.from({ length: TRUSTED }, () => placeAt(rng)) })
  const subjects = await somePeers(SUBJECTS)
  const load = await liveReporters(tier, { count: REPORTERS, subjects, degree: DEGREE, windows: 0, firstBefore: FIRST_BEFORE })
  /** Subjects per node: each brings as many reports. */
  const ratio = async (): Promise<number> => {
    const owners = await tier.trusted[0]!.worker.call('ownerOf', { subjects })
    const counts = new Map<string, number>()
    for (const owner of owners) counts.set(owner!, (counts.get(owner!) ?? 0) + 1)
    return (Math.max(...counts.values()) * TRUSTED) / subjects.length
  }
  const start = await ratio()
  const startedMs = performance.now()
  const endMs = startedMs + (quick ? 60_000 : WITHIN_MS)
  let now = start
  while (now > LIMIT && performance.now() < endMs) {
    const roundMs = performance.now()
    await load.call('signMore', { windows: 1 })
    const { answers } = await load.call('sendReports', { each: DEGREE })
    if (answers['stored'] !== REPORTERS * DEGREE) say(`answers: ${JSON.stringify(answers)}`)
    const before = now
    now = await ratio()
    if (now !== before) say(`${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${now.toFixed(2)}`)
    await sleep(Math.max(0, ROUND_MS - (performance.now() - roundMs)))
  }
  const seconds = (performance.now() - startedMs) / 1000
  const name = `tree: ${TRUSTED} real nodes, heaviest over mean`
  return [
    // a minute is too short for any limit
    quick ? shown(name, '×', [now]) : atMost(name, '×', LIMIT, [now]),
    shown(`tree: ${TRUSTED} real nodes, heaviest over mean at first`, '×', [start]),
    shown(`tree: ${TRUSTED} real nodes, time to get there`, 's', [seconds])
  ]
}
