import { NOTHING_SEEN, total } from '@peerwatch/model'
import type { Counts, Dimension, DimensionRow } from '@peerwatch/model'
import type { ReporterEvidence } from './evidence.ts'
import type { ReputationOptions } from './options.ts'
import type { WeightOf } from './suspicion.ts'

export type StandingState = 'unknown' | 'good' | 'watched' | 'suspect' | 'evicted'

/** Reputation in one dimension. */
export interface DimensionStanding {
  /** In [0, 1]; undefined while too little was seen. */
  readonly ratio: number | undefined
  /** Decayed observations, of one member of each group. */
  readonly observations: number
  readonly groups: number
}

/** For showing, ordering and choosing neighbours. Nothing compares it with a threshold. */
export interface Standing {
  readonly state: StandingState
  readonly dimensions: Readonly<Record<Dimension, DimensionStanding>>
  /** The minimum of all dimensions: a good one never pays for a bad one. */
  readonly ratio: number | undefined
  /** The dimension that gives the minimum. */
  readonly dimension: Dimension | undefined
}

/** What is known besides the evidence. */
export interface StandingFacts {
  readonly isEvicted: boolean
  readonly isSuspect: boolean
  /** Somebody accuses the peer, or it was reinstated. */
  readonly isWatched: boolean
}

export type StandingOptions = Pick<ReputationOptions, 'dimensions' | 'knownObservations' | 'uncheckedCredibility'>

interface Voice {
  readonly counts: Counts
  readonly weight: number
}

export function standing(about: readonly ReporterEvidence[], weightOf: WeightOf, facts: StandingFacts, options: StandingOptions): Standing {
  const dimensions = options.dimensions.rows.map(row => [row.name, dimensionStanding(row, voices(about, row.name, weightOf), options)] as const)
  let lowest: { readonly dimension: Dimension; readonly ratio: number } | undefined
  for (const [dimension, { ratio }] of dimensions) {
    if (ratio != null && (lowest == null || ratio < lowest.ratio)) lowest = { dimension, ratio }
  }
  return { state: stateOf(facts, lowest != null), dimensions: Object.fromEntries(dimensions), ratio: lowest?.ratio, dimension: lowest?.dimension }
}

function stateOf(facts: StandingFacts, isKnown: boolean): StandingState {
  if (facts.isEvicted) return 'evicted'
  if (facts.isSuspect) return 'suspect'
  if (facts.isWatched) return 'watched'
  return isKnown ? 'good' : 'unknown'
}

/** One voice for each group: its heaviest member, and among equal ones the one that saw most. */
function voices(about: readonly ReporterEvidence[], dimension: Dimension, weightOf: WeightOf): Voice[] {
  const byGroup = new Map<string, Voice>()
  for (const by of about) {
    const counts = by.evidence[dimension] ?? NOTHING_SEEN
    if (total(counts) <= 0) continue
    const voice = { counts, weight: weightOf(by.reporter) }
    const best = byGroup.get(by.group)
    if (best == null || isHeavier(voice, best)) byGroup.set(by.group, voice)
  }
  return [...byGroup.values()]
}

/** A total order up to equal voices, so the order of reports does not matter. */
function isHeavier(a: Voice, b: Voice): boolean {
  if (a.weight !== b.weight) return a.weight > b.weight
  if (total(a.counts) !== total(b.counts)) return total(a.counts) > total(b.counts)
  return a.counts.bad > b.counts.bad
}

function dimensionStanding(row: DimensionRow, from: readonly Voice[], options: StandingOptions): DimensionStanding {
  const observations = from.reduce((sum, { counts }) => sum + total(counts), 0)
  const base = { observations, groups: from.length }
  // what only those say who are not believed makes nothing known
  const heard = from.reduce((sum, { counts, weight }) => sum + Math.min(1, weight / options.uncheckedCredibility) * total(counts), 0)
  if (heard < options.knownObservations) return { ...base, ratio: undefined }
  const ok = from.reduce((sum, { counts, weight }) => sum + weight * counts.ok, 0)
  const bad = from.reduce((sum, { counts, weight }) => sum + weight * counts.bad, 0)
  return { ...base, ratio: row.ratio({ ok, bad, groups: from.length }) }
}
