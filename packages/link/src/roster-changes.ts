import type { PeerIdString } from '@peerwatch/model'
import type { Roster } from './network.ts'

/** A term whose value differs between two rosters. */
export interface ChangedTerm {
  readonly name: (typeof TERMS)[number] | 'requestLimits'
  readonly from: number | string | Readonly<Record<string, number>>
  readonly to: number | string | Readonly<Record<string, number>>
}

/** The changes between a roster and the one before it. */
export interface RosterChanges {
  readonly terms: readonly ChangedTerm[]
  readonly seedsAdded: readonly PeerIdString[]
  readonly seedsRemoved: readonly PeerIdString[]
  readonly trustedAdded: readonly PeerIdString[]
  readonly trustedRemoved: readonly PeerIdString[]
}

const TERMS = ['quorum', 'maxDegree', 'requestsPerSecond', 'retentionMs', 'retentionBytes'] as const

function sorted(limits: Roster['requestLimits']): Record<string, number> {
  return Object.fromEntries([...limits].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function without(some: readonly PeerIdString[], others: readonly PeerIdString[]): PeerIdString[] {
  return some.filter(peer => !others.includes(peer))
}

type Compared = Pick<Roster, (typeof TERMS)[number] | 'requestLimits' | 'seeds' | 'trusted'>

export function rosterChanges(before: Compared, after: Compared): RosterChanges {
  const limits = { name: 'requestLimits', from: sorted(before.requestLimits), to: sorted(after.requestLimits) } as const
  const terms: ChangedTerm[] = TERMS.filter(name => before[name] !== after[name]).map(name => ({ name, from: before[name], to: after[name] }))
  return {
    terms: JSON.stringify(limits.from) === JSON.stringify(limits.to) ? terms : [...terms, limits],
    seedsAdded: without(after.seeds, before.seeds),
    seedsRemoved: without(before.seeds, after.seeds),
    trustedAdded: without(after.trusted, before.trusted),
    trustedRemoved: without(before.trusted, after.trusted)
  }
}
