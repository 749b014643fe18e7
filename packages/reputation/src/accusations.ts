import { isForgiven } from './judge.ts'
import { suspicionWeight, suspicions } from './suspicion.ts'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { KeptAccount } from './evidence.ts'
import type { Judge, Surroundings } from './judge.ts'
import type { Suspicion } from './suspicion.ts'

const MOST_HEARD = 100_000

/** Takes a report in. Returns true if it makes its subject a suspect that it was not before. */
export function hear(judge: Judge, at: Surroundings, report: Report, isConflict: boolean): boolean {
  const { evidence, heard, options } = judge
  const { reporter, subject, window, cuts, counts } = report
  if (isForgiven(judge, at, subject, window)) return false
  if (isConflict) evidence.retract(reporter, subject, window)
  else if (evidence.add(report, at.window) === 'ignored') return false
  if (heard.size < MOST_HEARD) heard.add(subject)
  const isBlaming = cuts.length > 0 || options.dimensions.evictable.some(dimension => (counts[dimension]?.bad ?? 0) > 0)
  return isBlaming && !isConflict && suspect(judge, at, subject, suspected(judge, at, subject))
}

/** Takes in what reports of the past come to. The next review shows whom they accuse. */
export function recall({ evidence, heard }: Judge, accounts: readonly KeptAccount[]): void {
  for (const account of accounts) {
    evidence.take(account)
    if (heard.size < MOST_HEARD) heard.add(account.subject)
  }
}

/** Looks again at all subjects of reports since the last review, and returns them. */
export function review(judge: Judge, at: Surroundings): PeerIdString[] {
  const { heard, accusations } = judge
  const reviewed = [...heard]
  heard.clear()
  const found = reviewed.map(subject => ({ subject, of: suspected(judge, at, subject) }))
  accusations.clear()
  for (const { group } of found.flatMap(({ of }) => of.flatMap(({ accusers }) => accusers))) accusations.set(group, (accusations.get(group) ?? 0) + 1)
  for (const { subject, of } of found) suspect(judge, at, subject, of)
  return reviewed
}

function suspected({ evidence, cases, voiceOf, options }: Judge, at: Surroundings, subject: PeerIdString): Suspicion[] {
  return suspicions(evidence.about(subject, at.window), voiceOf, options, dimension => cases.atRest(subject, dimension, at.window))
}

/** Puts suspects into the queue of cases. Returns true if one of them is new there. */
function suspect({ cases, accusations }: Judge, at: Surroundings, subject: PeerIdString, found: readonly Suspicion[]): boolean {
  let isNew = false
  for (const suspicion of found) {
    if (!suspicion.isSuspect || at.isImmune(subject) || at.isOwnWatcher(subject)) continue
    const { dimension, accusers } = suspicion
    const weight = suspicionWeight(suspicion, group => accusations.get(group) ?? 1)
    const groups = accusers.map(({ group }) => group)
    if (cases.accuse({ subject, dimension, groups, weight, firstHand: false }, at.window) === 'queued') isNew = true
  }
  return isNew
}
