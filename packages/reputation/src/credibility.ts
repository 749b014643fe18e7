import { total } from '@peerwatch/model'
import type { Counts } from '@peerwatch/model'
import type { ReputationOptions } from './options.ts'

/** What the tier knows of a reporter's truthfulness: `agreed` + `contradicted` ≤ `checked`. */
export interface Checks {
  readonly agreed: number
  readonly checked: number
  readonly contradicted: number
}

export const NEVER_CHECKED: Checks = Object.freeze({ agreed: 0, checked: 0, contradicted: 0 })

/** C, in (0, 1): how often a reporter was right where the tier knew better. */
export function credibility(checks: Checks, options: Pick<ReputationOptions, 'uncheckedCredibility'>): number {
  const { agreed, checked, contradicted } = checks
  if (checked <= 0) return options.uncheckedCredibility
  return ((agreed + 0.5) / (checked + 1)) * 0.1 ** ((10 * contradicted) / checked)
}

const CONTRADICTED_BAD_COUNT = 5
const DEVIATION_SUBJECTS = 3
const DEVIATION_ZERO = 0.5

/** Whether a report about a watcher says of it what the tier knows to be untrue. */
export function isContradicted(reported: Counts, knownBadCount: number): boolean {
  return reported.bad >= CONTRADICTED_BAD_COUNT && total(reported) > 0 && knownBadCount < 1
}

/**
 * D, from the floor to 1: how far a reporter's view lies from one made of checked reporters and watchers only.
 *
 * @param deviations - one per subject, in [0, 1]; the median counts, so that few odd subjects cost nothing
 */
export function deviationWeight(deviations: readonly number[], options: Pick<ReputationOptions, 'deviationFloor'>): number {
  if (deviations.length < DEVIATION_SUBJECTS) return 1
  const sorted = [...deviations].toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return Math.max(options.deviationFloor, Math.max(0, 1 - median / DEVIATION_ZERO) ** 2)
}
