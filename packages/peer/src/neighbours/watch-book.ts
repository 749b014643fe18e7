import { isSubject, toPeerId } from '@peerwatch/link'
import { decideForgets, decidePrunes } from './degree.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Watched } from './watched.ts'

export interface WatchBookInit {
  readonly maxDegree: () => number
  /** `false`: ends no link above the degree. */
  readonly prunes: boolean
}

/** The links that this node has, and those it lost and looks for. */
export interface WatchBook {
  readonly all: Map<PeerIdString, Watched>
  /** Links that are kept for somebody, above the degree too. */
  readonly held: Set<PeerIdString>
  readonly linked: () => Watched[]
  /** Watches it no longer. */
  readonly drop: (watched: Watched) => void
  readonly hangUp: (peer: PeerIdString) => void
  /** Whether this node itself was ending the link that ended; asked once for each. */
  readonly wasHungUp: (peer: PeerIdString) => boolean
  /** Ends links above the degree. */
  readonly prune: () => void
  /** Drops lost ones above the degree. */
  readonly forget: () => void
}

export function watchBook(core: Core, { maxDegree, prunes }: WatchBookInit): WatchBook {
  const all = new Map<PeerIdString, Watched>()
  const held = new Set<PeerIdString>()
  /** Links that this node itself is ending. */
  const letGo = new Set<PeerIdString>()

  const linked = (): Watched[] => [...all.values()].filter(({ isLinked, peer }) => isLinked && isSubject(core, peer))
  const drop = (watched: Watched): void => {
    watched.callOff?.()
    if (all.get(watched.peer) === watched) all.delete(watched.peer)
  }
  const hangUp = (peer: PeerIdString): void => {
    letGo.add(peer)
    core.components.connectionManager.closeConnections(toPeerId(peer)).catch(() => {})
  }
  return {
    all,
    held,
    linked,
    drop,
    hangUp,
    wasHungUp: peer => letGo.delete(peer),
    prune: () => {
      if (!prunes) return
      const links = linked().filter(({ peer }) => !letGo.has(peer))
      for (const peer of decidePrunes(
        links.map(link => ({ ...link, held: held.has(link.peer) })),
        maxDegree()
      )) {
        core.log('too many links: ends the one to %s', peer)
        hangUp(peer)
      }
    },
    forget: () => {
      const lost = [...all.values()].filter(({ isLinked }) => !isLinked)
      for (const peer of decideForgets(
        lost.map(({ peer: id, sinceMs }) => ({ peer: id, sinceMs, held: held.has(id) })),
        maxDegree()
      )) {
        drop(all.get(peer)!)
      }
    }
  }
}
