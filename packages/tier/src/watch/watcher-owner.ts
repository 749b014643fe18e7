import { LIMITS, messages, PROTOCOLS } from '@peerwatch/wire'
import { frames, peerIdBytes, peerIdFromBytes, peerIdText, toPeerId } from '@peerwatch/link'
import type { Connection, Stream } from '@libp2p/interface'
import type { DimensionTable, EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Seen } from '@peerwatch/reputation'
import type { Seen as SeenMessage, WatcherUp } from '@peerwatch/wire'
import type { Core, FrameFault, Frames, Part } from '@peerwatch/link'

/** How many times as late as the longest evidence a watcher's counts may be; older ones are beyond any finding. */
const LATE_FACTOR = 2

export interface WatcherOwnerInit {
  /** The ids of the watchers that belong to this trusted node. */
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
  /** Suspects to which a link was found. */
  readonly linked: readonly PeerIdString[]
}

/** A trusted node's side of the links to its watchers. */
export interface WatcherOwner extends Part {
  readonly connected: () => PeerIdString[]
  /** The whole list of what this watcher is to look at; sent when it differs, and again after a lost link. */
  readonly setLooks: (watcher: PeerIdString, looks: readonly LookOrder[]) => void
  readonly onSeen: (listener: (report: WatcherSeen) => void) => () => void
  readonly onChange: (listener: () => void) => () => void
  readonly beforeStart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Takes the links of this node's own watchers, tells them whom to look at and hears what they see. */
export function watcherOwner(core: Core, init: WatcherOwnerInit): WatcherOwner {
  const lateWindows = LATE_FACTOR * core.dimensions.evidenceWindows
  const links = new Map<PeerIdString, Frames>()
  const orders = new Map<PeerIdString, readonly LookOrder[]>()
  const listeners = new Set<(report: WatcherSeen) => void>()
  const changeListeners = new Set<() => void>()

  const fault = (watcher: PeerIdString, what: string): void => {
    core.emit('peer:fault', { peer: toPeerId(watcher), protocol: PROTOCOLS.watch, what })
  }
  const changed = (): void => {
    for (const listener of changeListeners) listener()
  }
  const push = (watcher: PeerIdString): void => {
    const looks = (orders.get(watcher) ?? []).map(({ peer, dimension }) => ({ peer: peerIdBytes(peer), dimension: core.dimensions.row(dimension).number }))
    links.get(watcher)?.send(messages.watcherDown.encode({ looks }))
  }
  const heard = (watcher: PeerIdString, frame: Uint8Array): void => {
    const up = messages.watcherUp.decode(frame)
    const { window } = core.windows.now()
    if (up.window > window + 1 || up.window < window - lateWindows) {
      fault(watcher, 'window')
      return
    }
    const report = { watcher, window: up.window, seen: readSeen(up, core.dimensions), linked: up.linked.map(peerIdFromBytes) }
    for (const listener of listeners) listener(report)
  }
  const onStream = async (stream: Stream, connection: Connection): Promise<void> => {
    const watcher = peerIdText(connection.remotePeer)
    if (!init.isOwnWatcher(watcher)) {
      fault(watcher, 'not-a-watcher')
      stream.abort(new Error('not a watcher'))
      return
    }
    const before = links.get(watcher)
    const link: Frames = frames(stream, {
      clock: core.clock,
      maxFrameBytes: messages.watcherUp.maxBytes,
      onFrame: frame => {
        heard(watcher, frame)
      },
      onEnd: (ended?: FrameFault) => {
        if (ended != null && ended !== 'reset') fault(watcher, ended)
        if (links.get(watcher) !== link) return
        links.delete(watcher)
        changed()
      }
    })
    links.set(watcher, link)
    await before?.close()
    push(watcher)
    changed()
  }
  return {
    connected: () => [...links.keys()],
    setLooks: (watcher, looks) => {
      const bounded = looks.slice(0, LIMITS.looks)
      if (isSame(orders.get(watcher) ?? [], bounded)) return
      if (bounded.length === 0) orders.delete(watcher)
      else orders.set(watcher, bounded)
      push(watcher)
    },
    onSeen: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onChange: listener => {
      changeListeners.add(listener)
      return () => changeListeners.delete(listener)
    },
    beforeStart: async () => core.components.registrar.handle(PROTOCOLS.watch, onStream, { maxInboundStreams: 2 }),
    stop: async () => {
      await core.components.registrar.unhandle(PROTOCOLS.watch)
      await Promise.all([...links.values()].map(async link => link.close()))
    }
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
