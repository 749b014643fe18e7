import { PROTOCOLS } from '@peerwatch/wire'
import { isFlooded, resource as row, RESOURCE_SLOT_MS } from '@peerwatch/detection'
import { BoundedMap, peerIdText } from '@peerwatch/link'
import { PING_BYTES } from '../neighbours/ping.ts'
import { frameMeter } from './muxer-frames.ts'
import { tally } from './tally.ts'
import type { Connection, Stream, StreamMuxer } from '@libp2p/interface'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { ObserverFactory } from './observer.ts'

const { windows: windowsNeeded, timesLimit, withinWindows } = row.evidence
const MOST_SUBJECTS = 1024
/** After this node stood still it takes at once what came meanwhile, of so many slots at most. */
const MOST_SPARE_SLOTS = 20
/** What counts as one request on streams that carry many. More than twice as many pieces as pings are no pings; an identify message has 1 KB. */
const WITHIN_STREAMS: Readonly<Record<string, { readonly bytes: number; readonly pieces: number }>> = {
  [PROTOCOLS.ping]: { bytes: PING_BYTES, pieces: 2 },
  '/ipfs/id/push/1.0.0': { bytes: 2048, pieces: 16 }
}
/** What Peerwatch needs of every host. An application's own protocols cost what it wants them to, unless the network gives one a limit. */
const COUNTED_PROTOCOLS = ['/peerwatch/', '/ipfs/ping/', '/ipfs/id/']
/** Streams whose protocol is not said yet, of one peer: an application may open many at once, and each is held until it says. */
const UNSAID_MOST = 64
const MANY_REQUESTS = `${windowsNeeded} windows with at least half of the slots at ${timesLimit} times the limit`

interface Requests {
  /** Number of the slot that is being counted, by the monotonic clock. */
  slot: number
  /** In which the slot began. */
  window: WindowNumber
  count: number
  /** Streams of the protocols that the network gives a limit of their own. */
  countByProtocol: Map<string, number>
  /** How long this node had stood still in all when the slot began. */
  lostMs: number
  /** Slots whose requests may come in this one: nobody was here to take them. */
  spareSlots: number
  /** Streams of this slot that were let in and have not said what they are for. */
  unsaid: Stream[]
  /** Slots of the newest window at `timesLimit` times the limit or above. */
  flooded: { readonly slot: number; readonly window: WindowNumber }[]
  floodedWindows: WindowNumber[]
  isLinked: boolean
}

/**
 * Slots of half a second in which a neighbour kept or broke the signed limit of requests: inbound streams, further pings on one, and frames that
 * servers refuse.
 *
 * Streams are counted at the muxer: handlers miss what libp2p's own limits refuse. Excess streams are reset before anything is made of them.
 */
export const resource: ObserverFactory = (core, { isSubject, enforce, onEvidence }) => {
  const counts = tally()
  const subjects = new BoundedMap<PeerIdString, Requests>(MOST_SUBJECTS)
  const slotNow = (): number => Math.floor(core.clock.monotonicMs() / RESOURCE_SLOT_MS)
  const perSlot = (perSecond: number, { spareSlots }: Requests): number => Math.max(1, Math.floor((perSecond * RESOURCE_SLOT_MS) / 1000)) * (1 + spareSlots)
  const limitOf = (requests: Requests): number => perSlot(core.roster.current().requestsPerSecond, requests)

  /** After a slot that was a flood nothing is served for one slot. */
  const allowed = (requests: Requests): number => (requests.flooded.some(each => each.slot === requests.slot - 1) ? 0 : limitOf(requests))

  /** How many times its limit the busiest of what is counted has reached. */
  const timesOf = (requests: Requests): number => {
    const { requestLimits } = core.roster.current()
    const named = [...requests.countByProtocol].map(([protocol, count]) => count / perSlot(requestLimits.get(protocol) ?? Infinity, requests))
    return Math.max(requests.count / limitOf(requests), ...named)
  }
  /** Sorts out the streams that have said what they are for, or ended without. */
  const sortOut = (requests: Requests): void => {
    const { requestLimits } = core.roster.current()
    requests.unsaid = requests.unsaid.filter(({ protocol, status }) => {
      if (protocol === '' && status === 'open') return true
      if (requestLimits.has(protocol)) requests.countByProtocol.set(protocol, 1 + (requests.countByProtocol.get(protocol) ?? 0))
      else if (protocol === '' || COUNTED_PROTOCOLS.some(prefix => protocol.startsWith(prefix))) requests.count++
      return false
    })
  }
  const judge = (peer: PeerIdString, requests: Requests, evidence = MANY_REQUESTS): void => {
    if (timesOf(requests) >= timesLimit && floods(requests, requests.window, core.windows.windowMs)) onEvidence(peer, row.name, evidence)
  }
  /** Settles the slots that have passed since this one was begun; without a link there is nothing to settle but what came before it ended. */
  const advance = (peer: PeerIdString, requests: Requests): void => {
    sortOut(requests)
    const now = slotNow()
    if (now === requests.slot) return
    // whoever keeps it to itself for so long has made a request of it
    requests.count += requests.unsaid.length
    judge(peer, requests)
    const isBeyond = timesOf(requests) > 1
    const lostMs = core.health.lostMs()
    const missedSlots = Math.floor((lostMs - requests.lostMs) / RESOURCE_SLOT_MS)
    const quiet = requests.isLinked ? Math.max(0, now - requests.slot - 1 - missedSlots) : 0
    const kept = !isBeyond && (requests.isLinked || requests.count > 0) ? 1 : 0
    counts.add(peer, { ok: kept + quiet, bad: isBeyond ? 1 : 0 })
    // what came meanwhile may take more than one slot to read
    const spareSlots = Math.min(MOST_SPARE_SLOTS, missedSlots + (now - requests.slot === 1 ? Math.floor(requests.spareSlots / 2) : 0))
    Object.assign(requests, { slot: now, window: core.windows.now().window, count: 0, countByProtocol: new Map(), lostMs, spareSlots, unsaid: [] })
  }
  const requestsFrom = (peer: PeerIdString): Requests => {
    const requests: Requests = subjects.get(peer) ?? {
      slot: slotNow(),
      window: core.windows.now().window,
      count: 0,
      countByProtocol: new Map(),
      lostMs: core.health.lostMs(),
      spareSlots: 0,
      unsaid: [],
      flooded: [],
      floodedWindows: [],
      isLinked: false
    }
    subjects.set(peer, requests)
    advance(peer, requests)
    return requests
  }
  const countRequest = (peer: PeerIdString): boolean => {
    if (!isSubject(peer)) return true
    const requests = requestsFrom(peer)
    const isWithin = requests.count < allowed(requests)
    requests.count++
    if (!isWithin) judge(peer, requests)
    return isWithin || !enforce
  }
  /** A slot in which the multiplexer was flooded is one at `timesLimit` times the limit. */
  const countExcess = (peer: PeerIdString): void => {
    if (!isSubject(peer)) return
    const requests = requestsFrom(peer)
    requests.count = Math.max(requests.count, limitOf(requests) * timesLimit)
    judge(peer, requests, `frames that carry nothing, in ${windowsNeeded} windows`)
  }
  const meter = frameMeter(core, countExcess)
  const hasRoom = (requests: Requests): boolean => requests.count < allowed(requests) && requests.unsaid.length < Math.max(UNSAID_MOST, allowed(requests))
  /** A stream is counted when it has said what it is for; one too many at once. */
  const admitStream = (peer: PeerIdString): boolean => !isSubject(peer) || hasRoom(requestsFrom(peer)) || countRequest(peer)
  /** What protocol it will be is not known yet. */
  const keptOf =
    (peer: PeerIdString) =>
    (stream: Stream): void => {
      const requests = requestsFrom(peer)
      if (hasRoom(requests)) requests.unsaid.push(stream)
    }
  return {
    dimension: row.name,
    needsOwnLink: false,
    countRequest,
    forget: peer => {
      const requests = subjects.get(peer)
      if (requests != null) requests.floodedWindows = []
    },
    onOpen: connection => {
      // one that is over by now is told to have ended never again
      if (connection.status !== 'open') return
      meter(connection)
      const peer = peerIdText(connection.remotePeer)
      if (!isSubject(peer)) return
      requestsFrom(peer).isLinked = true
      countStreams(connection, { admitsStream: () => admitStream(peer), admitsPing: () => countRequest(peer), keep: keptOf(peer) })
    },
    onDisconnect: peer => {
      const requests = subjects.get(peer)
      if (requests == null) return
      advance(peer, requests)
      requests.isLinked = false
    },
    close: window => {
      for (const [peer, requests] of [...subjects.entries()]) {
        advance(peer, requests)
        const isOver = !requests.isLinked && requests.floodedWindows.every(each => each <= window - withinWindows)
        if (isOver) subjects.delete(peer)
      }
      return counts.take()
    },
    start: () => () => {
      subjects.clear()
    }
  }
}

/** Notes a slot that has reached `timesLimit` times the limit; true where this makes one flooded window too many. */
function floods(requests: Requests, window: WindowNumber, windowMs: number): boolean {
  if (requests.flooded.some(({ slot }) => slot === requests.slot)) return false
  requests.flooded = [...requests.flooded.filter(each => each.window === window), { slot: requests.slot, window }]
  if (!isFlooded(requests.flooded.length, windowMs) || requests.floodedWindows.includes(window)) return false
  requests.floodedWindows = [...requests.floodedWindows.filter(each => each > window - withinWindows), window]
  return requests.floodedWindows.length >= windowsNeeded
}

interface CountedStreams {
  readonly admitsStream: () => boolean
  readonly admitsPing: () => boolean
  readonly keep: (stream: Stream) => void
}

/** Counts every stream that this connection brings: before anything is made of it where the muxer lets us, else when it is there. */
function countStreams(connection: Connection, { admitsStream, admitsPing, keep }: CountedStreams): void {
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
    bytes += data.byteLength
    pieces++
    // agreed on by now, or its bytes would not come here
    const one = WITHIN_STREAMS[stream.protocol]
    for (; one != null && requests < Math.ceil(Math.max(bytes / one.bytes, pieces / one.pieces)); requests++) {
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
