import { LIMITS, REGISTRY_STATUS } from '@peerwatch/wire'
import { isPrivate } from '@libp2p/utils'
import { isSubject, peerIdBytes, ServicesError, toPeerId } from '@peerwatch/link'
import { openListed, remember } from './known-peers.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { ListedPeer } from '@peerwatch/wire'
import type { Core, KnownPeer, RegistryView } from '@peerwatch/link'
import type { Departures } from './departures.ts'
import type { OpenedPeer } from './known-peers.ts'
import type { SeedLink } from './seed-links.ts'

export interface LookupsInit {
  readonly openLinks: () => readonly SeedLink[]
  readonly gone: Pick<Departures, 'seen'>
  readonly fault: (seed: PeerIdString, what: string) => void
}

/**
 * Asks seeds whom they know, and believes only what is signed.
 *
 * libp2p is told the addresses of peers that were asked for by name. Of a list most are never dialled, and a dial brings the addresses along:
 * the peer store would check each signature again and write each record.
 */
export function lookups(core: Core, { openLinks, gone, fault }: LookupsInit): Pick<RegistryView, 'list' | 'find'> {
  /** Opens what a seed listed; a wrong peer counts against the seed and the rest of its answer is not used. */
  const opened = async (
    link: SeedLink,
    peers: readonly ListedPeer[],
    wanted: (peer: PeerIdString) => boolean,
    take?: (found: OpenedPeer, told: ListedPeer) => Promise<void>
  ): Promise<KnownPeer[]> => {
    const listed = new Map<PeerIdString, KnownPeer>()
    const isOnSeedsNetwork = core.components.connectionManager.getConnections(toPeerId(link.seed)).some(({ remoteAddr }) => isPrivate(remoteAddr))
    for (const told of peers) {
      try {
        const found = await openListed(core, told, isOnSeedsNetwork)
        if (!wanted(found.peer) || listed.has(found.peer)) continue
        gone.seen(found.peer, found.recordSeq)
        await take?.(found, told)
        const { peer, addresses, unreachable, guest } = found
        listed.set(peer, { peer, addresses, unreachable, guest, ...(told.stamp.byteLength > 0 && { stamp: told.stamp }) })
      } catch (error) {
        // only this node's clock or roster is against this peer: the seed is not at fault, and the other peers may be right
        if (error instanceof ServicesError && error.code === 'refused') {
          core.log('a peer that %s lists is left out: %e', link.seed, error)
          continue
        }
        fault(link.seed, 'bad-record')
        throw error
      }
    }
    return [...listed.values()]
  }
  /** Asks one seed after the other until `done`. */
  const ask = async (perform: (link: SeedLink) => Promise<boolean>): Promise<void> => {
    for (const link of openLinks()) {
      try {
        if (await perform(link)) return
      } catch (error) {
        core.log('seed %s did not answer as it should: %e', link.seed, error)
      }
    }
  }
  const isListed = (peer: PeerIdString): boolean => isSubject(core, peer) && core.certificates.evicted(peer) == null
  return {
    list: async most => {
      let found: KnownPeer[] = []
      await ask(async link => {
        const { status, peers } = await link.call({ list: { most: Math.min(most, LIMITS.listedPeers) } })
        if (status !== REGISTRY_STATUS.done) return false
        // this node looks for links, and a peer without an address is of no use to it
        found = (await opened(link, peers, isListed)).filter(({ addresses }) => core.roster.current().scope === 'local' || addresses.length > 0)
        return true
      })
      return found.slice(0, most)
    },
    find: async peers => {
      const found = new Map<PeerIdString, KnownPeer>()
      const missing = (): PeerIdString[] => peers.filter(peer => !found.has(peer)).slice(0, LIMITS.listedPeers)
      await ask(async link => {
        const asked = new Set(missing())
        const { status, peers: told } = await link.call({ find: { peers: [...asked].map(peer => peerIdBytes(peer)) } })
        if (status !== REGISTRY_STATUS.done) return false
        const listed = await opened(
          link,
          told,
          peer => asked.has(peer),
          async (known, { record }) => remember(core, known, record)
        )
        for (const each of listed) found.set(each.peer, each)
        return missing().length === 0
      })
      return [...found.values()]
    }
  }
}
