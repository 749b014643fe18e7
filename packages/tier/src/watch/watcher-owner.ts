import { LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { frames, listeners, peerIdBytes, peerIdFromBytes, served, toPeerId } from '@peerwatch/link'
import type { DimensionTable, EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Seen } from '@peerwatch/reputation'
import type { Seen as SeenMessage, WatcherUp } from '@peerwatch/wire'
import type { Core, Frames, Part } from '@peerwatch/link'

/** A watcher's counts may be so many times as late as the longest evidence. Older counts are beyond any finding. */
const LATE_FACTOR = 2

export interface WatcherOwnerInit {
  /** Whether the watcher belongs to this trusted node. */
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
}

/** One thing to look at. */
export interface LookOrder {
  readonly peer: PeerIdString
  readonly dimension: EvictableDimension
}

export interface WatcherSeen {
  readonly watcher: PeerIdString
  readonly window: WindowNumber
  readonly seen: readonly Seen[]
  /** Suspects to which the watcher found a link. */
  readonly linked: readonly PeerIdString[]
}

/** A trusted node's side of the links to its watchers. */
export interface WatcherOwner extends Part {
  readonly connected: () => PeerIdString[]
  /** Sets the whole list of what this watcher is to look at. The owner sends it if it differs, and again after a lost link. */
  readonly setLooks: (watcher: PeerIdString, looks: readonly LookOrder[]) => void
  readonly onSeen: (listener: (report: WatcherSeen) => void) => () => void
  readonly onChange: (listener: () => void) => () => void
  readonly beforeStart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Takes the links of this node's own watchers, tells them what to look at, and hears what they see. */
export function watcherOwner(core: Core, init: WatcherOwnerInit): WatcherOwner {
  const lateWindows = LATE_FACTOR * core.dimensions.evidenceWindows
  const orders = new Map<PeerIdString, readonly LookOrder[]>()
  const reports = listeners<[report: WatcherSeen]>()
  const changes = listeners()

  const fault = (watcher: PeerIdString, what: string): void => {
    core.emit('peer:fault', { peer: toPeerId(watcher), protocol: PROTOCOLS.watch, what })
  }
  const push = (watcher: PeerIdString): void => {
    const looks = (orders.get(watcher) ?? []).map(({ peer, dimension }) => ({ peer: peerIdBytes(peer), dimension: core.dimensions.row(dimension).number }))
    for (const link of links.of(watcher)) link.send(messages.watcherDown.encode({ looks }))
  }
  const heard = (watcher: PeerIdString, frame: Uint8Array): void => {
    const up = messages.watcherUp.decode(frame)
    const { window } = core.windows.now()
    // the watcher goes by the time of the network, this node by its own clock: what only that has against it is no fault
    if (up.window > window + 1 || up.window < window - lateWindows) return
    reports.tell({ watcher, window: up.window, seen: readSeen(up, core.dimensions), linked: up.linked.map(peerIdFromBytes) })
  }
  const links = served<Frames>(core, {
    protocol: PROTOCOLS.watch,
    streamsPerPeer: 1,
    newest: 'replaces',
    maxInboundStreams: 2,
    admits: watcher => {
      const isOwn = init.isOwnWatcher(watcher)
      if (!isOwn) fault(watcher, 'not-a-watcher')
      return isOwn
    },
    serve: ({ stream, peer, onEnd }) =>
      frames(stream, {
        clock: core.health,
        maxFrameBytes: messages.watcherUp.maxBytes,
        onFrame: frame => {
          heard(peer, frame)
        },
        onEnd: ended => {
          onEnd(ended)
          if (links.of(peer).length === 0) changes.tell()
        }
      }),
    onServed: watcher => {
      push(watcher)
      changes.tell()
    }
  })
  return {
    connected: links.peers,
    setLooks: (watcher, looks) => {
      const bounded = looks.slice(0, LIMITS.looks)
      if (isSame(orders.get(watcher) ?? [], bounded)) return
      if (bounded.length === 0) orders.delete(watcher)
      else orders.set(watcher, bounded)
      push(watcher)
    },
    onSeen: reports.add,
    onChange: changes.add,
    beforeStart: links.start,
    stop: links.stop
  }
}

function isSame(a: readonly LookOrder[], b: readonly LookOrder[]): boolean {
  return a.length === b.length && a.every(({ peer, dimension }, index) => peer === b[index]!.peer && dimension === b[index]!.dimension)
}

function readSeen({ seen }: WatcherUp, dimensions: DimensionTable): Seen[] {
  return seen.flatMap(({ peer, dimension: number, ok, bad, finding }: SeenMessage) => {
    const dimension = dimensions.findEvictable(number)
    return dimension != null ? [{ peer: peerIdFromBytes(peer), dimension, ok, bad, finding }] : []
  })
}
