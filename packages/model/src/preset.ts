export type PresetName = 'demo' | 'lan' | 'public'

/** The constants of one network: equal on every node, named by the roster. */
export interface Preset {
  /** Length of a reporting period. Longer: less traffic, slower verdicts. */
  readonly windowMs: number
  /**
   * Windows in an epoch, the unit in which trusted nodes keep, fetch and drop records.
   * Longer: whole epochs go later, so more disk beyond the retention, and a node that was away fetches more again;
   * shorter: closer to the retention, while a read of one subject looks into more epochs.
   */
  readonly epochWindows: number
  /** Pause between two pings to a neighbour. Shorter: deaths are seen sooner, at 1.5 ms of CPU a ping. */
  readonly pingEveryMs: number
  /**
   * After this long an unanswered ping, redial or death test is a miss; never above the window.
   * Longer: slow links are no misses, and the dead are noticed that much later; shorter: busy and far peers miss, and are taken for dead more often.
   */
  readonly pingTimeoutMs: number
  /** Misses in a row that make a neighbour dead. Lower: sooner, and more often wrong. */
  readonly pingMisses: number
  /**
   * Windows after which half of the good evidence is forgotten.
   * Longer: an old good name shields for longer; shorter: a peer that is seen little is soon unknown again.
   */
  readonly okHalfLifeWindows: number
  /** The same for bad evidence; longer than for good, or misdeeds wash off by waiting. */
  readonly badHalfLifeWindows: number
  /**
   * Weight of a reporter of whom the ledger has nothing.
   * Higher: the same reports move a reputation further from ½; lower: less far, and below `accuserLeastWeight` nobody can accuse.
   */
  readonly uncheckedCredibility: number
  /**
   * A group whose best member weighs less cannot accuse.
   * Higher: liars lose their voice sooner, and so do unlucky reporters; above `uncheckedCredibility` nobody has a voice that was never checked.
   * Lower: more of the mistrusted are heard.
   */
  readonly accuserLeastWeight: number
  /**
   * Windows for which a node refuses a peer that it cut, and reports the cut.
   * Longer: a misbehaving peer is out and accused for longer, and so is a peer that was cut by mistake. Shorter: both are back sooner.
   */
  readonly refusedWindows: number
  /**
   * Windows after an acquittal in which the same accusers open no new case.
   * Longer: slander costs fewer looks, but a peer that turns bad after an acquittal is examined later. Shorter: the reverse.
   */
  readonly restWindows: number
  /**
   * Windows for which a watcher looks at a suspect, from the start of their link; it waits as long for a link.
   * Longer: on-off misconduct and quiet suspects are seen better, and each slot is taken for longer; shorter: more cases, and more looks that say nothing.
   */
  readonly lookWindows: number
  /**
   * Windows until a case ends without a result, and as long again to collect signatures.
   * Longer: more examiners get their turn, and a case that leads nowhere holds its place; shorter: places are free sooner, and slow examinations come to nothing.
   */
  readonly caseWindows: number
  /** Watchers per trusted node (m). More: more cases at a time, and more connections. */
  readonly watchersCount: number
  /** Suspects that one watcher examines at a time. More: more cases at a time, at more links of each watcher; fewer: cases wait longer. */
  readonly lookSlotsCount: number
  /**
   * How long a peer that was pruned from a mesh of gossipsub must not be grafted again.
   * Longer: calmer meshes, which heal later, and watchers get into a suspect's mesh later; shorter: they heal sooner, at more grafts and prunes.
   */
  readonly pruneBackoffMs: number
}

const common = {
  okHalfLifeWindows: 30,
  badHalfLifeWindows: 60,
  uncheckedCredibility: 0.3,
  accuserLeastWeight: 0.05,
  refusedWindows: 30,
  restWindows: 30,
  lookWindows: 4,
  caseWindows: 12,
  lookSlotsCount: 4,
  pingMisses: 3
} as const

/** Source: docs/design.md, "From observations to eviction"; modelled before anything was built. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = Object.freeze({
  demo: { ...common, windowMs: 2_000, epochWindows: 10, pingEveryMs: 1_000, pingTimeoutMs: 1_000, watchersCount: 2, pruneBackoffMs: 5_000 },
  lan: { ...common, windowMs: 10_000, epochWindows: 30, pingEveryMs: 13_000, pingTimeoutMs: 5_000, watchersCount: 2, pruneBackoffMs: 60_000 },
  public: { ...common, windowMs: 60_000, epochWindows: 30, pingEveryMs: 13_000, pingTimeoutMs: 5_000, watchersCount: 4, pruneBackoffMs: 60_000 }
})

/** Observations per dimension in one report, at most. Source: docs/design.md, "From observations to eviction". */
export const OBSERVATIONS_MOST = 20
/** Windows a report may be late. */
export const ACCEPTED_PAST_WINDOWS = 360
/** Windows a report may be ahead. */
export const ACCEPTED_FUTURE_WINDOWS = 1
/** Windows by which the clocks of a seed and of a reporter may differ where a stamp says since when the reporter is known. */
export const STAMP_TOLERANCE_WINDOWS = 2
/** A node tells any peer about another only what is at least this old: a suspect must not learn that the tier looks at it. */
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
