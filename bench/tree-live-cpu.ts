import { atMost, ratios, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { liveReporters, liveTier, somePeers } from './live-tier.ts'
import { stopWorkers } from './workers.ts'
import type { BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'
import type { LiveTier } from './live-tier.ts'
import type { Worker } from './workers.ts'

/** Tiers that are measured in turns; others would only take the machine. */
const SIZES = [[2, 8], [4], [15]]
const REPORTERS = 64
const SUBJECTS = 1_000
const DEGREE = 16
/** Windows of reports in one run. */
const RUN_WINDOWS = 6
const IDLE_MS = 4_000
/** Long windows, so that none becomes too old while we measure. */
const PRESET = 'public'

interface Sized {
  readonly size: number
  readonly tier: LiveTier
  readonly load: Worker
}

interface Cost {
  /** CPU of the tier per acknowledged report, in ms, without what it takes when idle. */
  readonly perReportMs: number
  /** The busiest node's share, in shares of one of `size`. */
  readonly busiest: number
}

function less(after: readonly number[], before: readonly number[]): number[] {
  return after.map((value, index) => value - before[index]!)
}

async function measured({ size, tier, load }: Sized): Promise<Cost> {
  await load.call('signMore', { windows: RUN_WINDOWS })
  const atRest = await tier.cpuMs()
  await sleep(IDLE_MS)
  const idle = less(await tier.cpuMs(), atRest).map(ms => ms / IDLE_MS)
  const before = await tier.cpuMs()
  const each = RUN_WINDOWS * DEGREE
  const { elapsedMs, answers } = await load.call('sendReports', { each })
  const total = REPORTERS * each
  if (answers['stored'] !== total) throw new Error(`not all of ${total} reports were stored: ${JSON.stringify(answers)}`)
  const used = less(await tier.cpuMs(), before).map((ms, index) => Math.max(0, ms - idle[index]! * elapsedMs))
  const all = used.reduce((sum, ms) => sum + ms, 0)
  return { perReportMs: all / total, busiest: (Math.max(...used) / all) * size }
}

/** So many runs of each of these sizes, in turns; the first warms up. */
async function costsOf(context: BenchContext, sizes: readonly number[], runs: number): Promise<[size: number, costs: Cost[]][]> {
  const subjects = await somePeers(SUBJECTS)
  const tiers: Sized[] = []
  for (const size of sizes) {
    const tier = await liveTier(context, { trusted: size, preset: PRESET })
    tiers.push({ size, tier, load: await liveReporters(tier, { count: REPORTERS, subjects, degree: DEGREE, windows: 0 }) })
  }
  const costs: [number, Cost[]][] = sizes.map(size => [size, []])
  for (let run = 0; run <= runs; run++) {
    for (const [index, each] of tiers.entries()) {
      const cost = await measured(each)
      context.say(
        `${run === 0 ? 'warm-up' : `run ${run}`}: T = ${each.size}, ${cost.perReportMs.toFixed(2)} ms of CPU per report, busiest ${cost.busiest.toFixed(2)} × its part`
      )
      if (run > 0) costs[index]![1].push(cost)
    }
  }
  await stopWorkers()
  return costs
}

/** What an acknowledged report costs all trusted nodes together, as there are more of them, and how evenly it falls on them. */
export async function cpu(context: BenchContext): Promise<Figure[]> {
  const runs = context.quick ? 1 : 5
  const costs = new Map<number, Cost[]>()
  for (const sizes of SIZES) for (const [size, found] of await costsOf(context, sizes, runs)) costs.set(size, found)
  const perReport = (size: number): number[] => costs.get(size)!.map(({ perReportMs }) => perReportMs)
  const busiest = (size: number): number[] => costs.get(size)!.map(cost => cost.busiest)
  return [
    atMost('tree: CPU per report, T = 8 of T = 2', '×', 1.7, ratios(perReport(8), perReport(2))),
    ...[4, 8, 15].map(size => atMost(`tree: busiest node’s CPU of the mean, T = ${size}`, '×', 1.25, busiest(size))),
    ...SIZES.flat().map(size => shown(`tree: CPU per report, T = ${size}`, 'ms', perReport(size)))
  ]
}
