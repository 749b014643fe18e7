import { groupSizes } from './group-sizes.ts'
import type { PeerIdString, Rng } from '@peerwatch/model'

/** What waits for its turn, one of each peer, at most `most`: groups take turns, and one of the largest group makes room. */
export interface WaitingByGroup<T> {
  /** In place of what waits for this peer. */
  readonly set: (peer: PeerIdString, group: string, item: T) => void
  readonly delete: (peer: PeerIdString) => void
  /** Those whose turn it is; they wait no more. */
  readonly take: (most: number) => T[]
  readonly count: () => number
  readonly clear: () => void
}

/** @param onDropped - one had to make room */
export function waitingByGroup<T>(most: number, rng: Rng, onDropped: () => void): WaitingByGroup<T> {
  const waiting = new Map<PeerIdString, { readonly group: string; readonly item: T }>()
  const groups = groupSizes<PeerIdString>()

  const remove = (peer: PeerIdString): void => {
    const known = waiting.get(peer)
    if (known == null) return
    groups.delete(known.group, peer)
    waiting.delete(peer)
  }
  return {
    set: (peer, group, item) => {
      remove(peer)
      waiting.set(peer, { group, item })
      groups.add(group, peer)
      if (waiting.size <= most) return
      remove(groups.random(groups.largest()!, 1, rng)[0]!)
      onDropped()
    },
    delete: remove,
    take: count => {
      const peers = [...groups.byTurns(count, rng)]
      const items = peers.map(peer => waiting.get(peer)!.item)
      for (const peer of peers) remove(peer)
      return items
    },
    count: () => waiting.size,
    clear: () => {
      for (const peer of waiting.keys()) remove(peer)
    }
  }
}
