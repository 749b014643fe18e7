import { multiaddr } from '@multiformats/multiaddr'
import { ping } from '@peerwatch/peer/parts'
import { reach, toPeerId } from '@peerwatch/link'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Pinged } from '@peerwatch/peer/parts'

/** Whether a peer can be reached; what failed while this node itself was late is tried again. Neither rejects. */
export interface Probe {
  /** Pings over a link that is there; where none answers, over a fresh one. Each has `timeoutMs`. */
  readonly answers: (peer: PeerIdString, addresses: readonly string[], timeoutMs: number) => Promise<boolean>
  /** Dials these addresses anew, whatever links there are, and pings; once more where the link ended before there was an answer. */
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

/** libp2p dials one list for one peer only: what names another is left out. */
function dialable(addresses: readonly string[], peer: PeerIdString): Multiaddr[] {
  return addresses.filter(address => address.endsWith(`/p2p/${peer}`)).map(address => multiaddr(address))
}
