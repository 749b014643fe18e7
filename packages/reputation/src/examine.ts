import { FINDING_EVIDENCE, shuffled, total } from '@peerwatch/model'
import type { Counts, EvictableDimension, PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { ReputationOptions } from './options.ts'
import type { SeenBook, SeenSum } from './seen-book.ts'

export type ExamineOptions = Pick<ReputationOptions, 'evidenceWindows' | 'controlsMost' | 'controlsLeast' | 'controlLeastSeen' | 'lookLeastSeen'>

export type FindingOutcome = 'failed' | 'not confirmed'

/** What an examination of a series comes to. `void` says nothing about the subject. */
export interface Assessment extends Counts {
  readonly outcome: FindingOutcome | 'void'
  readonly controls: number
  readonly controlsPassed: number
  readonly reason: string
}

/** Whether a control shows nothing of what the subject is blamed for. */
export function passes(seen: SeenSum, dimension: EvictableDimension): boolean {
  if (seen.finding) return false
  if (dimension === 'integrity') return seen.bad < FINDING_EVIDENCE.integrity.alteredCopies
  return seen.bad < FINDING_EVIDENCE.resource.slotShare * total(seen)
}

/**
 * Judges complete evidence by controls: random neighbours of the same watcher in the same windows. Undefined where no evidence is complete.
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
  const to = book.newestWindow
  const from = to - options.evidenceWindows + 1
  const seen = book.sum(subject, dimension, from, to)
  if (!seen.finding) return undefined
  const eligible = book.peers(dimension).filter(peer => peer !== subject && total(book.sum(peer, dimension, from, to)) >= options.controlLeastSeen)
  const drawn = shuffled(eligible, rng).slice(0, options.controlsMost)
  const passed = drawn.filter(peer => passes(book.sum(peer, dimension, from, to), dimension)).length
  const result = { ok: seen.ok, bad: seen.bad, controls: drawn.length, controlsPassed: passed }
  if (drawn.length < options.controlsLeast) {
    return { ...result, outcome: 'void', reason: `${drawn.length} controls, needs ${options.controlsLeast}` }
  }
  if (passed * 2 <= drawn.length) return { ...result, outcome: 'void', reason: `only ${passed} of ${drawn.length} controls passed` }
  return { ...result, outcome: 'failed', reason: `${seen.bad} bad of ${total(seen)}, ${passed} of ${drawn.length} controls passed` }
}

/** What a look without complete evidence says, once its windows have passed. */
export function assessLook(
  book: SeenBook,
  subject: PeerIdString,
  dimension: EvictableDimension,
  windows: { readonly from: WindowNumber; readonly to: WindowNumber },
  options: ExamineOptions
): Assessment {
  const seen = book.sum(subject, dimension, windows.from, windows.to)
  const result = { ok: seen.ok, bad: seen.bad, controls: 0, controlsPassed: 0 }
  const least = options.lookLeastSeen[dimension]
  if (total(seen) < least) return { ...result, outcome: 'void', reason: `${total(seen)} seen, needs ${least}` }
  // too little for a finding, or without controls: no reason to clear the subject either
  if (!passes(seen, dimension)) return { ...result, outcome: 'void', reason: `${seen.bad} bad of ${total(seen)} seen, not enough for a finding` }
  return { ...result, outcome: 'not confirmed', reason: `${seen.bad} bad of ${total(seen)} seen` }
}
