import type { ReputationOptions } from './options.ts'

/** What came of one reporter's reports, as one trusted node checked them in one epoch or in several. */
export interface Checks {
  /** How many of its reports were about what the tier knows by itself. */
  readonly checked: number
  readonly agreed: number
  readonly contradicted: number
  /** By how much it differed from the checked reporters, for each subject, in [0, 1]. */
  readonly deviations: readonly number[]
}

/** The sum of both. */
export function plusChecks(a: Checks | undefined, b: Checks): Checks {
  if (a == null) return b
  return {
    checked: a.checked + b.checked,
    agreed: a.agreed + b.agreed,
    contradicted: a.contradicted + b.contradicted,
    deviations: [...a.deviations, ...b.deviations]
  }
}

/** How far a reporter is believed. */
export interface Credibility {
  /** C · D, in (0, 1]: the weight of its observations in a standing. */
  readonly weight: number
  /** The same without the trusted node that speaks worst of it. One node's word must not decide whether it may accuse. */
  readonly voice: number
  readonly isChecked: boolean
}

export type CredibilityOptions = Pick<ReputationOptions, 'uncheckedCredibility' | 'deviationMost' | 'deviationLeast' | 'deviationSubjects'>

/** A reporter about which the ledger has no entry. */
export function uncheckedReporter({ uncheckedCredibility: weight }: Pick<CredibilityOptions, 'uncheckedCredibility'>): Credibility {
  return { weight, voice: weight, isChecked: false }
}

/**
 * How far a reporter is believed. If a verdict needs more than one node, a check by one node alone does not make a reporter a checked one.
 *
 * Source: docs/design.md, "Whom the tier believes".
 *
 * @param byNode - what each trusted node has of it
 * @param witnesses - how many of them must have checked it
 */
export function credibility(byNode: readonly Checks[], witnesses: number, options: CredibilityOptions): Credibility {
  const weight = weightOf(byNode, options)
  const without = byNode.map((_, index) => weightOf(byNode.toSpliced(index, 1), options))
  return { weight, voice: Math.max(weight, ...without), isChecked: byNode.filter(({ checked }) => checked > 0).length >= witnesses }
}

function weightOf(byNode: readonly Checks[], options: CredibilityOptions): number {
  const sum = (of: (checks: Checks) => number): number => byNode.reduce((total, checks) => total + of(checks), 0)
  const checked = sum(each => each.checked)
  const agreement = (sum(each => each.agreed) + 0.5) / (checked + 1)
  const truth = checked === 0 ? options.uncheckedCredibility : agreement * 0.1 ** ((10 * sum(each => each.contradicted)) / checked)
  const deviations = byNode.flatMap(each => each.deviations)
  return Math.max(LEAST, truth * closeness(deviations, options))
}

/** So small that it moves nothing, but keeps a division from ending at 0. */
const LEAST = 1e-9

/** D: 1 if the reporter says the same of most subjects as the checked reporters do. */
function closeness(deviations: readonly number[], { deviationMost, deviationLeast, deviationSubjects }: CredibilityOptions): number {
  if (deviations.length < deviationSubjects) return 1
  return Math.max(deviationLeast, Math.max(0, 1 - median(deviations) / deviationMost) ** 2)
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
