import { caseKey } from './case-key.ts'
import { seenBy } from './judge.ts'
import { findRefusal, verdictTerms } from './verdict.ts'
import type { Action, Decision } from './action.ts'
import type { Finding } from './finding-book.ts'
import type { Judge, Surroundings } from './judge.ts'
import type { Proposal, RefusalReason } from './verdict.ts'

/** Puts a decision in force here, and returns what the node has to do about it. */
export function apply(judge: Judge, at: Surroundings, decision: Decision): Action {
  switch (decision.type) {
    case 'open case':
      return open(judge, at, decision)
    case 'look':
      judge.looks.order(decision.subject, decision.dimension, decision.watcher, at.window)
      return decision
    case 'end look':
      judge.looks.end(decision.look.subject, decision.look.dimension)
      return decision
    case 'sign finding':
      return sign(judge, at, decision)
    case 'dismiss evidence':
      seenBy(judge, decision.watcher).dismiss(decision.subject, decision.dimension)
      return decision
    case 'close case':
      close(judge, at, decision)
      return decision
    case 'propose':
      return propose(judge, at, decision)
    default:
      return decision satisfies never
  }
}

/** Why this node does not sign. Undefined: it signs, and the subject counts towards what the node may sign in this window. */
export function refusalOf(judge: Judge, at: Surroundings, proposal: Proposal): RefusalReason | undefined {
  const { signed, findings, options, windowMs } = judge
  const { subject, dimension } = proposal
  if (signed.window !== at.window) {
    signed.window = at.window
    signed.subjects.clear()
  }
  const refusal = findRefusal(
    proposal,
    {
      now: at.window,
      windowMs,
      rosterVersion: at.roster.version,
      ownFinding: findings.of(judge.self, subject, dimension, at.window),
      history: at.history(subject),
      isEvicted: at.isEvicted(subject),
      isImmune: at.isImmune(subject),
      signed: signed.subjects,
      registeredCount: at.registeredCount
    },
    options
  )
  if (refusal == null) signed.subjects.add(subject)
  return refusal
}

type Of<Type> = Extract<Decision, { readonly type: Type }>

function open({ cases }: Judge, at: Surroundings, { admission: { candidate, lane }, reason }: Of<'open case'>): Action {
  // the window that ended is the case's: its end, which the certificate names, is past on every clock
  const opened = cases.begin(candidate, { openedWindow: at.window - 1, lane, askedCount: at.roster.quorum + 1 })
  return { type: 'open case', open: opened, reason }
}

function sign(judge: Judge, at: Surroundings, { subject, dimension, assessment, reason }: Of<'sign finding'>): Action {
  const { cases, findings, self: by } = judge
  const { outcome, ok, bad, controls, controlsPassed } = assessment
  const content: Omit<Finding, 'id'> = { subject, dimension, outcome, by, window: at.window, ok, bad, controls, controlsPassed }
  const finding: Finding = { ...content, id: judge.findingId(content) }
  findings.add(finding)
  cases.progressed(subject, dimension, at.window)
  if (outcome === 'failed') cases.accuse({ subject, dimension, groups: [], weight: 1, firstHand: true }, at.window)
  return { type: 'sign finding', finding, reason }
}

function close({ cases, looks, findings, announcedBy }: Judge, at: Surroundings, { open: closed, outcome }: Of<'close case'>): void {
  const { subject, dimension } = closed
  cases.close(subject, dimension, outcome, at.window)
  // a look that is under way is ended by the next round, which tells its watcher
  looks.forget(subject, dimension)
  announcedBy.delete(caseKey(subject, dimension))
  // what led to this eviction must not lead to the next
  if (outcome === 'evicted') findings.forget(subject, dimension)
}

function propose(judge: Judge, at: Surroundings, { open: ready, reason }: Of<'propose'>): Action {
  const { findings, proposals, options, windowMs } = judge
  const { subject, dimension, openedWindow } = ready
  for (const [key, window] of proposals) if (window < at.window) proposals.delete(key)
  proposals.set(caseKey(subject, dimension), at.window)
  const terms = verdictTerms(openedWindow, windowMs, at.history(subject), options)
  const proposal = { subject, dimension, rosterVersion: at.roster.version, ...terms }
  const refusal = refusalOf(judge, at, proposal)
  if (refusal != null) return { type: 'refuse verdict', proposal, proposer: judge.self, reason: refusal }
  return { type: 'propose', open: ready, findings: findings.live(subject, dimension, at.window), proposal, reason }
}
