import { caseKey } from './case-key.ts'
import { caseCapacity } from './examiners.ts'
import { isBeyond } from './judge.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Action } from './action.ts'
import type { Candidate } from './case-book.ts'
import type { Judge, Surroundings } from './judge.ts'

/** A case that another member of the roster says it opened. */
export interface AnnouncedCase {
  readonly from: PeerIdString
  readonly candidate: Candidate
  readonly openedWindow: WindowNumber
}

/** Joins the case if there is room. A liar in the roster can fill its own share of the looks, but no other member's. */
export function join(judge: Judge, at: Surroundings, { from, candidate: read, openedWindow }: AnnouncedCase): Action[] {
  const { cases, findings, announcedBy } = judge
  const { subject, dimension } = read
  if (isBeyond(at, subject)) return []
  const candidate = { ...read, firstHand: findings.of(from, subject, dimension, at.window)?.outcome === 'failed' }
  if (cases.isResting(candidate, at.window)) return []
  const isNew = cases.find(subject, dimension) == null
  if (isNew && isFull(judge, at, from)) {
    // its turn comes by the rules of the queue
    cases.accuse(candidate, at.window)
    return []
  }
  const open = cases.begin(candidate, { openedWindow, lane: 'announced', askedCount: at.roster.quorum + 1 })
  if (!isNew) return []
  announcedBy.set(caseKey(subject, dimension), from)
  return [{ type: 'join case', open, reason: `announced by ${from}, ${dimension}` }]
}

function isFull({ cases, announcedBy, options }: Judge, { roster }: Surroundings, from: PeerIdString): boolean {
  const places = caseCapacity(roster.trusted.length, roster.quorum, options)
  const byFrom = [...announcedBy.values()].filter(node => node === from).length
  return byFrom >= places || cases.open().length >= 2 * places
}
