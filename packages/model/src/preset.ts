import type { Dimension } from './dimension.ts'

export type PresetName = 'demo' | 'lan' | 'public'

/** The constants of one network: equal on every node, named by the roster. */
export interface Preset {
  /** Length of a reporting period. Longer: less traffic, slower verdicts. */
  readonly windowMs: number
  /** Windows in an epoch, the unit of retention and of an examiner's turn on disk. */
  readonly epochWindows: number
  /** Pause between two pings to a neighbour. Shorter: deaths are seen sooner, at 1.5 ms of CPU a ping. */
  readonly pingEveryMs: number
  /** After this long an unanswered ping is a miss; never above the window. */
  readonly pingTimeoutMs: number
  /** Misses in a row that make a neighbour dead. Lower: sooner, and more often wrong. */
  readonly pingMisses: number
  /** Windows after which half of the good evidence is forgotten. */
  readonly okHalfLifeWindows: number
  /** The same for bad evidence; longer than for good, or misdeeds wash off by waiting. */
  readonly badHalfLifeWindows: number
  /** A reporter accuses below this share of good observations. `forwarding` and `liveness` lower a standing only. */
  readonly theta: Readonly<Record<Dimension, number>>
  /** Credibility of a reporter that was never checked. */
  readonly uncheckedCredibility: number
  /** The least that deviation leaves of a reporter's weight. */
  readonly deviationFloor: number
  /** A group whose best member weighs less than this cannot accuse. */
  readonly accuserLeastWeight: number
  /** Windows for which a peer that was cut is refused. */
  readonly refusedWindows: number
  /** Windows after an acquittal without a new case. */
  readonly restWindows: number
  /** Windows a watcher looks at a suspect, from their link. */
  readonly lookWindows: number
  /** Windows until a case ends without a result. */
  readonly caseWindows: number
  /** Watchers per trusted node (m). More: more cases at a time, and more connections. */
  readonly watchersCount: number
  /** Suspects that one watcher examines at a time. */
  readonly lookSlotsCount: number
  /** gossipsub's prune back-off. */
  readonly pruneBackoffMs: number
}

const common = {
  okHalfLifeWindows: 30,
  badHalfLifeWindows: 60,
  theta: { liveness: 0.8, integrity: 0.98, resource: 0.8, forwarding: 0.7 },
  uncheckedCredibility: 0.3,
  deviationFloor: 1e-3,
  accuserLeastWeight: 0.05,
  refusedWindows: 30,
  restWindows: 30,
  lookWindows: 4,
  caseWindows: 12,
  lookSlotsCount: 4,
  pingMisses: 3
} as const

/** Source: DESIGN.md §6, modelled before anything was built. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = Object.freeze({
  demo: { ...common, windowMs: 2_000, epochWindows: 10, pingEveryMs: 1_000, pingTimeoutMs: 1_000, watchersCount: 2, pruneBackoffMs: 5_000 },
  lan: { ...common, windowMs: 10_000, epochWindows: 30, pingEveryMs: 13_000, pingTimeoutMs: 5_000, watchersCount: 2, pruneBackoffMs: 60_000 },
  public: { ...common, windowMs: 60_000, epochWindows: 30, pingEveryMs: 13_000, pingTimeoutMs: 5_000, watchersCount: 4, pruneBackoffMs: 60_000 }
})

/** Observations per dimension in one report, at most. Source: DESIGN.md §6. */
export const OBSERVATIONS_MOST = 20
/** Windows a report may be late. */
export const ACCEPTED_PAST_WINDOWS = 360
/** Windows a report may be ahead. */
export const ACCEPTED_FUTURE_WINDOWS = 1
/** What any peer is told of another is at least this old: a suspect must not learn that it is being looked at. */
export const TOLD_AFTER_WINDOWS = 6
/** An examiner's order holds for this many windows; findings live as long. */
export const EXAMINER_PERIOD_WINDOWS = 30

export function windowAt(unixMs: number, windowMs: number): number {
  return Math.floor(unixMs / windowMs)
}

export function epochOf(window: number, epochWindows: number): number {
  return Math.floor(window / epochWindows)
}

/** How many trusted nodes must sign: a majority, at most four. */
export function quorumFor(trustedCount: number): number {
  return Math.max(1, Math.min(Math.floor(trustedCount / 2) + 1, 4))
}
