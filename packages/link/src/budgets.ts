import { costLimits } from './cost-limits.ts'
import { ServicesError } from './errors.ts'
import type { Clock } from '@peerwatch/model'
import type { CostLimits } from './cost-limits.ts'
import type { Roster } from './network.ts'

/** The things that a node sends more of when something fails. */
export const BUDGET_NAMES = ['redials', 'registrations', 'dead-reports', 'death-tests', 'top-ups', 'pulls'] as const

export type BudgetName = (typeof BUDGET_NAMES)[number]

/** Bounds what a node sends per window, and at once, whatever fails. So the answers to a fault do not make it grow. */
export interface Budgets {
  /** False if this window's budget is spent. Try again after a pause, as after a failure. */
  readonly take: (name: BudgetName) => boolean
  /** The same; throws ServicesError `busy`. */
  readonly spend: (name: BudgetName) => void
}

/** A budget is so many times what a healthy node sends. Things that it never sends otherwise have a number of their own. */
const MOST_FACTOR = 4
const USUAL_DEGREE = 8
/** A list is asked for twice a window while links are missing. */
const USUAL_TOP_UPS = 2
/** A roster and certificates, from a seed and from an entry. */
const USUAL_PULLS = 4
/** One look at each of so many peers, per window. */
const DEATH_TESTS_MOST = 256

/** docs/limits.md has the same table. */
export const PER_WINDOW: Readonly<Record<BudgetName, (roster: Roster) => number>> = Object.freeze<Record<BudgetName, (roster: Roster) => number>>({
  // as many as a healthy node sends pings
  redials: ({ preset }) => MOST_FACTOR * Math.max(USUAL_DEGREE, Math.ceil((USUAL_DEGREE * preset.windowMs) / preset.pingEveryMs)),
  // one per seed
  registrations: ({ seeds }) => MOST_FACTOR * Math.max(1, seeds.length),
  // each neighbour dies but once in a window
  'dead-reports': ({ maxDegree }) => maxDegree,
  'death-tests': () => DEATH_TESTS_MOST,
  'top-ups': () => MOST_FACTOR * USUAL_TOP_UPS,
  pulls: () => MOST_FACTOR * USUAL_PULLS
})

export interface BudgetsInit {
  readonly clock: Clock
  /** The current one: a newer roster changes what is due. */
  readonly roster: () => Roster
  readonly onSpent: (budget: BudgetName) => void
}

export function budgets({ clock, roster, onSpent }: BudgetsInit): Budgets {
  const buckets = new Map<BudgetName, { readonly most: number; readonly limits: CostLimits }>()

  const bucket = (name: BudgetName): CostLimits => {
    const now = roster()
    const most = PER_WINDOW[name](now)
    const known = buckets.get(name)
    if (known?.most === most) return known.limits
    const limits = costLimits({ perSecond: (most * 1000) / now.preset.windowMs, burst: most, mostKeys: 1, clock })
    buckets.set(name, { most, limits })
    return limits
  }
  const take = (name: BudgetName): boolean => {
    const isGranted = bucket(name).take(name, 1)
    if (!isGranted) onSpent(name)
    return isGranted
  }
  return {
    take,
    spend: name => {
      if (!take(name)) throw new ServicesError('busy', `the ${name} of this window are spent`)
    }
  }
}
