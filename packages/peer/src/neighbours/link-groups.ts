import { multiaddr } from '@multiformats/multiaddr'
import { groupOf, PRIVATE_GROUP } from '@peerwatch/link'
import type { Core, KnownPeer } from '@peerwatch/link'

/** Whose names are one voice, by where they are dialled. */
export function groupOfListed(core: Pick<Core, 'roster'>, { peer, addresses: [first] }: KnownPeer): string {
  return first == null ? PRIVATE_GROUP : groupOf(multiaddr(first), core.roster.current().scope, peer)
}
