import type { Rng } from '@peerwatch/model'
import type { Figure } from './figure.ts'

export interface BenchContext {
  /** Fewer and shorter runs: to see that it works, not to decide. */
  readonly quick: boolean
  readonly rng: Rng
  /** A new folder that is removed when all is over. */
  readonly folder: (name: string) => string
  /** Progress for people. */
  readonly say: (line: string) => void
}

export interface Benchmark {
  readonly name: string
  readonly about: string
  readonly run: (context: BenchContext) => Promise<Figure[]>
}
