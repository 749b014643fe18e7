import { multiaddr } from '@multiformats/multiaddr'
import { groupOf, isSubject, peerIdText, PRIVATE_GROUP } from '@peerwatch/link'
import type { Core, KnownPeer } from '@peerwatch/link'

/** Whose names are one voice, by where they are dialled. */
export function groupOfListed(core: Pick<Core, 'roster'>, { peer, addresses: [first] }: KnownPeer): string {
  return first == null ? PRIVATE_GROUP : groupOf(multiaddr(first), core.roster.current().scope, peer)
}

/** Of each link to a peer, whoever made it. */
export function linkedGroups(core: Core): string[] {
  const { scope } = core.roster.current()
  return core.components.connectionManager
    .getConnections()
    .map(({ remotePeer, remoteAddr }) => ({ peer: peerIdText(remotePeer), remoteAddr }))
    .filter(({ peer }) => isSubject(core, peer))
    .map(({ peer, remoteAddr }) => groupOf(remoteAddr, scope, peer))
}
