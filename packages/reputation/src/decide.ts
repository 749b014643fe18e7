import { EVICTABLE, shuffled } from '@peerwatch/model'
import { assessEvidence, assessLook } from './examine.ts'
import type { EvictableDimension, PeerIdString, Rng, WindowNumber } from '@peerwatch/model'
import type { Admission, Case, CaseBook, CaseOutcome } from './case-book.ts'
import type { Assessment } from './examine.ts'
import type { Finding, FindingBook } from './finding-book.ts'
import type { Look, LookBook } from './look-book.ts'
import type { ReputationOptions } from './options.ts'
import type { SeenBook } from './seen-book.ts'

export interface WatcherView {
  readonly watcher: PeerIdString
  readonly seen: SeenBook
  readonly freeSlots: number
}

/** All that a trusted node judges by; nothing in it is changed here. */
export interface JudgeView {
  /** The window that is under way. */
  readonly now: WindowNumber
  readonly self: PeerIdString
  readonly quorum: number
  readonly capacity: number
  readonly cases: CaseBook
  readonly findings: FindingBook
  readonly looks: LookBook
  /** Those that have a link to us. */
  readonly watchers: readonly WatcherView[]
  readonly examiners: (subject: PeerIdString, openedWindow: WindowNumber) => readonly PeerIdString[]
  /** Seeds, roster members and own watchers are never subjects. */
  readonly isImmune: (peer: PeerIdString) => boolean
  readonly isEvicted: (peer: PeerIdString) => boolean
  /** This node has been late for long: what its looks miss says little, so that others look first. */
  readonly isOverloaded: boolean
  /** The window in which this node proposed this eviction last. */
  readonly proposedWindow: (subject: PeerIdString, dimension: EvictableDimension) => WindowNumber | undefined
  readonly rng: Rng
  readonly options: ReputationOptions
}

/** One thing to do; the reason becomes the log line and the metric's label. */
export type Action = { readonly reason: string } & (
  | { readonly type: 'open case'; readonly admission: Admission }
  | { readonly type: 'look'; readonly subject: PeerIdString; readonly dimension: EvictableDimension; readonly watcher: PeerIdString }
  | { readonly type: 'end look'; readonly look: Look }
  | {
      readonly type: 'sign finding'
      readonly subject: PeerIdString
      readonly dimension: EvictableDimension
      readonly watcher: PeerIdString
      readonly assessment: Assessment & { readonly outcome: 'failed' | 'not confirmed' }
    }
  | { readonly type: 'dismiss evidence'; readonly subject: PeerIdString; readonly dimension: EvictableDimension; readonly watcher: PeerIdString }
  | { readonly type: 'propose'; readonly open: Case; readonly findings: readonly Finding[] }
  | { readonly type: 'close case'; readonly open: Case; readonly outcome: CaseOutcome }
)

/** What a trusted node does next. Run it again after its actions were performed, until there is none. */
export function decide(view: JudgeView): Action[] {
  return [...evidenceActions(view), ...lookEnds(view), ...caseEnds(view), ...proposals(view), ...openings(view), ...newLooks(view)]
}

/** A watcher's own evidence is a finding whether or not a case is open. */
function evidenceActions(view: JudgeView): Action[] {
  const actions: Action[] = []
  const done = new Set<string>()
  for (const { watcher, seen } of view.watchers) {
    for (const dimension of EVICTABLE) {
      for (const subject of seen.peers(dimension)) {
        if (done.has(`${dimension} ${subject}`) || !wantsEvidence(view, subject, dimension)) continue
        const assessment = assessEvidence(seen, subject, dimension, view.rng, view.options)
        if (assessment?.outcome === 'failed') {
          done.add(`${dimension} ${subject}`)
          actions.push({ type: 'sign finding', subject, dimension, watcher, assessment: { ...assessment, outcome: 'failed' }, reason: assessment.reason })
        } else if (assessment != null && assessment.controls >= view.options.controlsLeast) {
          actions.push({ type: 'dismiss evidence', subject, dimension, watcher, reason: assessment.reason })
        }
      }
    }
  }
  return actions
}

function wantsEvidence(view: JudgeView, subject: PeerIdString, dimension: EvictableDimension): boolean {
  if (view.isImmune(subject) || view.isEvicted(subject)) return false
  return view.findings.of(view.self, subject, dimension, view.now)?.outcome !== 'failed'
}

function lookEnds(view: JudgeView): Action[] {
  return view.looks.list().flatMap((look): Action[] => {
    const { subject, dimension, watcher, linkedWindow } = look
    const end = (reason: string): Action => ({ type: 'end look', look, reason })
    const open = view.cases.find(subject, dimension)
    if (open == null) return [end('the case is over')]
    if (ownFinding(view, open) != null) return [end('has its finding')]
    const by = view.watchers.find(known => known.watcher === watcher)
    if (by == null) return [end('the watcher is gone')]
    if (linkedWindow == null) return view.now >= look.orderedWindow + view.options.lookWindows ? [end('found no link')] : []
    const to = linkedWindow + view.options.lookWindows - 1
    if (by.seen.newestWindow < to) return view.now > to + view.options.nextExaminerWindows ? [end('the watcher is silent')] : []
    if (by.seen.sum(subject, dimension, to - view.options.evidenceWindows + 1, by.seen.newestWindow).finding) return [end('evidence without controls')]
    const assessment = assessLook(by.seen, subject, dimension, { from: linkedWindow, to: by.seen.newestWindow }, view.options)
    if (assessment.outcome !== 'not confirmed') return [end(assessment.reason)]
    const outcome = assessment.outcome
    return [{ type: 'sign finding', subject, dimension, watcher, assessment: { ...assessment, outcome }, reason: assessment.reason }, end('has its finding')]
  })
}

/** What this node found in this case: a live `failed`, or a look since it was opened. */
function ownFinding(view: JudgeView, open: Case): Finding | undefined {
  const own = view.findings.of(view.self, open.subject, open.dimension, view.now)
  return own?.outcome === 'failed' || (own?.window ?? -Infinity) >= open.openedWindow ? own : undefined
}

function caseEnds(view: JudgeView): Action[] {
  return view.cases.open().flatMap((open): Action[] => {
    const close = (outcome: CaseOutcome, reason: string): Action[] => [{ type: 'close case', open, outcome, reason }]
    if (view.isEvicted(open.subject)) return close('evicted', 'a certificate is in force')
    if (open.readyWindow == null) {
      const live = view.findings.live(open.subject, open.dimension, view.now)
      const cleared = live.filter(({ outcome, window }) => outcome === 'not confirmed' && window >= open.openedWindow).length
      if (cleared >= view.quorum) return close('acquitted', `${cleared} looks confirmed nothing`)
      return view.cases.isExpired(open, view.now) ? close('expired', `no result in ${view.options.caseWindows} windows`) : []
    }
    // findings enough, but nobody got the signatures: as long again, so that every examiner had its turn
    return view.now >= open.readyWindow + view.options.caseWindows ? close('expired', 'no certificate came together') : []
  })
}

/** The first examiner in order that has a finding proposes, after two windows the next. */
function proposals(view: JudgeView): Action[] {
  return view.cases.open().flatMap((open): Action[] => {
    const { subject, dimension, readyWindow, openedWindow } = open
    if (readyWindow == null || view.isEvicted(subject) || view.isImmune(subject)) return []
    const findings = view.findings.live(subject, dimension, view.now).filter(({ outcome }) => outcome === 'failed')
    const proposers = view.examiners(subject, openedWindow).filter(node => findings.some(({ by }) => by === node))
    const turn = Math.floor(Math.max(0, view.now - readyWindow) / view.options.nextProposerWindows) % Math.max(1, proposers.length)
    if (proposers[turn] !== view.self || (view.proposedWindow(subject, dimension) ?? -Infinity) >= view.now) return []
    return [{ type: 'propose', open, findings, reason: `${findings.length} failed findings in ${dimension}` }]
  })
}

function openings(view: JudgeView): Action[] {
  return view.cases
    .admissions(view.now, view.capacity)
    .filter(({ candidate: { subject } }) => !view.isEvicted(subject) && !view.isImmune(subject))
    .map(admission => ({ type: 'open case', admission, reason: openingReason(admission) }))
}

function openingReason({ candidate: { groups, dimension, firstHand }, lane }: Admission): string {
  if (firstHand) return `a watcher saw it, ${dimension}`
  return `${groups.length} accusing groups, ${dimension}, by ${lane}`
}

/** Orders looks in the cases in which this node is asked. */
function newLooks(view: JudgeView): Action[] {
  const free = new Map(view.watchers.map(({ watcher, freeSlots }) => [watcher, freeSlots]))
  return view.cases.open().flatMap((open): Action[] => {
    const { subject, dimension } = open
    const isAsked = view.examiners(subject, open.openedWindow).slice(0, open.askedCount).includes(view.self)
    if (!isAsked || view.isImmune(subject) || view.isEvicted(subject) || ownFinding(view, open) != null || view.looks.find(subject, dimension) != null)
      return []
    if (view.isOverloaded && mayOthersLook(view, open)) return []
    const watcher = chooseWatcher(view, open, free)
    if (watcher == null) return []
    free.set(watcher, free.get(watcher)! - 1)
    return [{ type: 'look', subject, dimension, watcher, reason: `asked as one of ${open.askedCount} examiners, ${dimension}` }]
  })
}

/** Another examiner has yet to be asked, or to end its look; where all had their turn a late look is better than none. */
function mayOthersLook(view: JudgeView, { subject, openedWindow, askedCount, progressWindow }: Case): boolean {
  return askedCount < view.examiners(subject, openedWindow).length || view.now - progressWindow < view.options.lookWindows + view.options.nextExaminerWindows
}

/** One that did not try yet, rather one that sees the suspect already, with most free slots; never the suspect itself. */
function chooseWatcher(view: JudgeView, { subject, dimension }: Case, free: ReadonlyMap<PeerIdString, number>): PeerIdString | undefined {
  const rank = ({ watcher, seen }: WatcherView): number => {
    const hasTried = view.looks.hasTried(watcher, subject, dimension) ? 1 : 0
    const sees = seen.peers(dimension).includes(subject) ? 0 : 1
    return hasTried * 10_000 + sees * 1_000 - free.get(watcher)!
  }
  const fit = view.watchers.filter(({ watcher }) => watcher !== subject && free.get(watcher)! > 0)
  return shuffled(fit, view.rng).toSorted((a, b) => rank(a) - rank(b))[0]?.watcher
}
