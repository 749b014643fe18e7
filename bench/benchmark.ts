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

export type Run = (context: BenchContext) => Promise<Figure[]>

export interface Benchmark {
  readonly name: string
  readonly about: string
  readonly run: Run
  /** What `run` runs one after the other, by name: `NAME:PART` runs one alone. */
  readonly parts?: Readonly<Record<string, Run>>
}
