import { costLimits, holdUnread, joinShortPieces, peerIdText } from '@peerwatch/link'
import type { Connection, StreamMuxer } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Uint8ArrayList } from 'uint8arraylist'

interface Header {
  readonly type: number
  readonly streamID: number
  readonly length: number
}

/** Fields of Yamux that its types keep private. test/observation/muxer-frames.test.ts fails when a release moves one. */
interface YamuxInsides {
  onData: (data: Uint8Array | Uint8ArrayList) => void
  handleFrame: (frame: { readonly header: Header }) => void
  sendFrame: (header: Header, data?: Uint8Array | Uint8ArrayList) => boolean
  readonly decoder: { readonly buffer: Uint8ArrayList }
  readonly streams: readonly { readonly streamId: number; readonly recvWindowCapacity: number }[]
}

const YAMUX = '/yamux/1.0.0'
const TYPE = Object.freeze({ data: 0, windowUpdate: 1, ping: 2 })
const HEADER_BYTES = 12
/** A data frame of at least so much pays for itself: whoever sends those is bounded by his line. */
const FULL_BYTES = 256
/** A ping is answered, and nobody needs more than one in some seconds. */
const PING_WEIGHT = 20
/** Data frames that may be answered by a window update each. */
const OWED_MOST = 10_000
/** A frame for a stream that is over may be as long as libp2p's largest window. */
const WINDOW_BYTES_MOST = 16 * 1024 * 1024
/** From here on, bytes that wait for the rest of their frame are counted. */
const COUNTED_BYTES = 64 * 1024
/** The limit is asked after so much within one piece: 64 KiB hold 5,000 frames. */
const WEIGHED_AT_ONCE = 500

/** Of one peer, over all its links: at 24 µs each a twentieth of a core. */
const FRAMES = Object.freeze({ perSecond: 2_000, burst: 20_000, mostKeys: 20_000 })
/** A stream takes some six frames; where a network allows more requests, it allows the frames of them. */
const REQUESTS_PER_SECOND_USUAL = 50

interface MeteredFrames {
  /** Whether this many frames more are within what the peer may send. */
  readonly take: (frames: number) => boolean
  /** Called once, before the connection is ended. */
  readonly onExcess: (what: 'too-many-frames' | 'unread') => void
}

/** Meters the frames of each link that it is called with; `onFlood` hears of a peer that sent too many small ones. */
export function frameMeter(core: Core, onFlood: (peer: PeerIdString) => void): (connection: Connection) => void {
  const limits = costLimits({ ...FRAMES, clock: core.clock })
  return connection => {
    const peer = peerIdText(connection.remotePeer)
    meterFrames(connection, {
      take: frames => limits.take(peer, (frames * REQUESTS_PER_SECOND_USUAL) / Math.max(REQUESTS_PER_SECOND_USUAL, core.roster.current().requestsPerSecond)),
      onExcess: what => {
        core.emit('peer:fault', { peer: connection.remotePeer, protocol: YAMUX, what })
        if (what === 'too-many-frames') onFlood(peer)
      }
    })
  }
}

/**
 * Counts at the multiplexer what no stream ever sees or what costs more than its bytes: pings, window updates, frames of a few bytes, and messages
 * below that complete none. Another multiplexer than Yamux is left alone: it has none of these frames.
 */
function meterFrames(connection: Connection, { take, onExcess }: MeteredFrames): void {
  const { muxer } = connection as Connection & { readonly muxer?: StreamMuxer }
  if (muxer?.protocol !== YAMUX) return
  const insides = muxer as unknown as YamuxInsides
  joinShortPieces(insides.decoder.buffer)
  const [onData, handleFrame, sendFrame] = [insides.onData.bind(muxer), insides.handleFrame.bind(muxer), insides.sendFrame.bind(muxer)]
  let weight = 0
  let frames = 0
  let owedUpdates = 0
  let isOver = false

  const end = (what: 'too-many-frames' | 'unread'): void => {
    if (isOver) return
    isOver = true
    holdUnread(endUnread, 0)
    onExcess(what)
    connection.abort(new Error(`${what} on a connection`))
  }
  const endUnread = (): void => {
    end('unread')
  }
  const weigh = (): void => {
    if (weight > 0 && !take(weight)) end('too-many-frames')
    weight = 0
  }
  const weightOf = ({ type, length }: Header): number => {
    if (type === TYPE.data) return Math.max(0, 1 - length / FULL_BYTES)
    if (type !== TYPE.windowUpdate) return PING_WEIGHT
    if (owedUpdates === 0) return 1
    owedUpdates--
    return 0
  }
  insides.handleFrame = frame => {
    // the decoder goes on with what it has
    if (isOver) return
    frames++
    weight += weightOf(frame.header)
    if (weight >= WEIGHED_AT_ONCE) weigh()
    if (!isOver) handleFrame(frame)
  }
  insides.onData = data => {
    if (isOver) return
    frames = 0
    onData(data)
    if (frames === 0) weight += Math.max(0, 1 - data.byteLength / FULL_BYTES)
    weigh()
    if (!isOver) holdRest(insides, endUnread)
  }
  insides.sendFrame = (header, data) => {
    if (header.type === TYPE.data && owedUpdates < OWED_MOST) owedUpdates++
    return sendFrame(header, data)
  }
  connection.addEventListener('close', () => {
    holdUnread(endUnread, 0)
  })
}

/** Yamux waits for the whole of a frame before it looks at its window: it would hold the 4 GiB that a header may announce. */
function holdRest({ decoder: { buffer }, streams }: YamuxInsides, end: () => void): void {
  holdUnread(end, buffer.byteLength > COUNTED_BYTES ? buffer.byteLength : 0)
  if (buffer.byteLength < HEADER_BYTES) return
  const header = buffer.subarray(0, HEADER_BYTES)
  const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES)
  const streamId = view.getUint32(4)
  const window = streams.find(stream => stream.streamId === streamId)?.recvWindowCapacity ?? WINDOW_BYTES_MOST
  if (view.getUint32(8) > window) end()
}
