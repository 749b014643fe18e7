import { PROTOCOLS } from '@peerwatch/wire'
import { PING_BYTES } from '../neighbours/ping.ts'
import type { Connection, Stream, StreamMuxer } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** So many bytes or pieces count as one request, on streams that carry many. A ping comes in two pieces at most; an identify message has 1 KB. */
const WITHIN_STREAMS: Readonly<Record<string, { readonly bytes: number; readonly pieces: number }>> = {
  [PROTOCOLS.ping]: { bytes: PING_BYTES, pieces: 2 },
  '/ipfs/id/push/1.0.0': { bytes: 2048, pieces: 16 }
}

export interface CountedStreams {
  readonly admitsStream: () => boolean
  readonly admitsPing: () => boolean
  readonly keep: (stream: Stream) => void
}

/** Counts every stream that this connection brings: before anything is made of it where the muxer lets us, else when it is there. */
export function countStreams(connection: Connection, { admitsStream, admitsPing, keep }: CountedStreams): void {
  // private in libp2p's types; test/observation/resource.test.ts fails when a release moves it
  const { muxer } = connection as Connection & { readonly muxer?: StreamMuxer }
  if (muxer == null) return
  const isGated = gate(muxer, admitsStream)
  muxer.addEventListener('stream', ({ detail }) => {
    if (isGated || admitsStream()) {
      keep(detail)
      countWithin(detail, admitsPing)
    } else detail.abort(new Error('more requests than the network allows'))
  })
}

/** A stream may carry many pings, or many messages: the first is the request that the stream was counted as, each further one is a request more. */
function countWithin(stream: Stream, admits: () => boolean): void {
  const inside = stream as Stream & { onData?: (data: Uint8Array | Uint8ArrayList) => void }
  const take = inside.onData?.bind(stream)
  if (take == null) return
  let bytes = 0
  let pieces = 0
  let requests = 1
  inside.onData = data => {
    const one = WITHIN_STREAMS[stream.protocol]
    // the two sides still agree on a protocol, or this protocol carries no requests of its own
    if (one == null) {
      take(data)
      return
    }
    bytes += data.byteLength
    pieces++
    const asked = Math.ceil(Math.max(bytes / one.bytes, pieces / one.pieces))
    for (; requests < asked; requests++) {
      if (admits()) continue
      stream.abort(new Error('more requests on one stream than the network allows'))
      return
    }
    take(data)
  }
}

/**
 * Yamux looks at its limit once for each stream that the other side opens, and before it makes anything of it: a refusal there is one small frame.
 *
 * @returns false for a muxer without such a limit, whose streams can only be reset when they are there
 */
function gate(muxer: StreamMuxer, admits: () => boolean): boolean {
  const { maxInboundStreams } = muxer as StreamMuxer & { readonly maxInboundStreams?: number }
  if (typeof maxInboundStreams !== 'number') return false
  Object.defineProperty(muxer, 'maxInboundStreams', { get: () => (admits() ? maxInboundStreams : 0), configurable: true })
  return true
}
