import { multiaddr } from '@multiformats/multiaddr'
import { groupOf, PRIVATE_GROUP } from '@peerwatch/link'
import type { Core, KnownPeer } from '@peerwatch/link'

/** The group of the address where a peer is dialled: all names in it are one voice. */
export function groupOfListed(core: Pick<Core, 'roster'>, { peer, addresses: [first] }: KnownPeer): string {
  return first == null ? PRIVATE_GROUP : groupOf(multiaddr(first), core.roster.current().scope, peer)
}
