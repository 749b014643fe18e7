import { suspicionWeight, suspicions } from '@peerwatch/reputation'
import type { PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { Suspicion, WeightOf } from '@peerwatch/reputation'
import type { Judge } from './judge.ts'

/** Reports in, suspects into the queue of cases. */
export interface Accusations {
  /** True when the report makes its subject a suspect that it was not before. */
  readonly hear: (report: Report, isConflict: boolean) => boolean
  /** Looks again at everybody of whom something was heard since the last time; returns them. */
  readonly review: () => PeerIdString[]
}

const MOST_HEARD = 100_000

export function accusations({ evidence, cases, isImmune, now, options }: Judge, weightOf: WeightOf): Accusations {
  let heard = new Set<PeerIdString>()
  /** How many subjects each group accuses, as of the last review. */
  let counts = new Map<string, number>()

  /** True where this is news. */
  const suspect = (subject: PeerIdString, found: readonly Suspicion[], window: WindowNumber): boolean => {
    let isNew = false
    for (const suspicion of found) {
      if (!suspicion.isSuspect || isImmune(subject)) continue
      const { dimension, accusers } = suspicion
      const weight = suspicionWeight(suspicion, group => counts.get(group) ?? 1)
      const groups = accusers.map(({ group }) => group)
      if (cases.accuse({ subject, dimension, groups, weight, firstHand: false }, window) === 'queued') isNew = true
    }
    return isNew
  }
  return {
    hear: (report, isConflict) => {
      const { reporter, subject, window, cuts } = report
      if (isConflict) evidence.retract(reporter, subject, window)
      else if (evidence.add(report, now()) === 'ignored') return false
      if (heard.size < MOST_HEARD) heard.add(subject)
      const isBlaming = cuts.length > 0 || (report.counts.integrity?.bad ?? 0) > 0 || (report.counts.resource?.bad ?? 0) > 0
      return isBlaming && !isConflict && suspect(subject, suspicions(evidence.about(subject, now()), weightOf, options), now())
    },
    review: () => {
      const reviewed = [...heard]
      heard = new Set()
      const found = reviewed.map(subject => ({ subject, found: suspicions(evidence.about(subject, now()), weightOf, options) }))
      counts = new Map()
      for (const { group } of found.flatMap(({ found: of }) => of.flatMap(({ accusers }) => accusers))) counts.set(group, (counts.get(group) ?? 0) + 1)
      for (const { subject, found: of } of found) suspect(subject, of, now())
      return reviewed
    }
  }
}
