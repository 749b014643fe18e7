import { total } from '@peerwatch/model'
import { wilsonUpper } from './wilson.ts'
import type { Counts, Dimension, EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { ReporterEvidence } from './evidence.ts'
import type { ReputationOptions } from './options.ts'

/** What a reporter weighs, in (0, 1]. */
export type WeightOf = (reporter: PeerIdString) => number

export type SuspicionOptions = Pick<ReputationOptions, 'dimensions' | 'accuserLeastWeight' | 'accusationLeastBad' | 'suspicionGroups'>

/** The groups that accuse a subject in one dimension, and whether they are enough for a look. */
export interface Suspicion {
  readonly dimension: EvictableDimension
  readonly isSuspect: boolean
  /**
   * The accusing groups, sorted, each with the weight of its heaviest accusing member. The tier has already looked at the word of a group at rest, so it
   * has no voice until its rest ends.
   */
  readonly accusers: readonly { readonly group: string; readonly weight: number; readonly isAtRest: boolean }[]
}

/** Whether these counts show misconduct beyond doubt. They stay unweighted, since weights say nothing about how much was seen. */
export function isBad(counts: Counts | undefined, dimension: Dimension, options: SuspicionOptions): boolean {
  return counts != null && counts.bad >= options.accusationLeastBad && wilsonUpper(counts) < options.dimensions.row(dimension).theta
}

export function accuses(by: ReporterEvidence, dimension: Dimension, options: SuspicionOptions): boolean {
  return by.cuts.includes(dimension) || isBad(by.evidence[dimension], dimension, options) || isBad(by.recent[dimension], dimension, options)
}

const EVIDENCE_LEAST = 1

/** Whether a group is still without a voice, because a case in which it accused this subject ended with an acquittal. */
export type AtRest = (dimension: EvictableDimension) => (group: string) => boolean

/**
 * The accusations in each dimension that can open a case. A group is one voice, however many members it has.
 *
 * A group at rest counts as if it were not there. Otherwise a peer could accuse itself by a few names, and have peace from everybody else.
 */
export function suspicions(about: readonly ReporterEvidence[], voiceOf: WeightOf, options: SuspicionOptions, atRest: AtRest = () => () => false): Suspicion[] {
  return options.dimensions.evictable.map(dimension => {
    const isAtRest = atRest(dimension)
    const withEvidence = new Set<string>()
    const accusing = new Map<string, number>()
    for (const by of about) {
      const seen = by.evidence[dimension]
      if (by.cuts.includes(dimension) || (seen != null && total(seen) >= EVIDENCE_LEAST)) withEvidence.add(by.group)
      const weight = voiceOf(by.reporter)
      if (weight < options.accuserLeastWeight || !accuses(by, dimension, options)) continue
      withEvidence.add(by.group)
      accusing.set(by.group, Math.max(weight, accusing.get(by.group) ?? 0))
    }
    const voices = [...accusing.keys()].filter(group => !isAtRest(group)).length
    const withVoice = [...withEvidence].filter(group => !isAtRest(group)).length
    return {
      dimension,
      isSuspect: voices >= Math.max(1, Math.min(options.suspicionGroups, withVoice)),
      accusers: [...accusing].map(([group, weight]) => ({ group, weight, isAtRest: isAtRest(group) })).toSorted((a, b) => (a.group < b.group ? -1 : 1))
    }
  })
}

/** Σ credibility / accusations over the accusing groups that have a voice. So a group that accuses everybody moves nobody ahead. */
export function suspicionWeight(suspicion: Suspicion, accusationsOf: (group: string) => number): number {
  const heard = suspicion.accusers.filter(({ isAtRest }) => !isAtRest)
  return heard.reduce((sum, { group, weight }) => sum + weight / Math.max(1, accusationsOf(group)), 0)
}
