import { groupSizes } from './group-sizes.ts'
import type { PeerIdString, Rng } from '@peerwatch/model'

/** Items that wait for their turn: at most `most`, and one for each peer. Groups take turns. If there is no room, one of the largest group makes it. */
export interface WaitingByGroup<T> {
  /** Puts an item in the place of the one that waits for this peer. */
  readonly set: (peer: PeerIdString, group: string, item: T) => void
  readonly delete: (peer: PeerIdString) => void
  /** Takes the items whose turn it is. They wait no more. */
  readonly take: (most: number) => T[]
  readonly count: () => number
  readonly clear: () => void
}

/**
 * @param onDropped - called when an item had to make room
 */
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
