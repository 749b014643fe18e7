import { multiaddr } from '@multiformats/multiaddr'
import { ping } from '@peerwatch/peer/parts'
import { reach, toPeerId } from '@peerwatch/link'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Pinged } from '@peerwatch/peer/parts'

/** Finds out whether a peer can be reached. It tries again what failed while this node itself was late. Neither function rejects. */
export interface Probe {
  /** Pings the peer over an open link. If there is none, or none answers, it pings over a fresh one. Each try has `timeoutMs`. */
  readonly answers: (peer: PeerIdString, addresses: readonly string[], timeoutMs: number) => Promise<boolean>
  /** Dials these addresses anew, whatever links there are, and pings. If the link ends before the answer, it dials once more. */
  readonly isDialable: (peer: PeerIdString, addresses: readonly string[], timeoutMs: number) => Promise<boolean>
}

export function probe(core: Core): Probe {
  const { connectionManager } = core.components

  const pingAfresh = async (peer: PeerIdString, addresses: readonly string[], timeoutMs: number): Promise<Pinged> => {
    try {
      const targets = dialable(addresses, peer)
      if (targets.length === 0) return 'silent'
      // one that swallows packets takes no time from another
      const connection = await reach(core, peer, { addresses: targets, timeoutMs: timeoutMs * Math.min(targets.length, 2), force: true })
      try {
        return await ping(core.health, connection, timeoutMs)
      } finally {
        connection.close().catch(() => {})
      }
    } catch (error) {
      core.log('%s cannot be dialled: %e', peer, error)
      return 'silent'
    }
  }
  const isDialable = async (peer: PeerIdString, addresses: readonly string[], timeoutMs: number): Promise<boolean> => {
    const first = await pingAfresh(peer, addresses, timeoutMs)
    return (first === 'over' ? await pingAfresh(peer, addresses, timeoutMs) : first) === 'answered'
  }
  const answers = async (peer: PeerIdString, addresses: readonly string[], timeoutMs: number): Promise<boolean> => {
    const [connection] = connectionManager.getConnections(toPeerId(peer))
    if (connection != null && (await ping(core.health, connection, timeoutMs)) === 'answered') return true
    return isDialable(peer, addresses, timeoutMs)
  }
  return {
    isDialable: async (peer, addresses, timeoutMs) => core.health.fairly(timeoutMs, async () => isDialable(peer, addresses, timeoutMs)),
    answers: async (peer, addresses, timeoutMs) => core.health.fairly(timeoutMs, async () => answers(peer, addresses, timeoutMs))
  }
}

/** The addresses that name no other peer: libp2p dials a list for one peer only. */
function dialable(addresses: readonly string[], peer: PeerIdString): Multiaddr[] {
  return addresses.filter(address => address.endsWith(`/p2p/${peer}`)).map(address => multiaddr(address))
}
