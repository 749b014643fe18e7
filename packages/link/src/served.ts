import { peerIdText } from './peer-ids.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from './core.ts'
import type { FrameFault } from './frames.ts'

/** A server's side of one stream: what `answerer` and `frames` make of it. */
export interface ServedStream {
  readonly isOpen: () => boolean
  readonly close: () => Promise<void>
}

/** One stream that is let in. */
export interface Arrival {
  readonly stream: Stream
  readonly peer: PeerIdString
  readonly connection: Connection
  /** Call it once when the stream is over, never within `serve`. `frames` promises this. */
  readonly onEnd: (fault?: FrameFault) => void
}

export interface ServedInit<S extends ServedStream> {
  readonly protocol: string
  /** How many streams of one peer may be open at a time. */
  readonly streamsPerPeer: number
  /** How many streams of all peers together may be open. Default: no bound. */
  readonly streams?: number
  /** What to do if a peer opens one stream too many. `refused`: reset it, and count a fault. `replaces`: close the peer's oldest stream. */
  readonly newest: 'refused' | 'replaces'
  /** Decides on each stream that there is room for. False: the stream is reset. A caller that counts a fault does it here. */
  readonly admits?: (peer: PeerIdString, connection: Connection) => boolean
  readonly serve: (arrival: Arrival) => S
  /** Called once what `serve` made is among the streams of its peer. */
  readonly onServed?: (peer: PeerIdString) => void
  /** libp2p's own limit, per connection: higher than ours, for while streams end new ones may come. Default: two more than `streamsPerPeer`. */
  readonly maxInboundStreams?: number
  /** Default: the event `peer:fault`. */
  readonly onFault?: (connection: Connection, what: string) => void
}

/** What a server knows of the streams that it serves. */
export interface Served<S extends ServedStream> {
  /** The open streams of a peer, oldest first. */
  readonly of: (peer: PeerIdString) => readonly S[]
  /** The peers that have a stream whose end was not told yet. */
  readonly peers: () => PeerIdString[]
  /** How many streams there are whose end was not told yet. */
  readonly count: () => number
  readonly start: () => Promise<void>
  /** Takes no more streams, and closes those that are open. */
  readonly stop: () => Promise<void>
}

const ENDING_STREAMS = 2

/** Keeps the streams of a server: it bounds those of one peer and of all, and knows each until it is over. */
export function served<S extends ServedStream>(core: Pick<Core, 'components' | 'emit'>, init: ServedInit<S>): Served<S> {
  const { protocol, streamsPerPeer, newest, streams: mostStreams = Infinity, admits = () => true } = init
  const onFault = init.onFault ?? ((connection, what) => core.emit('peer:fault', { peer: connection.remotePeer, protocol, what }))
  const streams = new Map<PeerIdString, readonly S[]>()
  let count = 0

  // one that has ended is told of in a moment: whoever comes back at once has not too many
  const openOf = (peer: PeerIdString): readonly S[] => (streams.get(peer) ?? []).filter(each => each.isOpen())
  const isLetIn = (peer: PeerIdString, connection: Connection): boolean => {
    const isOneTooMany = openOf(peer).length >= streamsPerPeer
    if (isOneTooMany && newest === 'refused') {
      onFault(connection, 'too-many-streams')
      return false
    }
    // where the newest replaces another there is room for it
    return (isOneTooMany || count < mostStreams) && admits(peer, connection)
  }
  const handler = (stream: Stream, connection: Connection): void => {
    const peer = peerIdText(connection.remotePeer)
    if (!isLetIn(peer, connection)) {
      stream.abort(new Error(`no further stream of ${protocol}`))
      return
    }
    count++
    let held: S | undefined
    const onEnd = (fault?: FrameFault): void => {
      count--
      const left = (streams.get(peer) ?? []).filter(each => each !== held)
      if (left.length > 0) streams.set(peer, left)
      else streams.delete(peer)
      if (fault != null && fault !== 'reset') onFault(connection, fault)
    }
    held = init.serve({ stream, peer, connection, onEnd })
    const others = openOf(peer)
    const excess = others.slice(0, Math.max(0, others.length + 1 - streamsPerPeer))
    streams.set(peer, [...others.slice(excess.length), held])
    for (const oldest of excess) void oldest.close()
    init.onServed?.(peer)
  }
  return {
    of: openOf,
    peers: () => [...streams.keys()],
    count: () => count,
    start: async () => core.components.registrar.handle(protocol, handler, { maxInboundStreams: init.maxInboundStreams ?? streamsPerPeer + ENDING_STREAMS }),
    stop: async () => {
      await core.components.registrar.unhandle(protocol)
      await Promise.all([...streams.values()].flat().map(async each => each.close()))
    }
  }
}
