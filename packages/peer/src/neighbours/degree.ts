import { countsBy, inTurn, shuffled } from '@peerwatch/model'
import { decideEvictions } from './inbound.ts'
import type { PeerIdString, Rng } from '@peerwatch/model'
import type { KnownPeer } from '@peerwatch/link'
import type { Inbound } from './inbound.ts'

export interface Link extends Inbound {
  /** Chosen by this node. */
  readonly isOwn: boolean
  readonly held: boolean
}

/** Which links to end: those above the maximum, held ones never, own ones last and the newest of them first. */
export function decidePrunes(links: readonly Link[], maxDegree: number): PeerIdString[] {
  const free = links.filter(({ held }) => !held)
  const excess = Math.max(0, links.length - maxDegree)
  const own = free.filter(({ isOwn }) => isOwn).toSorted((a, b) => b.sinceMs - a.sinceMs)
  const others = decideEvictions(
    free.filter(({ isOwn }) => !isOwn),
    excess
  )
  return [...others, ...own.map(({ peer }) => peer)].slice(0, excess)
}

/**
 * Which lost neighbours are watched no longer where there are too many: the newest acquaintances, own ones last and held ones never.
 *
 * One machine may connect under thousands of names and go each time. This node must not redial them all, and they must not push out peers that others know.
 */
export function decideForgets(lost: readonly Pick<Link, 'peer' | 'sinceMs' | 'isOwn' | 'held'>[], most: number): PeerIdString[] {
  const free = lost.filter(({ held }) => !held)
  const inOrder = free.toSorted((a, b) => Number(a.isOwn) - Number(b.isOwn) || b.sinceMs - a.sinceMs)
  return inOrder.slice(0, Math.max(0, lost.length - most)).map(({ peer }) => peer)
}

/**
 * Picks random listed peers to dial: of each group as few as there are, counting the own links that are there; those that no seed could dial back come last.
 *
 * @param ownGroups - the group of each link that this node has chosen
 */
export function decideDials(
  listed: readonly KnownPeer[],
  missing: number,
  rng: Rng,
  { groupOf, ownGroups }: { readonly groupOf: (listed: KnownPeer) => string; readonly ownGroups: readonly string[] }
): KnownPeer[] {
  const random = shuffled(listed, rng)
  const inOrder = [...random.filter(({ unreachable }) => !unreachable), ...random.filter(({ unreachable }) => unreachable)]
  return inTurn(
    inOrder,
    groupOf,
    countsBy(ownGroups, group => group)
  ).slice(0, Math.max(0, missing))
}
