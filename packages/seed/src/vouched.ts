import { multiaddr } from '@multiformats/multiaddr'
import { addressesIn, groupOf, hostOf, PRIVATE_GROUP } from '@peerwatch/link'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Scope } from '@peerwatch/link'

/**
 * The addresses of a peer that a seed dials and tells others of. In scope `public` these are the addresses on the host from which its registration came.
 *
 * Peers go by the signed stamp, which names the group of that host only. So a seed tells nobody a record that names another host of the group: otherwise
 * all would knock there.
 */
export function addressesOf(peer: PeerIdString, announced: readonly string[], remote: Multiaddr, scope: Scope): readonly string[] {
  const group = groupOf(remote, scope, peer)
  const addresses = addressesIn(group, announced, scope, peer)
  if (scope === 'local' || group === PRIVATE_GROUP) return addresses
  return addresses.every(address => hostOf(multiaddr(address)) === hostOf(remote)) ? addresses : []
}
