import { resource as row } from '@peerwatch/detection'
import { peerIdText } from '@peerwatch/link'
import { countStreams } from './counted-streams.ts'
import { frameMeter } from './muxer-frames.ts'
import { requestSlots } from './request-slots.ts'
import { tally } from './tally.ts'
import type { Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { ObserverFactory } from './observer.ts'
import type { Requests } from './request-slots.ts'

const { windows: windowsNeeded, timesLimit, withinWindows } = row.evidence
/** Streams whose protocol is not said yet, of one peer: an application may open many at once, and each is held until it says. */
const UNSAID_MOST = 64

/**
 * Slots of half a second in which a neighbour kept or broke the signed limit of requests: inbound streams, further pings on one, and frames that
 * servers refuse.
 *
 * Streams are counted at the muxer: handlers miss what libp2p's own limits refuse. Excess streams are reset before anything is made of them.
 */
export const resource: ObserverFactory = (core, { isSubject, enforce, onEvidence }) => {
  const counts = tally()
  const slots = requestSlots(core, {
    onSlots: (peer, of) => {
      counts.add(peer, of)
    },
    onFlood: (peer, evidence) => {
      onEvidence(peer, row.name, evidence)
    }
  })
  const countRequest = (peer: PeerIdString): boolean => {
    if (!isSubject(peer)) return true
    const requests = slots.of(peer)
    const isWithin = requests.count < slots.allowed(requests)
    requests.count++
    if (!isWithin) slots.judge(peer, requests)
    return isWithin || !enforce
  }
  /** A slot in which the multiplexer was flooded is one at `timesLimit` times the limit. */
  const countExcess = (peer: PeerIdString): void => {
    if (!isSubject(peer)) return
    const requests = slots.of(peer)
    requests.count = Math.max(requests.count, slots.limitOf(requests) * timesLimit)
    slots.judge(peer, requests, `frames that carry nothing, in ${windowsNeeded} windows`)
  }
  const meter = frameMeter(core, countExcess)
  const hasRoom = (requests: Requests): boolean =>
    requests.count < slots.allowed(requests) && requests.unsaid.length < Math.max(UNSAID_MOST, slots.allowed(requests))
  /** A stream is counted when it has said what it is for; one too many at once. */
  const admitStream = (peer: PeerIdString): boolean => !isSubject(peer) || hasRoom(slots.of(peer)) || countRequest(peer)
  /** The protocol of the stream is not known yet. */
  const keptOf =
    (peer: PeerIdString) =>
    (stream: Stream): void => {
      const requests = slots.of(peer)
      if (hasRoom(requests)) requests.unsaid.push({ stream, slot: requests.slot })
    }
  return {
    dimension: row.name,
    needsOwnLink: false,
    countRequest,
    forget: peer => {
      const requests = slots.subjects.get(peer)
      if (requests != null) requests.floodedWindows = []
    },
    onOpen: connection => {
      // one that is over by now is told to have ended never again
      if (connection.status !== 'open') return
      meter(connection)
      const peer = peerIdText(connection.remotePeer)
      if (!isSubject(peer)) return
      slots.of(peer).isLinked = true
      countStreams(connection, { admitsStream: () => admitStream(peer), admitsPing: () => countRequest(peer), keep: keptOf(peer) })
    },
    onDisconnect: peer => {
      const requests = slots.subjects.get(peer)
      if (requests == null) return
      slots.advance(peer, requests)
      requests.isLinked = false
    },
    close: window => {
      for (const [peer, requests] of slots.subjects.entries()) {
        slots.advance(peer, requests)
        // the link may have ended in the slot that is under way: if the peer were forgotten here, nobody would be blamed for what came in this slot
        const isSettled = requests.count === 0 && requests.countByProtocol.size === 0
        const isOver = isSettled && !requests.isLinked && requests.floodedWindows.every(each => each <= window - withinWindows)
        if (isOver) slots.subjects.delete(peer)
      }
      return counts.take()
    },
    start: () => () => {
      slots.subjects.clear()
    }
  }
}
