import { seededRng } from '@peerwatch/model'
import { balanced } from '../packages/trust-tree/test/balance-model.ts'
import type { Benchmark } from './benchmark.ts'
import type { Figure } from './figure.ts'

const SEEDS = 10
const PEERS = 10_000
/** As though the pepper had leaked: so many peers have ids that lie in 1/1024 of the key space. */
const GROUND = 0.2
const MOVED_LIMIT = 1.3

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

/** How even the loads of trusted nodes get by their own moves: pure code, exact loads, a virtual clock. */
export const tree: Benchmark = {
  name: 'tree',
  about: 'how even trusted nodes make their loads, and what they move for it',
  run: async ({ rng, quick, say }) => {
    const seeds = Array.from({ length: quick ? 2 : SEEDS }, () => Math.floor(rng() * 2 ** 31))
    return tiers.flatMap(({ nodes, ground, limit }): Figure[] => {
      const results = seeds.map(seed => balanced(seededRng(seed), { peers: PEERS, nodes, ground }))
      const even = seeds.map(seed => balanced(seededRng(seed), { peers: PEERS, nodes, ground, starts: 'even' }).startRatio)
      const ratios = results.map(({ ratio }) => ratio)
      const name = `T = ${nodes}, ${PEERS} peers${ground > 0 ? `, ${ground * 100} % of them ground into 1/1024` : ''}`
      const start = mean(results.map(({ startRatio }) => startRatio))
      const moves = mean(results.map(result => result.moves))
      say(`${name}: ${start.toFixed(2)} at random starts, ${mean(even).toFixed(2)} where the key space is split evenly, ${moves.toFixed(0)} moves`)
      const moved = results.map(result => result.moved)
      return [meanAtMost(`heaviest over mean, ${name}`, limit, ratios), meanAtMost(`records moved, ${name}`, MOVED_LIMIT, moved)]
    })
  }
}
