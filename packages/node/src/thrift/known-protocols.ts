import { BoundedMap } from '@peerwatch/model'
import type { Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'

/** Peers whose protocols are held at a time; of one that was forgotten they are read again. */
const PEERS_MOST = 1_024

/**
 * Has a peer store answer from memory when it is told a protocol that it knows of a peer.
 *
 * libp2p tells it with every stream, in and out, and each time the peer is locked, read and decoded, to find that nothing is new: with pings to each
 * neighbour that was a twentieth of all work. Whatever else is written of a peer goes to the store, and its protocols are read again after that.
 */
export function rememberProtocols(store: PeerStore): void {
  const known = new BoundedMap<string, Peer>(PEERS_MOST)
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
    if (before != null && data.protocols.every(protocol => before.protocols.includes(protocol))) return before
    const writesBefore = writes
    const merged = await merge(peer, data, options)
    if (writes === writesBefore) known.set(peer.toString(), merged)
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
