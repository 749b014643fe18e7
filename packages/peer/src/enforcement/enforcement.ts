import { denyingGater } from './gater.ts'
import { listenTo, peerIdText } from '@peerwatch/link'
import type { Connection, PeerId, PeerUpdate } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { CutNotices } from './cut-notices.ts'
import type { Visiting } from './gater.ts'
import type { Visits } from './visits.ts'
import type { Core, Part, PeerwatchEvents } from '@peerwatch/link'

export interface EnforcementInit {
  /** `false`: a dry run that observes and reports but refuses nobody. */
  readonly enforce: boolean
  /** Peers that this node never refuses, whatever anybody signs. */
  readonly neverEvict: ReadonlySet<PeerIdString>
  readonly isCut: (peer: PeerIdString) => boolean
  /** Lets evicted peers in for their appeal, and nothing else: of a seed. */
  readonly visits?: Visits
  /** Tells whoever is cut why, before the links end. */
  readonly tellCut?: CutNotices['tell']
}

export interface Enforcement extends Part {
  /** Whether this node has nothing to do with the peer now: evicted by certificate, or cut by itself. */
  readonly refuses: (peer: PeerIdString) => boolean
  /** Ends the links to whoever is refused now: after what is refused has changed. */
  readonly abortRefused: () => void
}

const DISCONNECT_WITHIN_MS = 5_000
/** One is enough; two that dial each other at once have two, and a seed's dial-back is one more. Else one peer could take all connections that a node has. */
const MOST_LINKS_PER_PEER = 8

/**
 * Refuses whom a certificate evicts and whom this node has cut, in both directions.
 *
 * Call it while services are constructed: it composes the connection gater, which libp2p asks from the first connection on.
 * The order matters: refused first, links aborted after, forgotten last, or auto-dial brings the peer back.
 */
export function enforcement(core: Core, { enforce, neverEvict, isCut, tellCut, visits }: EnforcementInit): Enforcement {
  const { components } = core
  const ends: (() => void)[] = []
  // a node may know that it is evicted itself
  const refuses = (peer: PeerIdString): boolean =>
    enforce && !neverEvict.has(peer) && peer !== core.self && (core.certificates.evicted(peer) != null || isCut(peer))
  components.connectionGater = denyingGater(components.connectionGater, peer => refuses(peerIdText(peer)), visits && visiting(core, visits))

  const abortLinks = (peer: PeerId): void => {
    if (!refuses(peerIdText(peer))) return
    for (const connection of components.connectionManager.getConnections(peer)) if (visits?.has(connection) !== true) connection.abort(new Error('refused'))
  }
  const disconnected = async (peer: PeerId): Promise<void> =>
    new Promise(resolve => {
      const finish = (): void => {
        callOff()
        components.events.removeEventListener('peer:disconnect', onDisconnect)
        resolve()
      }
      const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
        if (detail.equals(peer)) finish()
      }
      const callOff = core.clock.after(DISCONNECT_WITHIN_MS, finish)
      components.events.addEventListener('peer:disconnect', onDisconnect)
      if (components.connectionManager.getConnections(peer).length === 0) finish()
    })
  /** Deleting the entry takes tags and addresses with it: nothing dials the peer by itself any more. */
  const forget = async (peer: PeerId): Promise<void> => {
    if (!refuses(peerIdText(peer))) return
    const gone = disconnected(peer)
    abortLinks(peer)
    await gone
    if (refuses(peerIdText(peer))) await components.peerStore.delete(peer)
  }
  const forgetSoon = (peer: PeerId): void => {
    forget(peer).catch((error: unknown) => {
      core.log.error('%p could not be forgotten: %e', peer, error)
    })
  }
  const onEvicted = ({ detail }: PeerwatchEvents['peer:evicted']): void => {
    forgetSoon(detail.peer)
  }
  const onAllowed = ({ detail }: PeerwatchEvents['peer:allowed']): void => {
    abortLinks(detail.peer)
  }
  const onCut = ({ detail: { peer, dimension } }: PeerwatchEvents['neighbour:cut']): void => {
    const told = tellCut?.(peer, dimension) ?? Promise.resolve()
    void told.finally(() => {
      abortLinks(peer)
    })
  }
  const otherLinks = (link: Connection): number => components.connectionManager.getConnections(link.remotePeer).filter(other => other !== link).length
  /** Something may have been under way when the peer was forgotten, such as an identify message or a stream. libp2p remembers the peer after that. */
  const onRemembered = ({
    detail: {
      peer: { id }
    }
  }: CustomEvent<PeerUpdate>): void => {
    if (core.certificates.evicted(peerIdText(id)) != null && refuses(peerIdText(id))) forgetSoon(id)
  }
  /** A handshake may have passed the gater just before the eviction came. */
  const onOpen = ({ detail }: CustomEvent<Connection>): void => {
    if (refuses(peerIdText(detail.remotePeer))) {
      if (visits?.begin(detail) !== true) detail.abort(new Error('refused'))
    } else if (detail.direction === 'inbound' && otherLinks(detail) >= MOST_LINKS_PER_PEER) {
      core.emit('peer:fault', { peer: detail.remotePeer, protocol: 'connection', what: 'too-many-links' })
      detail.abort(new Error('too many links'))
    }
  }
  return {
    refuses,
    abortRefused: () => {
      for (const { remotePeer } of components.connectionManager.getConnections()) abortLinks(remotePeer)
    },
    beforeStart: () => {
      ends.push(
        listenTo(components.events, { 'connection:open': onOpen, 'peer:update': onRemembered }),
        listenTo(core.events, { 'peer:evicted': onEvicted, 'peer:allowed': onAllowed, 'neighbour:cut': onCut })
      )
    },
    stop: () => {
      for (const end of ends.splice(0)) end()
    }
  }
}

/** A peer that only this node cut has nothing to appeal. */
function visiting({ certificates }: Core, { admits, expects }: Visits): Visiting {
  return {
    admits: (peer, from) => certificates.evicted(peerIdText(peer)) != null && admits(peerIdText(peer), from),
    expects: peer => expects(peerIdText(peer))
  }
}
