import { liveness as row } from '@peerwatch/detection'
import { tally } from './tally.ts'
import type { ObserverFactory } from './observer.ts'

/** Answered and missed pings. */
export const liveness: ObserverFactory = (_core, { onProbe, isSubject }) => {
  const counts = tally()
  return {
    dimension: row.name,
    needsOwnLink: true,
    close: counts.take,
    start: () =>
      onProbe((peer, answered) => {
        if (isSubject(peer)) counts.add(peer, answered ? { ok: 1, bad: 0 } : { ok: 0, bad: 1 })
      })
  }
}
