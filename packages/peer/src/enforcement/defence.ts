import { Key } from 'interface-datastore'
import { BoundedMap } from '@peerwatch/model'
import { toPeerId } from '@peerwatch/link'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'

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

/** Refuses peers for what this node saw itself. It trusts nobody's word, and each refusal ends by itself. */
export interface Defence {
  readonly cut: (peer: PeerIdString, dimension: EvictableDimension, evidence: string) => void
  readonly isCut: (peer: PeerIdString) => boolean
  readonly cuts: () => Cut[]
}

const MOST_CUTS = 10_000
const CUTS = new Key('/peerwatch/cuts')

/** Make it before `enforcement`, which refuses at the gater whoever `isCut` and aborts the links at `neighbour:cut`. */
export function defence(core: Core, { enforce, neverCut }: DefenceInit): Defence & Part {
  const cuts = new BoundedMap<string, Cut>(MOST_CUTS)
  const untilByPeer = new BoundedMap<PeerIdString, WindowNumber>(MOST_CUTS)
  const warned = new BoundedMap<string, WindowNumber>(MOST_CUTS)

  const isCut = (peer: PeerIdString): boolean => core.windows.now().window < (untilByPeer.get(peer) ?? 0)
  const mayCut = (peer: PeerIdString): boolean => !neverCut.has(peer) && !core.roster.isMember(peer)
  const forget = (cut: Cut): void => {
    cuts.delete(nameOf(cut))
    core.writes.delete(keyOf(cut))
  }
  const note = (cut: Cut): void => {
    const [oldest] = cuts.values()
    if (oldest != null && cuts.size >= MOST_CUTS && !cuts.has(nameOf(cut))) forget(oldest)
    cuts.set(nameOf(cut), cut)
    untilByPeer.set(cut.peer, Math.max(cut.untilWindow, untilByPeer.peek(cut.peer) ?? 0))
  }
  /** Of an earlier run. */
  const load = async (): Promise<void> => {
    // a dry run refuses nobody, whatever an earlier run did
    if (!enforce) return
    const { window } = core.windows.now()
    const latestWindow = window + core.roster.current().preset.refusedWindows
    for await (const { key, value } of core.components.datastore.query({ prefix: `${CUTS.toString()}/`, limit: MOST_CUTS })) {
      const [peer, dimension] = key.list().slice(-2) as [PeerIdString, EvictableDimension]
      // a clock that has gone back since makes none of them longer
      const untilWindow = Math.min(Number(new TextDecoder().decode(value)), latestWindow)
      const isCuttable = core.dimensions.evictable.includes(dimension) && mayCut(peer)
      if (untilWindow > window && isCuttable) note({ peer, dimension, untilWindow })
      else core.writes.delete(key)
    }
  }
  const expire = (): void => {
    const { window } = core.windows.now()
    for (const cut of cuts.values()) if (cut.untilWindow <= window) forget(cut)
  }
  let end: (() => void) | undefined
  return {
    cut: (peer, dimension, evidence) => {
      if (!mayCut(peer)) return
      const { window } = core.windows.now()
      const untilWindow = window + core.roster.current().preset.refusedWindows
      const key = nameOf({ peer, dimension })
      if (!enforce) {
        if ((warned.get(key) ?? 0) > window) return
        warned.set(key, untilWindow)
        core.emit('alarm', { code: 'dry-run', message: `${peer} would be cut for ${dimension}: ${evidence}` })
        return
      }
      note({ peer, dimension, untilWindow })
      core.writes.put(keyOf({ peer, dimension }), new TextEncoder().encode(String(untilWindow)))
      core.log('cut %s for %s: %s', peer, dimension, evidence)
      core.emit('neighbour:cut', { peer: toPeerId(peer), dimension, evidence, untilWindow })
    },
    isCut,
    cuts: () => {
      const { window } = core.windows.now()
      return [...cuts.values()].filter(({ untilWindow }) => window < untilWindow)
    },
    beforeStart: async () => {
      await load()
      end = core.windows.onWindow(expire)
    },
    stop: () => {
      end?.()
    }
  }
}

function nameOf({ peer, dimension }: Pick<Cut, 'peer' | 'dimension'>): string {
  return `${peer}/${dimension}`
}

function keyOf({ peer, dimension }: Pick<Cut, 'peer' | 'dimension'>): Key {
  return CUTS.child(new Key(peer)).child(new Key(dimension))
}
