import { multiaddr } from '@multiformats/multiaddr'
import { BoundedMap } from '@peerwatch/model'
import { hostOf, peerIdText, toPeerId } from '@peerwatch/link'
import { withPeer } from '../registry/peer-record.ts'
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** Where a peer may be dialled: never where only the peer itself says that it is, or one that links and leaves would have all its neighbours knock there. */
export interface Dialable {
  /**
   * @param told - what a seed, or the operator, says of the peer
   * @returns undefined where anything that libp2p knows will do: in scope `local`, and for roster members
   */
  readonly addresses: (peer: PeerIdString, told: readonly string[]) => Promise<Multiaddr[] | undefined>
  readonly start: () => void
  readonly stop: () => void
}

interface Known {
  readonly told: readonly string[]
  /** Of its newest link. */
  readonly host: string | undefined
}

const REMEMBERED_PEERS = 2_000

export function dialable(core: Core): Dialable {
  const { events, peerStore } = core.components
  const known = new BoundedMap<PeerIdString, Known>(REMEMBERED_PEERS)

  const isTrustedToSay = (peer: PeerIdString): boolean => core.roster.current().scope === 'local' || core.roster.isMember(peer)
  const onOpen = ({ detail }: CustomEvent<Connection>): void => {
    const peer = peerIdText(detail.remotePeer)
    if (!isTrustedToSay(peer)) known.set(peer, { told: known.get(peer)?.told ?? [], host: hostOf(detail.remoteAddr) })
  }
  /** The addresses that the peer told this node by identify, as far as they are at the host where it was linked. */
  const saidAt = async (peer: PeerIdString, host: string | undefined): Promise<Multiaddr[]> => {
    const id = toPeerId(peer)
    if (host == null || !(await peerStore.has(id))) return []
    const { addresses } = await peerStore.get(id)
    return addresses.map(each => each.multiaddr).filter(address => hostOf(address) === host)
  }
  return {
    addresses: async (peer, told) => {
      if (isTrustedToSay(peer)) return undefined
      const before = known.get(peer)
      const now: Known = { told: told.length > 0 ? told : (before?.told ?? []), host: before?.host }
      known.set(peer, now)
      const all = [...now.told.map(text => multiaddr(text)), ...(await saidAt(peer, now.host))].map(address => withPeer(address, peer))
      return [...new Set(all)].map(text => multiaddr(text))
    },
    start: () => {
      events.addEventListener('connection:open', onOpen)
    },
    stop: () => {
      events.removeEventListener('connection:open', onOpen)
    }
  }
}
