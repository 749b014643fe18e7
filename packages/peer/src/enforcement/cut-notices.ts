import { within } from '@peerwatch/model'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { costLimits, frames, served, toPeerId } from '@peerwatch/link'
import type { PeerId } from '@libp2p/interface'
import type { EvictableDimension, PeerIdString } from '@peerwatch/model'
import type { Core, Part } from '@peerwatch/link'

/** Tells neighbours that this node cuts them and why, and hears the same from others. Nothing follows from what a neighbour says but a word to the operator. */
export interface CutNotices extends Part {
  /** Resolves when the peer has heard it, or will not. */
  readonly tell: (peer: PeerId, dimension: EvictableDimension) => Promise<void>
}

/** For so long the links of whoever was cut stay, at most; longer: more of them hear why. */
const HEARS_WITHIN_MS = 1_000
/** A neighbour has one reason to cut this node in the windows that a cut lasts. */
const HEARD = { perSecond: 1 / 60, burst: 2, mostKeys: 1_000 }
const MOST_STREAMS = 32

export function cutNotices(core: Core): CutNotices {
  const { clock, dimensions, components } = core
  const { maxBytes } = messages.cutNotice
  const limits = costLimits({ ...HEARD, clock })

  const hear = (peer: PeerIdString, frame: Uint8Array): void => {
    // one that this version does not know is no fault
    const dimension = dimensions.findEvictable(messages.cutNotice.decode(frame).dimension)
    if (dimension != null) core.emit('neighbour:refuses', { peer: toPeerId(peer), dimension })
  }
  const arrivals = served(core, {
    protocol: PROTOCOLS.cut,
    // one may be cut for several at once
    streamsPerPeer: dimensions.evictable.length,
    streams: MOST_STREAMS,
    newest: 'refused',
    admits: peer => limits.take(peer, 1),
    serve: ({ stream, peer, onEnd }) => {
      const callOff = clock.after(HEARS_WITHIN_MS, () => {
        stream.abort(new Error('no notice came'))
      })
      const framed = frames(stream, {
        clock,
        maxFrameBytes: maxBytes,
        onFrame: frame => {
          hear(peer, frame)
          // this is how the other side knows that it was heard
          void framed.close()
        },
        onEnd: fault => {
          callOff()
          onEnd(fault)
        }
      })
      return framed
    }
  })
  return {
    tell: async (peer, dimension) => {
      const connection = components.connectionManager.getConnections(peer).find(({ status }) => status === 'open')
      if (connection == null) return
      try {
        await within(clock, HEARS_WITHIN_MS, async signal => {
          const stream = await connection.newStream(PROTOCOLS.cut, { signal })
          const { promise: ended, resolve } = Promise.withResolvers<void>()
          const framed = frames(stream, { clock, maxFrameBytes: maxBytes, onFrame: () => {}, onEnd: () => resolve() })
          signal.addEventListener('abort', () => {
            framed.abort('reset')
          })
          framed.send(messages.cutNotice.encode({ dimension: dimensions.row(dimension).number }))
          await ended
        })
      } catch (error) {
        core.log('%p was not told why it is cut: %e', peer, error)
      }
    },
    beforeStart: arrivals.start,
    stop: arrivals.stop
  }
}
