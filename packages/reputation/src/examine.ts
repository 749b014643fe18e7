import { shuffled, total } from '@peerwatch/model'
import type { Counts, EvictableDimension, EvictableRow, PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { ReputationOptions } from './options.ts'
import type { SeenBook, SeenSum } from './seen-book.ts'

export type ExamineOptions = Pick<ReputationOptions, 'dimensions' | 'controlsMost' | 'controlsLeast' | 'controlLeastSeen'>

export type FindingOutcome = 'failed' | 'not confirmed'

/** What the examination of a series comes to. `void` says nothing about the subject. */
export interface Assessment extends Counts {
  readonly outcome: FindingOutcome | 'void'
  readonly controls: number
  readonly controlsPassed: number
  readonly reason: string
}

/** Whether a control shows nothing of what the subject is blamed for. */
export function passes(seen: SeenSum, row: EvictableRow): boolean {
  return !seen.finding && row.passes(seen)
}

/**
 * Judges complete evidence by controls: random neighbours of the same watcher in the same windows. Undefined: no evidence is complete.
 *
 * Keeps R9: a watcher whose other neighbours look as bad blames nobody.
 */
export function assessEvidence(
  book: SeenBook,
  subject: PeerIdString,
  dimension: EvictableDimension,
  rng: Rng,
  options: ExamineOptions
): Assessment | undefined {
  const row = options.dimensions.evictableRow(dimension)
  const to = book.newestWindow
  const from = to - row.evidence.withinWindows + 1
  const seen = book.sum(subject, dimension, from, to)
  if (!seen.finding) return undefined
  const eligible = book.peers(dimension).filter(peer => peer !== subject && total(book.sum(peer, dimension, from, to)) >= options.controlLeastSeen)
  const drawn = shuffled(eligible, rng).slice(0, options.controlsMost)
  const passed = drawn.filter(peer => passes(book.sum(peer, dimension, from, to), row)).length
  const result = { ok: seen.ok, bad: seen.bad, controls: drawn.length, controlsPassed: passed }
  if (drawn.length < options.controlsLeast) {
    return { ...result, outcome: 'void', reason: `${drawn.length} controls, needs ${options.controlsLeast}` }
  }
  if (passed * 2 <= drawn.length) return { ...result, outcome: 'void', reason: `only ${passed} of ${drawn.length} controls passed` }
  return { ...result, outcome: 'failed', reason: `${seen.bad} bad of ${total(seen)}, ${passed} of ${drawn.length} controls passed` }
}

/** What a look without complete evidence says once its windows have passed. */
export function assessLook(
  book: SeenBook,
  subject: PeerIdString,
  dimension: EvictableDimension,
  windows: { readonly from: WindowNumber; readonly to: WindowNumber },
  options: ExamineOptions
): Assessment {
  const seen = book.sum(subject, dimension, windows.from, windows.to)
  const result = { ok: seen.ok, bad: seen.bad, controls: 0, controlsPassed: 0 }
  const row = options.dimensions.evictableRow(dimension)
  if (total(seen) < row.leastSeen) return { ...result, outcome: 'void', reason: `${total(seen)} seen, needs ${row.leastSeen}` }
  // too little for a finding, or without controls: no reason to clear the subject either
  if (!passes(seen, row)) return { ...result, outcome: 'void', reason: `${seen.bad} bad of ${total(seen)} seen, not enough for a finding` }
  return { ...result, outcome: 'not confirmed', reason: `${seen.bad} bad of ${total(seen)} seen` }
}
