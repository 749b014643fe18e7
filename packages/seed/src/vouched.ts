import { multiaddr } from '@multiformats/multiaddr'
import { addressesIn, groupOf, hostOf, PRIVATE_GROUP } from '@peerwatch/link'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Scope } from '@peerwatch/link'

/**
 * Which of its addresses a seed tells others of and dials itself: in scope `public` those of the host that its registration came from.
 *
 * Peers go by the signed stamp, which names the group of that host. A record that names another host of the group is told to nobody:
 * else all would knock there.
 */
export function addressesOf(peer: PeerIdString, announced: readonly string[], remote: Multiaddr, scope: Scope): readonly string[] {
  const group = groupOf(remote, scope, peer)
  const addresses = addressesIn(group, announced, scope, peer)
  const isObserved = isOfOneHost([...addresses, remote.toString()], group, scope)
  return isObserved ? addresses : []
}

/** A private network has no hosts of strangers to knock at, and one machine many addresses. */
export function isOfOneHost(addresses: readonly string[], group: string, scope: Scope): boolean {
  return scope === 'local' || group === PRIVATE_GROUP || new Set(addresses.map(address => hostOf(multiaddr(address)))).size <= 1
}
