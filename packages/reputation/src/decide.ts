import { counted, shuffled } from '@peerwatch/model'
import { assessEvidence, assessLook } from './examine.ts'
import { caseCapacity } from './examiners.ts'
import { caseKey } from './case-key.ts'
import { examiners, isBeyond, seenBy } from './judge.ts'
import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { Decision } from './action.ts'
import type { Admission, Case, CaseOutcome } from './case-book.ts'
import type { Finding } from './finding-book.ts'
import type { Judge, Surroundings } from './judge.ts'

type CaseEnd = Extract<Decision, { type: 'close case' }>

/** What follows now. The judge puts it in force and asks again, until nothing follows. */
export function decide(judge: Judge, at: Surroundings): Decision[] {
  const ends = caseEnds(judge, at)
  const closing = new Set(ends.map(({ open }) => open))
  return [...fromEvidence(judge, at), ...lookEnds(judge, at), ...ends, ...proposals(judge, at), ...openings(judge, at), ...newLooks(judge, at, closing)]
}

/** A watcher's own evidence is a finding, whether or not a case is open. */
function fromEvidence(judge: Judge, at: Surroundings): Decision[] {
  const decisions: Decision[] = []
  const done = new Set<string>()
  for (const watcher of at.watchers) {
    const seen = seenBy(judge, watcher)
    for (const dimension of judge.options.dimensions.evictable) {
      for (const subject of seen.peers(dimension)) {
        if (done.has(`${dimension} ${subject}`) || !wantsEvidence(judge, at, subject, dimension)) continue
        const assessment = assessEvidence(seen, subject, dimension, judge.rng, judge.options)
        if (assessment?.outcome === 'failed') {
          done.add(`${dimension} ${subject}`)
          decisions.push({ type: 'sign finding', subject, dimension, watcher, assessment: { ...assessment, outcome: 'failed' }, reason: assessment.reason })
        } else if (assessment != null && assessment.controls >= judge.options.controlsLeast) {
          decisions.push({ type: 'dismiss evidence', subject, dimension, watcher, reason: assessment.reason })
        }
      }
    }
  }
  return decisions
}

function wantsEvidence(judge: Judge, at: Surroundings, subject: PeerIdString, dimension: EvictableDimension): boolean {
  return !isBeyond(at, subject) && judge.findings.of(judge.self, subject, dimension, at.window)?.outcome !== 'failed'
}

function lookEnds(judge: Judge, at: Surroundings): Decision[] {
  return judge.looks.list().flatMap((look): Decision[] => {
    const { subject, dimension, watcher, linkedWindow } = look
    const end = (reason: string): Decision => ({ type: 'end look', look, reason })
    const open = judge.cases.find(subject, dimension)
    if (open == null) return [end('the case is over')]
    if (ownFinding(judge, at, open) != null) return [end('has its finding')]
    if (!at.watchers.includes(watcher)) return [end('the watcher is gone')]
    if (linkedWindow == null) return at.window >= look.orderedWindow + judge.options.lookWindows ? [end('found no link')] : []
    const seen = seenBy(judge, watcher)
    const to = linkedWindow + judge.options.lookWindows - 1
    if (seen.newestWindow < to) return at.window > to + judge.options.nextExaminerWindows ? [end('the watcher is silent')] : []
    const { withinWindows } = judge.options.dimensions.evictableRow(dimension).evidence
    if (seen.sum(subject, dimension, to - withinWindows + 1, seen.newestWindow).finding) return [end('evidence without controls')]
    const assessment = assessLook(seen, subject, dimension, { from: linkedWindow, to: seen.newestWindow }, judge.options)
    if (assessment.outcome !== 'not confirmed') return [end(assessment.reason)]
    const outcome = assessment.outcome
    return [{ type: 'sign finding', subject, dimension, watcher, assessment: { ...assessment, outcome }, reason: assessment.reason }, end('has its finding')]
  })
}

/** What this node found in this case: a live `failed`, or a look since the case was opened. */
function ownFinding(judge: Judge, at: Surroundings, open: Case): Finding | undefined {
  const own = judge.findings.of(judge.self, open.subject, open.dimension, at.window)
  return own?.outcome === 'failed' || (own?.window ?? -Infinity) >= open.openedWindow ? own : undefined
}

function caseEnds(judge: Judge, at: Surroundings): CaseEnd[] {
  return judge.cases.open().flatMap((open): CaseEnd[] => {
    const close = (outcome: CaseOutcome, reason: string): CaseEnd[] => [{ type: 'close case', open, outcome, reason }]
    if (at.isEvicted(open.subject)) return close('evicted', 'a certificate is in force')
    if (open.readyWindow == null) {
      const live = judge.findings.live(open.subject, open.dimension, at.window)
      const cleared = live.filter(({ outcome, window }) => outcome === 'not confirmed' && window >= open.openedWindow).length
      if (cleared >= at.roster.quorum) return close('acquitted', `${cleared} looks confirmed nothing`)
      return judge.cases.isExpired(open, at.window) ? close('expired', `no result in ${judge.options.caseWindows} windows`) : []
    }
    // findings enough, but nobody got the signatures: as long again, so that every examiner had its turn
    return at.window >= open.readyWindow + judge.options.caseWindows ? close('expired', 'no certificate came together') : []
  })
}

/** The first examiner in order that has a finding proposes. After two windows the next one does. */
function proposals(judge: Judge, at: Surroundings): Decision[] {
  return judge.cases.open().flatMap((open): Decision[] => {
    const { subject, dimension, readyWindow, openedWindow } = open
    if (readyWindow == null || isBeyond(at, subject)) return []
    const findings = judge.findings.live(subject, dimension, at.window).filter(({ outcome }) => outcome === 'failed')
    const proposers = examiners(judge, at, subject, openedWindow).filter(node => findings.some(({ by }) => by === node))
    const turn = Math.floor(Math.max(0, at.window - readyWindow) / judge.options.nextProposerWindows) % Math.max(1, proposers.length)
    if (proposers[turn] !== judge.self || (judge.proposals.get(caseKey(subject, dimension)) ?? -Infinity) >= at.window) return []
    return [{ type: 'propose', open, reason: `${counted(findings.length, 'failed finding')} in ${dimension}` }]
  })
}

function openings(judge: Judge, at: Surroundings): Decision[] {
  return judge.cases
    .admissions(at.window, caseCapacity(at.roster.trusted.length, at.roster.quorum, judge.options))
    .filter(({ candidate: { subject } }) => !isBeyond(at, subject))
    .map(admission => ({ type: 'open case', admission, reason: openingReason(admission) }))
}

function openingReason({ candidate: { groups, dimension, firstHand }, lane }: Admission): string {
  if (firstHand) return `a watcher saw it, ${dimension}`
  return `${counted(groups.length, 'accusing group')}, ${dimension}, by ${lane}`
}

/** Orders looks in the cases in which this node is asked. A case that ends now needs none. */
function newLooks(judge: Judge, at: Surroundings, closing: ReadonlySet<Case>): Decision[] {
  const free = new Map(at.watchers.map(watcher => [watcher, judge.options.lookSlotsCount - judge.looks.of(watcher).length]))
  return judge.cases.open().flatMap((open): Decision[] => {
    const { subject, dimension } = open
    const isAsked = examiners(judge, at, subject, open.openedWindow).slice(0, open.askedCount).includes(judge.self)
    if (!isAsked || closing.has(open) || isBeyond(at, subject) || ownFinding(judge, at, open) != null || judge.looks.find(subject, dimension) != null) return []
    if (at.isOverloaded && mayOthersLook(judge, at, open)) return []
    const watcher = chooseWatcher(judge, at, open, free)
    if (watcher == null) return []
    free.set(watcher, free.get(watcher)! - 1)
    return [{ type: 'look', subject, dimension, watcher, reason: `asked as one of ${open.askedCount} examiners, ${dimension}` }]
  })
}

/** Whether another examiner has yet to be asked or to end its look. If all had their turn, a late look is better than none. */
function mayOthersLook(judge: Judge, at: Surroundings, { subject, openedWindow, askedCount, progressWindow }: Case): boolean {
  return (
    askedCount < examiners(judge, at, subject, openedWindow).length ||
    at.window - progressWindow < judge.options.lookWindows + judge.options.nextExaminerWindows
  )
}

/**
 * Chooses a watcher that did not try yet, preferably one that sees the suspect already, and then the one with the most free slots. It is never the
 * suspect itself.
 */
function chooseWatcher(judge: Judge, at: Surroundings, { subject, dimension }: Case, free: ReadonlyMap<PeerIdString, number>): PeerIdString | undefined {
  const rank = (watcher: PeerIdString): number => {
    const hasTried = judge.looks.hasTried(watcher, subject, dimension) ? 1 : 0
    const sees = seenBy(judge, watcher).peers(dimension).includes(subject) ? 0 : 1
    return hasTried * 10_000 + sees * 1_000 - free.get(watcher)!
  }
  const fit = at.watchers.filter(watcher => watcher !== subject && free.get(watcher)! > 0)
  return shuffled(fit, judge.rng).toSorted((a, b) => rank(a) - rank(b))[0]
}
