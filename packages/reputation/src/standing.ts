import { NOTHING_SEEN, dimensionNames, total } from '@peerwatch/model'
import type { Counts, Dimension } from '@peerwatch/model'
import type { ReporterEvidence } from './evidence.ts'
import type { ReputationOptions } from './options.ts'
import type { WeightOf } from './suspicion.ts'

export type StandingState = 'unknown' | 'good' | 'watched' | 'suspect' | 'evicted'

/** Reputation in one dimension. */
export interface DimensionStanding {
  /** In [0, 1]; undefined while too little was seen. */
  readonly ratio: number | undefined
  /** Decayed observations, one member per group. */
  readonly observations: number
  readonly groups: number
}

/** For showing, ordering and choosing neighbours; never compared with a threshold. */
export interface Standing {
  readonly state: StandingState
  readonly dimensions: Readonly<Record<Dimension, DimensionStanding>>
  /** The minimum: a good dimension never pays for a bad one. */
  readonly ratio: number | undefined
  /** The dimension that gives the minimum. */
  readonly dimension: Dimension | undefined
}

/** What is known beside the evidence. */
export interface StandingFacts {
  readonly isEvicted: boolean
  readonly isSuspect: boolean
  /** Accused by somebody, or reinstated. */
  readonly isWatched: boolean
}

interface Voice {
  readonly counts: Counts
  readonly weight: number
}

export function standing(
  about: readonly ReporterEvidence[],
  weightOf: WeightOf,
  facts: StandingFacts,
  options: Pick<ReputationOptions, 'knownObservations'>
): Standing {
  const dimensions = Object.fromEntries(
    dimensionNames.map(dimension => [dimension, dimensionStanding(dimension, voices(about, dimension, weightOf), options)])
  ) as Record<Dimension, DimensionStanding>
  let lowest: Dimension | undefined
  for (const dimension of dimensionNames) {
    const { ratio } = dimensions[dimension]
    if (ratio != null && (lowest == null || ratio < dimensions[lowest].ratio!)) lowest = dimension
  }
  return { state: stateOf(facts, lowest != null), dimensions, ratio: lowest && dimensions[lowest].ratio, dimension: lowest }
}

function stateOf(facts: StandingFacts, isKnown: boolean): StandingState {
  if (facts.isEvicted) return 'evicted'
  if (facts.isSuspect) return 'suspect'
  if (facts.isWatched) return 'watched'
  return isKnown ? 'good' : 'unknown'
}

/** One per group: its heaviest member, of equals the one that saw most. */
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

/** A total order up to equal voices, so that the order of reports does not matter. */
function isHeavier(a: Voice, b: Voice): boolean {
  if (a.weight !== b.weight) return a.weight > b.weight
  if (total(a.counts) !== total(b.counts)) return total(a.counts) > total(b.counts)
  return a.counts.bad > b.counts.bad
}

function dimensionStanding(dimension: Dimension, from: readonly Voice[], options: Pick<ReputationOptions, 'knownObservations'>): DimensionStanding {
  const observations = from.reduce((sum, { counts }) => sum + total(counts), 0)
  const base = { observations, groups: from.length }
  if (observations < options.knownObservations) return { ...base, ratio: undefined }
  const ok = from.reduce((sum, { counts, weight }) => sum + weight * counts.ok, 0)
  const all = from.reduce((sum, { counts, weight }) => sum + weight * total(counts), 0)
  if (dimension !== 'forwarding') return { ...base, ratio: (1 + ok) / (2 + all) }
  return { ...base, ratio: forwardingRatio(ok, all, from.length) }
}

/** f: what a neighbour itself brought cannot be brought back to it, hence d/(d−1); undefined for fewer than 2 reporters. */
export function forwardingRatio(copies: number, known: number, reporters: number): number | undefined {
  if (reporters < 2 || known <= 0) return undefined
  return Math.min(1, (copies / known) * (reporters / (reporters - 1)))
}
