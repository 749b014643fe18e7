import { BoundedMap } from '@peerwatch/model'
import { peerIdText } from '@peerwatch/link'
import type { Libp2p } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { NodeAssembly } from '../node-assembly.ts'

export interface LinkEnd {
  readonly reason: string
  readonly atMs: number
}

const REMEMBERED_PEERS = 1_000

/** Why the last link to each peer ended, as far as this node can tell. */
export function linkEnds(libp2p: Pick<Libp2p, 'addEventListener'>, { core, registry, cuts }: NodeAssembly): (peer: PeerIdString) => LinkEnd | undefined {
  const ends = new BoundedMap<PeerIdString, LinkEnd>(REMEMBERED_PEERS)
  const refusedBy = new BoundedMap<PeerIdString, string>(REMEMBERED_PEERS)
  core.events.addEventListener('neighbour:refuses', ({ detail: { peer, dimension } }) => {
    refusedBy.set(peerIdText(peer), dimension)
  })
  const reasonOf = (peer: PeerIdString): string => {
    const eviction = core.certificates.evicted(peer)
    if (eviction != null) return `evicted: ${eviction.dimension}`
    const cut = cuts().find(each => each.peer === peer)
    if (cut != null) return `cut by this node: ${cut.dimension}`
    const departed = registry.departed(peer)
    if (departed != null) return departed === 'goodbye' ? 'it said goodbye' : 'removed: two seeds found it dead'
    const dimension = refusedBy.get(peer)
    return dimension == null ? 'closed, or lost' : `it cut this node: ${dimension}`
  }
  libp2p.addEventListener('peer:disconnect', ({ detail }) => {
    const peer = peerIdText(detail)
    ends.set(peer, { reason: reasonOf(peer), atMs: core.clock.nowMs() })
    refusedBy.delete(peer)
  })
  return peer => ends.get(peer)
}
