import { shuffled } from '@peerwatch/model'
import type { PeerIdString, Rng } from '@peerwatch/model'
import type { KnownPeer } from '@peerwatch/link'

export interface Link {
  readonly peer: PeerIdString
  readonly direction: 'inbound' | 'outbound'
  readonly sinceMs: number
  readonly held: boolean
}

/**
 * Which links to end: those above the maximum, the newest inbound ones first, held ones never.
 *
 * Old links stay: who comes in a crowd cannot push out those who were there.
 */
export function decidePrunes(links: readonly Link[], maxDegree: number): PeerIdString[] {
  const byAge = links.filter(({ held }) => !held).toSorted((a, b) => b.sinceMs - a.sinceMs)
  const inOrder = [...byAge.filter(({ direction }) => direction === 'inbound'), ...byAge.filter(({ direction }) => direction === 'outbound')]
  return inOrder.slice(0, Math.max(0, links.length - maxDegree)).map(({ peer }) => peer)
}

/**
 * Which lost neighbours are watched no longer where there are too many: the newest acquaintances, held ones never.
 *
 * Who connects under one name after the other and is gone again must not be redialled by the thousand, nor push out whom others know.
 */
export function decideForgets(lost: readonly Omit<Link, 'direction'>[], most: number): PeerIdString[] {
  const byAge = lost.filter(({ held }) => !held).toSorted((a, b) => b.sinceMs - a.sinceMs)
  return byAge.slice(0, Math.max(0, lost.length - most)).map(({ peer }) => peer)
}

/** Picks random listed peers to dial; those that no seed could dial back come last. */
export function decideDials(listed: readonly KnownPeer[], missing: number, rng: Rng): KnownPeer[] {
  const random = shuffled(listed, rng)
  return [...random.filter(({ unreachable }) => !unreachable), ...random.filter(({ unreachable }) => unreachable)].slice(0, Math.max(0, missing))
}
