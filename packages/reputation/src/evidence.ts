import { ACCEPTED_FUTURE_WINDOWS, ACCEPTED_PAST_WINDOWS, OBSERVATIONS_MOST, capped, total } from '@peerwatch/model'
import type { Counts, Dimension, DimensionTable, PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { ReputationOptions } from './options.ts'

export type EvidenceOptions = Pick<
  ReputationOptions,
  'dimensions' | 'okHalfLifeWindows' | 'badHalfLifeWindows' | 'recentWindows' | 'cutLiveWindows' | 'keptWindows' | 'mostSubjects' | 'mostReportersPerSubject'
>

export type CountsByDimension = Record<Dimension, Counts>

/** Sums as they stood in `updatedWindow`. */
export interface Evidence extends Counts {
  readonly updatedWindow: WindowNumber
}

/**
 * Gives what `counts` of one window are worth in another.
 *
 * Keeps R1: decaying in one step or in many gives the same.
 */
export function decayed(evidence: Evidence, window: WindowNumber, options: Pick<EvidenceOptions, 'okHalfLifeWindows' | 'badHalfLifeWindows'>): Evidence {
  const age = window - evidence.updatedWindow
  return {
    ok: evidence.ok * 0.5 ** (age / options.okHalfLifeWindows),
    bad: evidence.bad * 0.5 ** (age / options.badHalfLifeWindows),
    updatedWindow: window
  }
}

/** The sum of one reporter's reports about one subject. */
export interface ReporterEvidence {
  readonly reporter: PeerIdString
  readonly group: string
  /** Decayed to the window that was asked for. */
  readonly evidence: CountsByDimension
  /** Sums of the reporter's own last windows. */
  readonly recent: CountsByDimension
  /** The dimensions in which it refuses the subject now. */
  readonly cuts: readonly Dimension[]
  readonly newestWindow: WindowNumber
  /** Up to this window its reports are sums; -Infinity while it is kept one by one from its first window on. */
  readonly foldedWindow: WindowNumber
  /** One by one, oldest first. */
  readonly windows: readonly { readonly window: WindowNumber; readonly counts: CountsByDimension; readonly cuts: readonly Dimension[] }[]
}

interface Kept {
  readonly counts: CountsByDimension
  readonly cuts: readonly Dimension[]
}

/** All that one reporter's reports about one subject come to, to be taken into another book. */
export interface KeptAccount {
  readonly subject: PeerIdString
  readonly reporter: PeerIdString
  readonly group: string
  readonly newestWindow: WindowNumber
  readonly folded: Readonly<Record<Dimension, Evidence>>
  readonly windows: readonly (readonly [window: WindowNumber, kept: Kept | typeof CONFLICT])[]
}

/** Two different reports by one author for one window: neither counts, ever. */
const CONFLICT = 'conflict'

interface Account {
  group: string
  newestWindow: WindowNumber
  /** Windows that are no longer kept one by one. */
  readonly folded: Record<Dimension, Evidence>
  readonly windows: Map<WindowNumber, Kept | typeof CONFLICT>
}

export type AddOutcome = 'counted' | 'repeated' | 'conflict' | 'ignored'

/** Evidence as a fold over reports, in any order; memory is bounded, the subject or reporter heard of longest ago goes first. */
export class EvidenceBook {
  readonly #subjects = new Map<PeerIdString, Map<PeerIdString, Account>>()
  readonly #options: EvidenceOptions

  constructor(options: EvidenceOptions) {
    this.#options = options
  }

  subjects(): PeerIdString[] {
    return [...this.#subjects.keys()]
  }

  /** Adds one report whose signature and stamp were checked. */
  add(report: Report, now: WindowNumber): AddOutcome {
    const { subject, reporter, window } = report
    if (subject === reporter || window > now + ACCEPTED_FUTURE_WINDOWS || window < now - ACCEPTED_PAST_WINDOWS) return 'ignored'
    const account = this.#account(subject, reporter, report.group)
    const { dimensions } = this.#options
    const kept: Kept = { counts: cappedCounts(report.counts, dimensions), cuts: dimensions.names.filter(dimension => report.cuts.includes(dimension)) }
    const known = account.windows.get(window)
    if (known === CONFLICT) return 'conflict'
    if (known != null) {
      if (isSame(known, kept, dimensions)) return 'repeated'
      account.windows.set(window, CONFLICT)
      return 'conflict'
    }
    if (window >= account.newestWindow) {
      account.newestWindow = window
      account.group = report.group
    }
    account.windows.set(window, kept)
    this.#foldOldest(account)
    return 'counted'
  }

  /** In the order of who was heard of last. */
  accounts(): KeptAccount[] {
    return [...this.#subjects].flatMap(([subject, reporters]) =>
      [...reporters].map(([reporter, { windows, ...account }]) => ({ ...account, subject, reporter, windows: [...windows] }))
    )
  }

  /** Adds what a book has that heard of later windows than this one. */
  take({ subject, reporter, group, newestWindow, folded, windows }: KeptAccount): void {
    const account = this.#account(subject, reporter, group)
    if (newestWindow >= account.newestWindow) Object.assign(account, { newestWindow, group })
    for (const [dimension, evidence] of Object.entries(folded)) account.folded[dimension] = this.#sum(account.folded[dimension], evidence)
    for (const [window, kept] of windows) {
      account.windows.set(window, kept)
      this.#foldOldest(account)
    }
  }

  /**
   * Takes back what a reporter said, because the store holds two different reports of it.
   * Of a window that is no longer kept one by one, all of this reporter's older evidence about the subject goes: only a liar conflicts.
   */
  retract(reporter: PeerIdString, subject: PeerIdString, window: WindowNumber): void {
    const account = this.#subjects.get(subject)?.get(reporter)
    if (account == null) return
    if (account.windows.has(window) || account.windows.size < this.#options.keptWindows || window > Math.min(...account.windows.keys())) {
      account.windows.set(window, CONFLICT)
      this.#foldOldest(account)
      return
    }
    for (const dimension of this.#options.dimensions.names) delete account.folded[dimension]
  }

  forget(subject: PeerIdString): void {
    this.#subjects.delete(subject)
  }

  /** All that a reporter said about anybody. */
  forgetReporter(reporter: PeerIdString): void {
    for (const [subject, reporters] of this.#subjects) {
      if (reporters.delete(reporter) && reporters.size === 0) this.#subjects.delete(subject)
    }
  }

  /** Everything known about one subject, as of `now`, by reporter. */
  about(subject: PeerIdString, now: WindowNumber): ReporterEvidence[] {
    return [...(this.#subjects.get(subject) ?? [])].map(([reporter, account]) => this.#view(reporter, account, now))
  }

  #account(subject: PeerIdString, reporter: PeerIdString, group: string): Account {
    const reporters = this.#subjects.get(subject) ?? new Map<PeerIdString, Account>()
    this.#subjects.delete(subject)
    this.#subjects.set(subject, reporters)
    if (this.#subjects.size > this.#options.mostSubjects) this.#subjects.delete(this.#subjects.keys().next().value!)
    const account = reporters.get(reporter) ?? { group, newestWindow: -Infinity, folded: {}, windows: new Map() }
    reporters.delete(reporter)
    reporters.set(reporter, account)
    if (reporters.size > this.#options.mostReportersPerSubject) reporters.delete(reporters.keys().next().value!)
    return account
  }

  #foldOldest(account: Account): void {
    if (account.windows.size <= this.#options.keptWindows) return
    let oldest = Infinity
    for (const window of account.windows.keys()) oldest = Math.min(oldest, window)
    const kept = account.windows.get(oldest)
    account.windows.delete(oldest)
    if (kept == null || kept === CONFLICT) return
    for (const dimension of this.#options.dimensions.names) {
      const counts = kept.counts[dimension]
      if (counts != null) account.folded[dimension] = this.#sum(account.folded[dimension], { ...counts, updatedWindow: oldest })
    }
  }

  /** Each side is taken to the later window of the two, so that order does not matter. */
  #sum(a: Evidence | undefined, b: Evidence): Evidence {
    if (a == null) return b
    const window = Math.max(a.updatedWindow, b.updatedWindow)
    const [x, y] = [decayed(a, window, this.#options), decayed(b, window, this.#options)]
    return { ok: x.ok + y.ok, bad: x.bad + y.bad, updatedWindow: window }
  }

  #view(reporter: PeerIdString, account: Account, now: WindowNumber): ReporterEvidence {
    const { dimensions, recentWindows, cutLiveWindows } = this.#options
    const windows = [...account.windows]
      .flatMap(([window, kept]) => (kept === CONFLICT ? [] : [{ window, counts: kept.counts, cuts: kept.cuts }]))
      .toSorted((a, b) => a.window - b.window)
    const evidence: CountsByDimension = {}
    const recent: CountsByDimension = {}
    for (const dimension of dimensions.names) {
      let sum = account.folded[dimension]
      let last: Evidence | undefined
      for (const { window, counts } of windows) {
        const seen = counts[dimension]
        if (seen == null) continue
        sum = this.#sum(sum, { ...seen, updatedWindow: window })
        if (window > account.newestWindow - recentWindows && window > now - 2 * recentWindows) {
          last = { ok: (last?.ok ?? 0) + seen.ok, bad: (last?.bad ?? 0) + seen.bad, updatedWindow: window }
        }
      }
      if (sum != null) {
        const { ok, bad } = decayed(sum, now, this.#options)
        evidence[dimension] = { ok, bad }
      }
      if (last != null) recent[dimension] = { ok: last.ok, bad: last.bad }
    }
    const newest = windows.at(-1)
    const cuts = newest != null && newest.window > now - cutLiveWindows ? newest.cuts : []
    const foldedWindow = Math.max(...Object.values(account.folded).map(({ updatedWindow }) => updatedWindow))
    return { reporter, group: account.group, evidence, recent, cuts, newestWindow: account.newestWindow, foldedWindow, windows }
  }
}

function cappedCounts(counts: CountsByDimension, { names }: DimensionTable): CountsByDimension {
  const result: CountsByDimension = {}
  for (const dimension of names) {
    const seen = counts[dimension]
    // an honest reporter has capped them already
    if (seen != null && total(seen) > 0) result[dimension] = capped(seen, OBSERVATIONS_MOST, 0)
  }
  return result
}

function isSame(a: Kept, b: Kept, { names }: DimensionTable): boolean {
  const same = (dimension: Dimension): boolean => a.counts[dimension]?.ok === b.counts[dimension]?.ok && a.counts[dimension]?.bad === b.counts[dimension]?.bad
  return a.cuts.length === b.cuts.length && a.cuts.every((cut, index) => cut === b.cuts[index]) && names.every(same)
}
