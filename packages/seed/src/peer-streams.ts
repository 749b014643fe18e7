import { messages, PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { answerer, costLimits, peerIdText, toPeerId } from '@peerwatch/link'
import type { Connection, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { RegistryRequest, RegistryResponse } from '@peerwatch/wire'
import type { Answerer, Core } from '@peerwatch/link'
import type { RegistryServerOptions } from './options.ts'

/** The stream on which one peer asks a seed. */
export interface PeerStream {
  readonly peer: PeerIdString
  readonly remote: Multiaddr
  /** Set by a registration: monotonic ms. */
  registeredAtMs: number | undefined
  /** Wants to be told of changes. */
  watches: boolean
  readonly push: Answerer<RegistryResponse>['push']
  readonly close: () => Promise<void>
}

export type RegistryAnswer = Partial<Omit<RegistryResponse, 'id'>>

export interface PeerStreamsInit {
  readonly options: RegistryServerOptions
  readonly answer: (stream: PeerStream, request: RegistryRequest) => Promise<RegistryAnswer>
  /** A request of this peer is beyond its allowance, and is refused. */
  readonly onRefused: (peer: PeerIdString) => void
  readonly onEnd: (stream: PeerStream) => void
}

/** One stream per peer, bounded in number, rate and idle time. */
export interface PeerStreams {
  readonly take: (stream: Stream, connection: Connection) => void
  readonly get: (peer: PeerIdString) => PeerStream | undefined
  /** Those that want to be told of changes. */
  readonly tellWatching: (push: RegistryAnswer, except?: PeerIdString) => void
  readonly count: () => number
  /** Closes those that did not register since. */
  readonly closeSilent: (sinceMs: number) => void
  readonly closeAll: () => Promise<void>
}

const REMEMBERED_PEERS = 50_000
const OPENING_COST = 5
const LIST_COST = 4
/** A new record costs a signature here and one to check; what a pull is answered with may be a megabyte. */
const REGISTER_COST = 4
const PULL_COST = 20
/** Seeds and trusted nodes have more to say. */
const MEMBERS_DISCOUNT = 20

export function peerStreams(core: Core, init: PeerStreamsInit): PeerStreams {
  const { options } = init
  const limits = costLimits({ perSecond: options.costPerSecond, burst: options.costBurst, mostKeys: REMEMBERED_PEERS, clock: core.clock })
  const streams = new Map<PeerIdString, PeerStream>()

  const fault = (peer: PeerIdString, what: string): void => {
    core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what })
  }
  /** Undefined where it may come in. */
  const refusal = (peer: PeerIdString): string | undefined => {
    if (core.certificates.evicted(peer) != null) return 'evicted'
    if (core.roster.isSeed(peer) || core.roster.isTrusted(peer)) return undefined
    if (!limits.take(peer, OPENING_COST)) {
      fault(peer, 'too-fast')
      return 'too fast'
    }
    return streams.size >= options.mostStreams && !streams.has(peer) ? 'full' : undefined
  }
  const take = (stream: Stream, connection: Connection): void => {
    const peer = peerIdText(connection.remotePeer)
    const refused = refusal(peer)
    if (refused != null) {
      stream.abort(new Error(refused))
      return
    }
    let refusedCount = 0
    const privileged = core.roster.isSeed(peer) || core.roster.isTrusted(peer)
    const answer = async (request: RegistryRequest): Promise<RegistryAnswer> => {
      if (!limits.take(peer, costOf(request) / (privileged ? MEMBERS_DISCOUNT : 1))) {
        refusedCount++
        init.onRefused(peer)
        if (refusedCount > options.refusedMost) {
          fault(peer, 'too-fast')
          answers.abort('reset')
        }
        return { status: REGISTRY_STATUS.tooFast, reason: 'too many requests' }
      }
      refusedCount = 0
      return init.answer(held, request)
    }
    const answers = answerer<RegistryRequest, RegistryResponse>(stream, {
      clock: core.clock,
      request: messages.registryRequest,
      response: messages.registryResponse,
      answer,
      onEnd: what => {
        callOffSilence()
        if (streams.get(peer) === held) streams.delete(peer)
        if (what != null && what !== 'reset') fault(peer, what)
        init.onEnd(held)
      }
    })
    const held: PeerStream = { peer, remote: connection.remoteAddr, registeredAtMs: undefined, watches: false, push: answers.push, close: answers.close }
    const callOffSilence = core.clock.after(options.registerWithinMs, () => {
      if (held.registeredAtMs == null) void held.close()
    })
    const older = streams.get(peer)
    streams.set(peer, held)
    void older?.close()
  }
  return {
    take,
    get: peer => streams.get(peer),
    tellWatching: (push, except) => {
      for (const stream of streams.values()) if (stream.watches && stream.peer !== except) stream.push(push)
    },
    count: () => streams.size,
    closeSilent: sinceMs => {
      for (const stream of streams.values()) {
        if (stream.registeredAtMs != null && stream.registeredAtMs < sinceMs) void stream.close()
      }
    },
    closeAll: async () => {
      await Promise.all([...streams.values()].map(async stream => stream.close()))
    }
  }
}

/** What a request takes of its sender's allowance: one for itself and for each thing to look at, more for what costs more. */
function costOf({ register, list, find, dead, pull, publish }: RegistryRequest): number {
  const published = publish == null ? 0 : publish.certificates.length + publish.findings.length + publish.votes.length
  const asked = (register == null ? 0 : REGISTER_COST) + (list == null ? 0 : LIST_COST) + (pull?.certificates === true ? PULL_COST : 0)
  return 1 + asked + (find?.peers.length ?? 0) / 4 + dead.length + published
}
