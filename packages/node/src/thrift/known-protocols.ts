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
 * neighbour that was a twentieth of all work. What else is written of a peer goes to the store, whose answer is what is known from then on.
 */
export function rememberProtocols(store: PeerStore, clock: Pick<Clock, 'monotonicMs'>): void {
  const known = new BoundedMap<string, { readonly peer: Peer; readonly atMs: number }>(PEERS_MOST)
  /** The write that began last for each peer. The result of an earlier write is not the newest. */
  const newest = new BoundedMap<string, object>(PEERS_MOST)
  const [merge, patch, save, remove] = [store.merge.bind(store), store.patch.bind(store), store.save.bind(store), store.delete.bind(store)]
  const begin = (peer: PeerId): { readonly key: string; readonly write: object } => {
    const begun = { key: peer.toString(), write: {} }
    newest.set(begun.key, begun.write)
    return begun
  }
  const remember = async (peer: PeerId, writing: Promise<Peer>): Promise<Peer> => {
    const { key, write } = begin(peer)
    const stored = await writing
    if (newest.peek(key) === write) known.set(key, { peer: stored, atMs: clock.monotonicMs() })
    return stored
  }
  store.merge = async (peer, data, options) => {
    const key = peer.toString()
    if (isOfProtocols(data)) {
      const before = known.get(key)
      const isFresh = before != null && clock.monotonicMs() - before.atMs < RENEWED_AFTER_MS
      if (isFresh && data.protocols.every(protocol => before.peer.protocols.includes(protocol))) return before.peer
    } else known.delete(key)
    return remember(peer, merge(peer, data, options))
  }
  store.patch = async (peer, data, options) => {
    known.delete(peer.toString())
    return remember(peer, patch(peer, data, options))
  }
  store.save = async (peer, data, options) => {
    known.delete(peer.toString())
    return remember(peer, save(peer, data, options))
  }
  store.delete = async (peer, options) => {
    known.delete(begin(peer).key)
    return remove(peer, options)
  }
}

function isOfProtocols(data: PeerData): data is PeerData & { readonly protocols: string[] } {
  return data.protocols != null && Object.keys(data).length === 1
}
