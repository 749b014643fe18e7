import { toPeerId } from '@peerwatch/link'
import type { ConnectionGater, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'

type Denied = (peer: PeerId) => boolean

/** Which inbound links of denied peers are made all the same: whoever lets one in narrows it. */
export interface Visiting {
  readonly admits: (peer: PeerId, from: Multiaddr) => boolean
  readonly expects: Denied
}

/**
 * A gater that refuses `denied` peers in both directions and asks the application's own gater about all others.
 *
 * libp2p reads `components.connectionGater` when it dials or upgrades, so composing it while services are constructed is early enough.
 * Only `filterMultiaddrForPeer` is read before any service exists; it answers "may store" and stays the application's.
 */
export function denyingGater(own: ConnectionGater, denied: Denied, visiting?: Visiting): ConnectionGater {
  /** Another form of a peer id is nobody's: behind it may be one who is denied. */
  const isDenied = (id: string): boolean => {
    try {
      return denied(toPeerId(id as PeerIdString))
    } catch {
      return true
    }
  }
  return {
    denyDialPeer: async peer => denied(peer) || (await own.denyDialPeer?.(peer)) === true,
    denyDialMultiaddr: async address => {
      const id = address.getComponents().findLast(part => part.name === 'p2p')?.value
      return (id != null && isDenied(id)) || (await own.denyDialMultiaddr?.(address)) === true
    },
    denyInboundConnection: async connection => (await own.denyInboundConnection?.(connection)) === true,
    denyOutboundConnection: async (peer, connection) => denied(peer) || (await own.denyOutboundConnection?.(peer, connection)) === true,
    denyInboundEncryptedConnection: async (peer, connection) =>
      (denied(peer) && visiting?.admits(peer, connection.remoteAddr) !== true) || (await own.denyInboundEncryptedConnection?.(peer, connection)) === true,
    denyOutboundEncryptedConnection: async (peer, connection) => denied(peer) || (await own.denyOutboundEncryptedConnection?.(peer, connection)) === true,
    denyInboundUpgradedConnection: async (peer, connection) =>
      (denied(peer) && visiting?.expects(peer) !== true) || (await own.denyInboundUpgradedConnection?.(peer, connection)) === true,
    denyOutboundUpgradedConnection: async (peer, connection) => denied(peer) || (await own.denyOutboundUpgradedConnection?.(peer, connection)) === true,
    denyInboundRelayReservation: async peer => denied(peer) || (await own.denyInboundRelayReservation?.(peer)) === true,
    denyOutboundRelayedConnection: async (from, to) => denied(from) || denied(to) || (await own.denyOutboundRelayedConnection?.(from, to)) === true,
    denyInboundRelayedConnection: async (relay, peer) => denied(peer) || (await own.denyInboundRelayedConnection?.(relay, peer)) === true
  }
}
