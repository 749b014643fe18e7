import { caseKey } from '@peerwatch/reputation'
import { readNotice } from './finding-messages.ts'
import { toPeerId } from '@peerwatch/link'
import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { Case } from '@peerwatch/reputation'
import type { CaseNotice } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Judge } from './judge.ts'

/** Cases that other trusted nodes opened. */
export interface AnnouncedCases {
  /** Joins the case where there is room; returns it where it is new here. */
  readonly join: (notice: CaseNotice, from: PeerIdString) => Case | undefined
  readonly closed: (subject: PeerIdString, dimension: EvictableDimension) => void
}

/** One liar in the roster can fill its own share of the looks, and nobody else's. */
export function announcedCases(core: Core, known: Judge): AnnouncedCases {
  const { cases, findings } = known
  const announcedBy = new Map<string, PeerIdString>()

  const isFull = (from: PeerIdString): boolean => {
    const byFrom = [...announcedBy.values()].filter(node => node === from).length
    return byFrom >= known.capacity() || cases.open().length >= 2 * known.capacity()
  }
  return {
    join: (notice, from) => {
      const read = core.roster.isTrusted(from) ? readNotice(notice, known.now()) : undefined
      if (read == null) {
        core.emit('peer:fault', { peer: toPeerId(from), protocol: 'case', what: 'malformed' })
        return undefined
      }
      const { subject, dimension, openedWindow } = read
      if (known.isImmune(subject) || core.certificates.evicted(subject) != null) return undefined
      const candidate = { ...read, firstHand: findings.of(from, subject, dimension, known.now())?.outcome === 'failed' }
      if (cases.isResting(candidate, known.now())) return undefined
      const isNew = cases.find(subject, dimension) == null
      if (isNew && isFull(from)) {
        // its turn comes by the rules of the queue
        cases.accuse(candidate, known.now())
        return undefined
      }
      const opened = cases.begin(candidate, { openedWindow, lane: 'announced', askedCount: core.roster.current().quorum + 1 })
      if (!isNew) return undefined
      announcedBy.set(caseKey(subject, dimension), from)
      return opened
    },
    closed: (subject, dimension) => {
      announcedBy.delete(caseKey(subject, dimension))
    }
  }
}
