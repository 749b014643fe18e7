import { TOLD_AFTER_WINDOWS } from '@peerwatch/model'
import { accuses, suspicions } from './suspicion.ts'
import { standing } from './standing.ts'
import type { Dimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Action } from './action.ts'
import type { Case } from './case-book.ts'
import type { ReporterEvidence } from './evidence.ts'
import type { Finding } from './finding-book.ts'
import type { Judge, Surroundings } from './judge.ts'
import type { Standing, StandingState } from './standing.ts'

/** What any peer may be told about another, as of some window. */
export interface ToldStanding {
  readonly state: Exclude<StandingState, 'suspect'>
  readonly reputation: number | undefined
  readonly window: WindowNumber
}

/** What a trusted node shows only to its own operator. */
export interface EvidenceView {
  readonly peer: PeerIdString
  readonly standing: Standing
  readonly reporters: readonly (ReporterEvidence & { readonly weight: number; readonly accuses: readonly Dimension[] })[]
  /** Sums over reporters, newest window first. */
  readonly windows: readonly WindowSum[]
  readonly cases: readonly Case[]
  readonly findings: readonly Finding[]
}

interface WindowSum {
  readonly window: WindowNumber
  readonly dimension: Dimension
  readonly ok: number
  readonly bad: number
  readonly reporters: number
  /** False where some reporter keeps only a sum of that time: what it counted in this window is not in the row. */
  readonly isWhole: boolean
}

export function standingOf(judge: Judge, at: Surroundings, peer: PeerIdString): Standing {
  const { evidence, cases, weightOf, voiceOf, options } = judge
  const about = evidence.about(peer, at.window)
  const accused = suspicions(about, voiceOf, options, dimension => cases.atRest(peer, dimension, at.window)).filter(({ accusers }) => accusers.length > 0)
  const isSuspect = accused.some(({ isSuspect: is }) => is)
  const isWatched = accused.length > 0 || at.history(peer).serial > 0
  return standing(about, weightOf, { isEvicted: at.isEvicted(peer), isSuspect, isWatched }, options)
}

export function evidenceOf(judge: Judge, at: Surroundings, peer: PeerIdString): EvidenceView {
  const { evidence, cases, findings, weightOf, options } = judge
  const about = evidence.about(peer, at.window)
  return {
    peer,
    standing: standingOf(judge, at, peer),
    reporters: about.map(by => ({
      ...by,
      weight: weightOf(by.reporter),
      accuses: options.dimensions.names.filter(dimension => accuses(by, dimension, options))
    })),
    windows: byWindow(about),
    cases: cases.open().filter(({ subject }) => subject === peer),
    findings: options.dimensions.evictable.flatMap(dimension => findings.live(peer, dimension, at.window))
  }
}

/** The standing of at least 6 windows ago: a suspect must not learn that the tier looks at it. */
export function coarseStanding({ told }: Judge, at: Surroundings, peer: PeerIdString): ToldStanding {
  const window = at.window - TOLD_AFTER_WINDOWS
  const then = told.get(peer)?.findLast(each => each.window <= window)
  // a certificate is public at once
  return { state: at.isEvicted(peer) ? 'evicted' : (then?.state ?? 'unknown'), reputation: then?.reputation, window }
}

/** Remembers how these subjects stand in the window that ended, and returns those whose standing has changed. */
export function record(judge: Judge, at: Surroundings, subjects: Iterable<PeerIdString>, window: WindowNumber): Action[] {
  const { states } = judge
  return [...subjects].flatMap((peer): Action[] => {
    const current = standingOf(judge, at, peer)
    remember(judge, peer, current, window)
    const before = states.get(peer) ?? 'unknown'
    if (before === current.state) return []
    states.set(peer, current.state)
    return [{ type: 'change standing', peer, state: current.state, dimension: current.dimension, reason: `was ${before}` }]
  })
}

function remember({ told }: Judge, peer: PeerIdString, { state, ratio }: Standing, window: WindowNumber): void {
  const current: ToldStanding = {
    state: state === 'suspect' ? 'watched' : state,
    reputation: ratio == null ? undefined : Math.floor(ratio * 10) / 10,
    window
  }
  const earlier = told.get(peer) ?? []
  const last = earlier.at(-1)
  if (last?.state === current.state && last.reputation === current.reputation) return
  const newestTold = earlier.findLastIndex(each => each.window <= window - TOLD_AFTER_WINDOWS)
  told.set(peer, [...earlier.slice(Math.max(0, newestTold)), current])
}

function byWindow(about: readonly ReporterEvidence[]): WindowSum[] {
  const foldedWindow = Math.max(...about.map(by => by.foldedWindow))
  const sums = new Map<string, WindowSum>()
  for (const { window, counts } of about.flatMap(({ windows }) => windows)) {
    for (const [dimension, seen] of Object.entries(counts)) {
      const sum = sums.get(`${window} ${dimension}`) ?? { window, dimension, ok: 0, bad: 0, reporters: 0, isWhole: window > foldedWindow }
      sums.set(`${window} ${dimension}`, { ...sum, ok: sum.ok + seen.ok, bad: sum.bad + seen.bad, reporters: sum.reporters + 1 })
    }
  }
  return [...sums.values()].toSorted((a, b) => b.window - a.window)
}
