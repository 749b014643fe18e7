import { seededRng } from '@peerwatch/model'
import { balanced } from '../packages/trust-tree/test/balance-model.ts'
import { atLeast } from './figure.ts'
import { ingest } from './ingest.ts'
import { deaths } from './tree-death.ts'
import { cpu } from './tree-live-cpu.ts'
import { even } from './tree-live-even.ts'
import { queries } from './tree-live-query.ts'
import { recordFigures } from './tree-records.ts'
import { scaleFigures } from './tree-scale.ts'
import { stopWorkers } from './workers.ts'
import type { Benchmark, BenchContext, Run } from './benchmark.ts'
import type { Figure } from './figure.ts'

const SEEDS = 10
const PEERS = 10_000
/** As though the pepper had leaked: so many peers have ids that lie in 1/1024 of the key space. */
const GROUND = 0.2
const MOVED_LIMIT = 1.3
const INGEST_LEAST = 0.7

const tiers = [
  { nodes: 15, ground: 0, limit: 1.2 },
  { nodes: 31, ground: 0, limit: 1.2 },
  { nodes: 127, ground: GROUND, limit: 1.4 }
]

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function meanAtMost(name: string, limit: number, runs: readonly number[]): Figure {
  const value = mean(runs)
  return { name, value, unit: 'x', limit, pass: value <= limit, runs }
}

/** Pure code, exact loads, a virtual clock. */
async function balance({ rng, quick, say }: BenchContext): Promise<Figure[]> {
  const seeds = Array.from({ length: quick ? 2 : SEEDS }, () => Math.floor(rng() * 2 ** 31))
  return tiers.flatMap(({ nodes, ground, limit }): Figure[] => {
    const results = seeds.map(seed => balanced(seededRng(seed), { peers: PEERS, nodes, ground }))
    const evenly = seeds.map(seed => balanced(seededRng(seed), { peers: PEERS, nodes, ground, starts: 'even' }).startRatio)
    const neighbours = seeds.map(seed => balanced(seededRng(seed), { peers: PEERS, nodes, ground, isNeighboursOnly: true }).ratio)
    const ratios = results.map(({ ratio }) => ratio)
    const name = `T = ${nodes}, ${PEERS} peers${ground > 0 ? `, ${ground * 100} % of them ground into 1/1024` : ''}`
    const start = mean(results.map(({ startRatio }) => startRatio))
    const moves = mean(results.map(result => result.moves))
    say(`${name}: ${start.toFixed(2)} at random starts, ${mean(evenly).toFixed(2)} where the key space is split evenly, ${moves.toFixed(0)} moves`)
    const moved = results.map(result => result.moved)
    return [
      meanAtMost(`heaviest over mean, ${name}`, limit, ratios),
      meanAtMost(`records moved, ${name}`, MOVED_LIMIT, moved),
      ...Object.entries({
        'no balancing': results.map(({ startRatio }) => startRatio),
        'even key split': evenly,
        'thread neighbours only': neighbours
      }).map(
        ([how, runs]): Figure => ({ name: `${how}, T = ${nodes}${ground > 0 ? ', ground' : ''}`, value: mean(runs), unit: 'x', limit: null, pass: true, runs })
      )
    ]
  })
}

/** The whole path of the product, with its two durable copies, of what the least of it costs. */
async function ingested(context: BenchContext): Promise<Figure[]> {
  const [ratio, ...others] = await ingest.run(context)
  return ratio == null ? [] : [atLeast('tree: ingest, T = 2, of one core verify + write', '×', INGEST_LEAST, ratio.runs), ...others]
}

const parts: Readonly<Record<string, Run>> = {
  balance,
  levelling: recordFigures,
  ingest: ingested,
  cpu,
  query: queries,
  deaths,
  scale: scaleFigures,
  even
}

/** Each part with the machine to itself. */
async function run(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const part of Object.values(parts)) {
    try {
      figures.push(...(await part(context)))
    } finally {
      await stopWorkers()
    }
  }
  return figures
}

/** How even trusted nodes make their loads, what reports and questions cost as there are more of them, an owner's death, and a million records. */
export const tree: Benchmark = {
  name: 'tree',
  about: 'trusted nodes: how even their loads get, what levelling, reports and questions cost, an owner’s death, and a million records',
  run,
  parts
}
