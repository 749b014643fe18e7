import type { Connection, Libp2p, Stream, StreamMuxer } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Payload bytes of streams, without the frames around them. */
export interface Bytes {
  in: number
  out: number
}

/** What each link carried since it was opened, by protocol. Protocols are those that this node speaks, so they are few. */
export interface Traffic {
  readonly of: (connection: Connection) => ReadonlyMap<string, Bytes>
}

/** Of streams that ended before it was agreed on what they were to be. */
const NEGOTIATION = '/multistream/1.0.0'
const NOTHING: ReadonlyMap<string, Bytes> = new Map()

/** Private in libp2p's types; test/peers/traffic.test.ts fails when a release moves one. */
type MuxerInsides = StreamMuxer & { cleanUpStream?: (stream: Stream) => void }
interface StreamInsides {
  onData?: (data: Uint8Array | Uint8ArrayList) => void
  send: (data: Uint8Array | Uint8ArrayList) => boolean
}

/** Counts the bytes of every link that is opened from now on. libp2p's own counters are one per process, not per peer. */
export function trafficOf(libp2p: Pick<Libp2p, 'addEventListener'>): Traffic {
  const counted = new WeakMap<Connection, Map<string, Bytes>>()
  libp2p.addEventListener('connection:open', ({ detail: connection }) => {
    const { muxer } = connection as Connection & { readonly muxer?: MuxerInsides }
    if (muxer == null) return
    const protocols = new Map<string, Bytes>()
    counted.set(connection, protocols)
    for (const stream of muxer.streams) count(stream, protocols)
    // libp2p calls it for every stream that it adds, whichever side opened it
    const cleanUpStream = muxer.cleanUpStream?.bind(muxer)
    if (cleanUpStream == null) return
    muxer.cleanUpStream = stream => {
      cleanUpStream(stream)
      count(stream, protocols)
    }
  })
  return { of: connection => counted.get(connection) ?? NOTHING }
}

function count(stream: Stream, protocols: Map<string, Bytes>): void {
  const insides = stream as unknown as StreamInsides
  const [take, send] = [insides.onData?.bind(stream), insides.send.bind(stream)]
  /** What came and went before the stream had a protocol: the first message of it may come together with the last one of the negotiation. */
  let early: Bytes | undefined = { in: 0, out: 0 }
  const add = (more: Bytes): void => {
    if (stream.protocol === '' && early != null) {
      early = { in: early.in + more.in, out: early.out + more.out }
      return
    }
    const protocol = stream.protocol === '' ? NEGOTIATION : stream.protocol
    const known = protocols.get(protocol) ?? { in: 0, out: 0 }
    protocols.set(protocol, known)
    known.in += more.in + (early?.in ?? 0)
    known.out += more.out + (early?.out ?? 0)
    early = undefined
  }
  if (take != null) {
    insides.onData = data => {
      add({ in: data.byteLength, out: 0 })
      take(data)
    }
  }
  insides.send = data => {
    add({ in: 0, out: data.byteLength })
    return send(data)
  }
  stream.addEventListener('close', () => {
    const rest = early
    early = undefined
    if (rest != null) add(rest)
  })
}
