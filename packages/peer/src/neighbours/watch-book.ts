import { BoundedMap } from '@peerwatch/model'
import { isSubject, toPeerId } from '@peerwatch/link'
import { decideForgets, decidePrunes } from './degree.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core, PeerwatchEvents } from '@peerwatch/link'
import type { Watched } from './watched.ts'

export type TurnedAway = PeerwatchEvents['neighbour:turned-away']['detail']['why']

/** A peer redials a broken link within one or two intervals of pings. */
const TURNED_AWAY_WINDOWS = 2
const TURNED_AWAY_MOST = 1_000

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
  /** Links of feelers, beside the degree. */
  readonly onTrial: Set<PeerIdString>
  readonly linked: () => Watched[]
  /** Watches it no longer. */
  readonly drop: (watched: Watched) => void
  readonly hangUp: (peer: PeerIdString) => void
  /** The same, and its redials are in vain for a while: it cannot know that its link did not break. */
  readonly turnAway: (peer: PeerIdString, why: TurnedAway) => void
  readonly wasTurnedAway: (peer: PeerIdString) => boolean
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
  const onTrial = new Set<PeerIdString>()
  const turnedAwayAtMs = new BoundedMap<PeerIdString, number>(TURNED_AWAY_MOST)

  const linked = (): Watched[] => [...all.values()].filter(({ isLinked, peer }) => isLinked && isSubject(core, peer))
  const drop = (watched: Watched): void => {
    watched.callOff?.()
    if (all.get(watched.peer) === watched) all.delete(watched.peer)
  }
  const hangUp = (peer: PeerIdString): void => {
    letGo.add(peer)
    core.components.connectionManager.closeConnections(toPeerId(peer)).catch(() => {})
  }
  const turnAway: WatchBook['turnAway'] = (peer, why) => {
    turnedAwayAtMs.set(peer, core.clock.monotonicMs())
    hangUp(peer)
    core.emit('neighbour:turned-away', { peer: toPeerId(peer), why })
  }
  return {
    all,
    held,
    onTrial,
    linked,
    drop,
    hangUp,
    turnAway,
    wasTurnedAway: peer => core.clock.monotonicMs() - (turnedAwayAtMs.peek(peer) ?? -Infinity) < TURNED_AWAY_WINDOWS * core.windows.windowMs,
    wasHungUp: peer => letGo.delete(peer),
    prune: () => {
      if (!prunes) return
      const links = linked().filter(({ peer }) => !letGo.has(peer) && !onTrial.has(peer))
      for (const peer of decidePrunes(
        links.map(link => ({ ...link, held: held.has(link.peer) })),
        maxDegree()
      )) {
        turnAway(peer, 'full')
      }
    },
    forget: () => {
      const lost = [...all.values()].filter(({ isLinked }) => !isLinked)
      for (const peer of decideForgets(
        lost.map(each => ({ ...each, held: held.has(each.peer) })),
        maxDegree()
      )) {
        drop(all.get(peer)!)
      }
    }
  }
}
