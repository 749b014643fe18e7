import { apply, refusalOf } from './apply.ts'
import { decide } from './decide.ts'
import { erase } from './erase.ts'
import { hear, recall, review } from './accusations.ts'
import { join } from './announced-cases.ts'
import { record } from './standings.ts'
import { forgive, isForgiven, seenBy } from './judge.ts'
import type { PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { Action } from './action.ts'
import type { AnnouncedCase } from './announced-cases.ts'
import type { KeptAccount } from './evidence.ts'
import type { Finding } from './finding-book.ts'
import type { Judge, Surroundings } from './judge.ts'
import type { Seen } from './seen-book.ts'
import type { Proposal } from './verdict.ts'

/** What comes to a judge. It has been read, and its signature checked, but its sender may still lie. */
export type Happening =
  | { readonly type: 'report'; readonly report: Report; readonly isConflict: boolean }
  /** What stored reports come to, at a start; older ones come first. */
  | { readonly type: 'recalled'; readonly accounts: readonly KeptAccount[] }
  /** What a watcher saw, and the suspects to which it has found a link. */
  | {
      readonly type: 'seen'
      readonly watcher: PeerIdString
      readonly window: WindowNumber
      readonly seen: readonly Seen[]
      readonly linked: readonly PeerIdString[]
    }
  | ({ readonly type: 'case announced' } & AnnouncedCase)
  | { readonly type: 'finding'; readonly finding: Finding }
  /** A member of the roster asks this node to sign. */
  | { readonly type: 'proposal'; readonly proposal: Proposal; readonly from: PeerIdString }
  | { readonly type: 'window ended'; readonly closed: WindowNumber }
  | { readonly type: 'evicted'; readonly peer: PeerIdString }
  | { readonly type: 'reinstated'; readonly peer: PeerIdString }
  /** The peer's records up to the end of this window are gone. Those after it come again, as reports and findings. */
  | { readonly type: 'erased'; readonly peer: PeerIdString; readonly throughWindow: WindowNumber }
  | { readonly type: 'watchers changed' }
  /** Other nodes hold the reports about these now. */
  | { readonly type: 'subjects lost'; readonly isLost: (subject: PeerIdString) => boolean }

/** Each event brings the time, and everything else that is not the judge's own. */
export type JudgeEvent = Happening & { readonly at: Surroundings }

/** Takes one event in. Returns what is in force now and has to be performed, in this order. */
export function step(judge: Judge, event: JudgeEvent): Action[] {
  const { at } = event
  switch (event.type) {
    case 'report':
      return hear(judge, at, event.report, event.isConflict) ? settle(judge, at) : []
    case 'recalled':
      recall(judge, event.accounts)
      return []
    case 'seen':
      seenBy(judge, event.watcher).add(
        event.window,
        event.seen.filter(({ peer }) => !isForgiven(judge, at, peer, event.window))
      )
      for (const peer of event.linked) judge.looks.linked(event.watcher, peer, at.window)
      return settle(judge, at)
    case 'case announced':
      return [...join(judge, at, event), ...settle(judge, at)]
    case 'finding':
      return take(judge, at, event.finding)
    case 'proposal':
      return [answer(judge, at, event.proposal, event.from)]
    case 'window ended': {
      const reviewed = review(judge, at)
      const actions = settle(judge, at)
      const concerned = new Set([...reviewed, ...judge.cases.open().map(({ subject }) => subject)])
      return [...actions, ...record(judge, at, concerned, event.closed)]
    }
    case 'evicted':
      return [...settle(judge, at), ...record(judge, at, [event.peer], at.window)]
    case 'reinstated':
      forgive(judge, at, event.peer)
      return [...settle(judge, at), ...record(judge, at, [event.peer], at.window)]
    case 'erased':
      erase(judge, event.peer, event.throughWindow)
      return []
    case 'watchers changed':
      return settle(judge, at)
    case 'subjects lost':
      for (const subject of judge.evidence.subjects().filter(event.isLost)) judge.evidence.forget(subject)
      return []
    default:
      return event satisfies never
  }
}

/** One decision may allow for the next, but a mistake must not loop for ever. */
const MOST_ROUNDS = 16

/** Decides, and puts the decisions in force, until nothing follows any more. */
function settle(judge: Judge, at: Surroundings): Action[] {
  const { cases, findings } = judge
  const { trusted, quorum } = at.roster
  const members = new Set(trusted)
  const actions: Action[] = []
  for (let round = 0; round < MOST_ROUNDS; round++) {
    findings.prune(at.window, node => members.has(node))
    cases.advance(at.window, trusted.length, quorum, ({ subject, dimension }) => {
      return findings.live(subject, dimension, at.window).filter(({ outcome }) => outcome === 'failed').length
    })
    const decisions = decide(judge, at)
    if (decisions.length === 0) break
    for (const decision of decisions) actions.push(apply(judge, at, decision))
  }
  return actions
}

function take(judge: Judge, at: Surroundings, finding: Finding): Action[] {
  const { cases, findings, self } = judge
  if (isForgiven(judge, at, finding.subject, finding.window) || !findings.add(finding)) return []
  cases.progressed(finding.subject, finding.dimension, at.window)
  // its own come back from the store after a restart
  const taken: Action[] = finding.by === self ? [] : [{ type: 'take finding', finding, reason: 'signed by another trusted node' }]
  return [...taken, ...settle(judge, at)]
}

function answer(judge: Judge, at: Surroundings, proposal: Proposal, proposer: PeerIdString): Action {
  const refusal = refusalOf(judge, at, proposal)
  if (refusal != null) return { type: 'refuse verdict', proposal, proposer, reason: refusal }
  return { type: 'sign verdict', proposal, proposer, reason: 'its own finding says the same' }
}
