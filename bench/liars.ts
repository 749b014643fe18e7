import { capped, seededRng, shuffled } from '@peerwatch/model'
import { checkReports, plusChecks, EvidenceBook, LedgerBook, resolveOptions, standing, uncheckedReporter } from '@peerwatch/reputation'
import { atMost } from './figure.ts'
import type { Counts, PeerIdString, Report, Rng } from '@peerwatch/model'
import type { Checks, Credibility } from '@peerwatch/reputation'
import type { Benchmark } from './benchmark.ts'
import type { Figure } from './figure.ts'

const PEERS = 1_000
const LINKS_OF_NEWCOMER = 4
const TRUSTED = 5
const WATCHERS_OF_EACH = 4
const WATCHED_BY_EACH = 8
const BAD_SHARE = 0.1
const EPOCHS = 14
/** Of each epoch: enough that a report about a watcher is no accident, few enough that it ends soon. */
const REPORTED_WINDOWS = 3
const OBSERVATIONS = 20
const NATURAL_NOISE = 0.005
const BAD_CONDUCT = 0.5
/** Between what honest and bad peers come to. */
const LINE = 0.75
/** The most, in per cent, where so many lie. */
const LIMITS = [
  { share: 0.1, limit: 0.5 },
  { share: 0.2, limit: 0.5 },
  { share: 0.3, limit: 0.5 },
  { share: 0.4, limit: 1 }
]

/** A graph in which whoever has many links gets more, after Barabási and Albert. */
function links(rng: Rng): Set<number>[] {
  const neighbours = Array.from({ length: PEERS }, () => new Set<number>())
  const ends: number[] = []
  const join = (a: number, b: number): void => {
    neighbours[a]!.add(b)
    neighbours[b]!.add(a)
    ends.push(a, b)
  }
  for (let a = 0; a <= LINKS_OF_NEWCOMER; a++) for (let b = 0; b < a; b++) join(a, b)
  for (let newcomer = LINKS_OF_NEWCOMER + 1; newcomer < PEERS; newcomer++) {
    while (neighbours[newcomer]!.size < LINKS_OF_NEWCOMER) {
      const other = ends[Math.floor(rng() * ends.length)]!
      if (other !== newcomer && !neighbours[newcomer]!.has(other)) join(newcomer, other)
    }
  }
  return neighbours
}

function name(index: number): PeerIdString {
  return `peer ${index}` as PeerIdString
}

function isWrong(ratio: number | undefined, isBad: boolean): boolean {
  return ratio != null && ratio < LINE !== isBad
}

interface Errors {
  readonly alike: number
  readonly ledger: number
  /** By the ledger: of those only liars speak. */
  readonly unknown: number
}

/** Of all peers those that stand on the wrong side, in per cent: where all reporters weigh alike, and by the ledger. */
function errors(rng: Rng, liarShare: number): Errors {
  const options = resolveOptions()
  const { epochWindows, quorum } = { epochWindows: 30, quorum: 3 }
  const neighbours = links(rng)
  const all = Array.from({ length: PEERS }, (_, index) => index)
  const bad = new Set(shuffled(all, rng).slice(0, PEERS * BAD_SHARE))
  const liars = new Set(shuffled(all, rng).slice(0, PEERS * liarShare))
  const evidence = new EvidenceBook(options)
  const book = new LedgerBook(options)
  const ownerOf = all.map(() => Math.floor(rng() * TRUSTED))
  let believed: (reporter: PeerIdString) => Credibility = () => uncheckedReporter(options)

  const seen = (isBad: boolean): Counts => {
    let count = 0
    for (let each = 0; each < OBSERVATIONS; each++) if (rng() < (isBad ? BAD_CONDUCT : NATURAL_NOISE)) count++
    return { ok: OBSERVATIONS - count, bad: count }
  }
  const said = (reporter: number, subject: PeerIdString, isBad: boolean, window: number): Report => {
    const { ok, bad: seenBad } = seen(isBad)
    const counts = liars.has(reporter) ? { ok: seenBad, bad: ok } : { ok, bad: seenBad }
    return { reporter: name(reporter), group: name(reporter), subject, window, counts: { integrity: capped(counts, OBSERVATIONS, 0) }, cuts: [] }
  }
  let window = epochWindows
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const windows = Array.from({ length: REPORTED_WINDOWS }, (_, index) => epoch * epochWindows + Math.floor(((index + 0.5) * epochWindows) / REPORTED_WINDOWS))
    window = windows.at(-1)!
    const notes = Array.from({ length: TRUSTED }, () => new Map<PeerIdString, Checks>())
    const note = (by: number, checks: ReadonlyMap<PeerIdString, Checks>): void => {
      for (const [reporter, each] of checks) notes[by]!.set(reporter, plusChecks(notes[by]!.get(reporter), each))
    }
    for (const subject of all) {
      const reports = [...neighbours[subject]!].flatMap(reporter => windows.map(at => said(reporter, name(subject), bad.has(subject), at)))
      for (const report of reports) evidence.add(report, window)
      note(ownerOf[subject]!, checkReports({ reports, isOwnWatcher: false, found: new Set() }, believed, options))
    }
    for (let watcher = 0; watcher < TRUSTED * WATCHERS_OF_EACH; watcher++) {
      const subject = `watcher ${watcher}` as PeerIdString
      const around = shuffled(all, rng).slice(0, WATCHED_BY_EACH)
      const reports = around.flatMap(reporter => windows.map(at => said(reporter, subject, false, at)))
      const checks = checkReports({ reports, isOwnWatcher: true, found: new Set() }, believed, options)
      note(watcher % TRUSTED, new Map([...checks].map(([reporter, each]) => [reporter, { ...each, deviations: [] }])))
    }
    for (const [by, of] of notes.entries())
      for (const [reporter, checks] of of) book.add({ reporter, by: `node ${by}` as PeerIdString, epoch, id: '', ...checks })
    const closed = epoch
    const known = new Map<PeerIdString, Credibility>()
    believed = reporter => {
      const is = known.get(reporter) ?? book.credibility(reporter, closed, Math.min(2, quorum))
      known.set(reporter, is)
      return is
    }
  }
  const ratiosBy = (weightOf: (reporter: PeerIdString) => number): (number | undefined)[] => {
    const nothing = { isEvicted: false, isSuspect: false, isWatched: false }
    return all.map(subject => standing(evidence.about(name(subject), window), weightOf, nothing, options).ratio)
  }
  const share = (ratios: readonly (number | undefined)[], is: (ratio: number | undefined, isBad: boolean) => boolean): number => {
    return (100 * ratios.filter((ratio, subject) => is(ratio, bad.has(subject))).length) / PEERS
  }
  const byLedger = ratiosBy(reporter => believed(reporter).weight)
  return {
    alike: share(
      ratiosBy(() => options.uncheckedCredibility),
      isWrong
    ),
    ledger: share(byLedger, isWrong),
    unknown: share(byLedger, ratio => ratio == null)
  }
}

/** What reputations are worth where many reporters say the opposite of what they saw: pure code, a virtual clock. */
export const liars: Benchmark = {
  name: 'liars',
  about: 'how many peers stand on the wrong side where reporters lie',
  run: async ({ rng, quick, say }) => {
    const seeds = Array.from({ length: quick ? 1 : 5 }, () => Math.floor(rng() * 2 ** 31))
    return LIMITS.map(({ share, limit }): Figure => {
      const runs = seeds.map(seed => errors(seededRng(seed), share))
      say(
        `${share * 100} % liars: ${runs.map(({ alike }) => `${alike.toFixed(1)} %`).join(', ')} on the wrong side where all reporters weigh alike; by the ledger ${runs.map(({ unknown }) => `${unknown.toFixed(1)} %`).join(', ')} unknown`
      )
      return atMost(
        `peers on the wrong side, ${share * 100} % liars`,
        '%',
        limit,
        runs.map(({ ledger }) => ledger)
      )
    })
  }
}
