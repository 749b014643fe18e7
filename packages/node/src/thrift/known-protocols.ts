import { BoundedMap } from '@peerwatch/model'
import type { Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'
import type { Clock } from '@peerwatch/model'

/** Peers whose protocols are held at a time; of one that was forgotten they are read again. */
const PEERS_MOST = 1_024
/** libp2p forgets a peer of whom nothing was written for 6 h, and addresses after 1 h: what it is told renews that, be it nothing new. */
const RENEWED_AFTER_MS = 15 * 60_000

/**
 * Has a peer store answer from memory when it is told a protocol that it knows of a peer.
 *
 * libp2p tells it with every stream, in and out, and each time the peer is locked, read and decoded, to find that nothing is new: with pings to each
 * neighbour that was a twentieth of all work. Whatever else is written of a peer goes to the store, and its protocols are read again after that.
 */
export function rememberProtocols(store: PeerStore, clock: Pick<Clock, 'monotonicMs'>): void {
  const known = new BoundedMap<string, { readonly peer: Peer; readonly atMs: number }>(PEERS_MOST)
  /** What is written while a merge is under way may come after it. */
  let writes = 0
  const written = (peer: PeerId): void => {
    writes++
    known.delete(peer.toString())
  }
  const [merge, patch, save, remove] = [store.merge.bind(store), store.patch.bind(store), store.save.bind(store), store.delete.bind(store)]
  store.merge = async (peer, data, options) => {
    if (!isOfProtocols(data)) {
      written(peer)
      return merge(peer, data, options)
    }
    const before = known.get(peer.toString())
    const isFresh = before != null && clock.monotonicMs() - before.atMs < RENEWED_AFTER_MS
    if (isFresh && data.protocols.every(protocol => before.peer.protocols.includes(protocol))) return before.peer
    const writesBefore = writes
    const merged = await merge(peer, data, options)
    if (writes === writesBefore) known.set(peer.toString(), { peer: merged, atMs: clock.monotonicMs() })
    return merged
  }
  store.patch = async (peer, data, options) => {
    written(peer)
    return patch(peer, data, options)
  }
  store.save = async (peer, data, options) => {
    written(peer)
    return save(peer, data, options)
  }
  store.delete = async (peer, options) => {
    written(peer)
    return remove(peer, options)
  }
}

function isOfProtocols(data: PeerData): data is PeerData & { readonly protocols: string[] } {
  return data.protocols != null && Object.keys(data).length === 1
}
