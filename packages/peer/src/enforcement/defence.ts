import { BoundedMap, toPeerId } from '@peerwatch/link'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

export interface DefenceInit {
  /** `false`: says what it would do, and does nothing. */
  readonly enforce: boolean
  /** Peers that this node never refuses. Seeds and roster members are never cut anyway. */
  readonly neverCut: ReadonlySet<PeerIdString>
}

export interface Cut {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
  readonly untilWindow: WindowNumber
}

/** Whom this node refuses by what it saw itself: needs nobody's trust, and ends by itself. */
export interface Defence {
  readonly cut: (peer: PeerIdString, dimension: EvictableDimension, evidence: string) => void
  readonly isCut: (peer: PeerIdString) => boolean
  readonly cuts: () => Cut[]
}

const MOST_CUTS = 10_000

/** Make it before `enforcement`, which refuses at the gater whoever `isCut` and aborts the links at `neighbour:cut`. */
export function defence(core: Core, { enforce, neverCut }: DefenceInit): Defence {
  const cuts = new BoundedMap<string, Cut>(MOST_CUTS)
  const untilByPeer = new BoundedMap<PeerIdString, WindowNumber>(MOST_CUTS)
  const warned = new BoundedMap<string, WindowNumber>(MOST_CUTS)

  const isCut = (peer: PeerIdString): boolean => core.windows.now().window < (untilByPeer.get(peer) ?? 0)
  return {
    cut: (peer, dimension, evidence) => {
      if (neverCut.has(peer) || core.roster.isMember(peer)) return
      const { window } = core.windows.now()
      const untilWindow = window + core.roster.current().preset.refusedWindows
      const key = `${peer}/${dimension}`
      if (!enforce) {
        if ((warned.get(key) ?? 0) > window) return
        warned.set(key, untilWindow)
        core.emit('alarm', { code: 'dry-run', message: `${peer} would be cut for ${dimension}: ${evidence}` })
        return
      }
      cuts.set(key, { peer, dimension, untilWindow })
      untilByPeer.set(peer, untilWindow)
      core.log('cut %s for %s: %s', peer, dimension, evidence)
      core.emit('neighbour:cut', { peer: toPeerId(peer), dimension, evidence, untilWindow })
    },
    isCut,
    cuts: () => {
      const { window } = core.windows.now()
      return [...cuts.values()].filter(({ untilWindow }) => window < untilWindow)
    }
  }
}
