import { messages, PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { answerer, costLimits, groupOf, served, toPeerId } from '@peerwatch/link'
import { groupSizes } from './group-sizes.ts'
import type { GroupSizes } from './group-sizes.ts'
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { RegistryRequest, RegistryResponse } from '@peerwatch/wire'
import type { Answerer, Arrival, Core } from '@peerwatch/link'
import type { RegistryServerOptions } from './options.ts'

/** The stream on which one peer asks a seed. */
export interface PeerStream {
  readonly peer: PeerIdString
  readonly remote: Multiaddr
  /** When the peer registered on this stream, in monotonic ms. */
  registeredAtMs: number | undefined
  /** Whether the peer wants to be told of changes. */
  watches: boolean
  readonly push: Answerer<RegistryResponse>['push']
  readonly close: () => Promise<void>
  readonly isOpen: () => boolean
}

export type RegistryAnswer = Partial<Omit<RegistryResponse, 'id'>>

export interface PeerStreamsInit {
  readonly options: RegistryServerOptions
  readonly answer: (stream: PeerStream, request: RegistryRequest) => Promise<RegistryAnswer>
  /** Called when a request goes beyond the peer's allowance, and is refused. */
  readonly onRefused: (peer: PeerIdString) => void
  readonly onEnd: (stream: PeerStream) => void
}

/** The streams of peers: one per peer, bounded in number, rate and idle time. If all are in use, the largest group makes room. */
export interface PeerStreams {
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly get: (peer: PeerIdString) => PeerStream | undefined
  /** Tells the peers that want to be told of changes. */
  readonly tellWatching: (push: RegistryAnswer, except?: PeerIdString) => void
  readonly count: () => number
  /** Closes the streams of peers that did not register since then. */
  readonly closeSilent: (sinceMs: number) => void
}

/** The streams that libp2p lets in on one connection. A newer stream replaces the older one, which may still be closing. */
const STREAMS_PER_CONNECTION = 4
const REMEMBERED_PEERS = 50_000
const OPENING_COST = 5
const LIST_COST = 4
/** A new record costs this seed two signatures, one to check and one to make. The answer to a pull may be a megabyte. */
const REGISTER_COST = 4
const PULL_COST = 20
/**
 * A goodbye goes to all who watch, together with others, so the seed charges one unit for so many watchers. A node that restarts a few times can still
 * say goodbye.
 */
const TOLD_PER_COST = 100
const GOODBYE_COST_MOST = 100
/** Seeds and trusted nodes have more to say, so they pay this part only. */
const MEMBERS_DISCOUNT = 20

/** The seed compares so many members of the largest group, and ends the newest of them. */
const COMPARED_COUNT = 32

interface Held {
  /** A later stream has a higher number. */
  readonly number: number
  readonly cut: () => void
}

/** Ends the newest of some streams of the largest group, unless one more would make this group as large. */
function makesRoom(core: Core, groups: GroupSizes<Held>, group: string): boolean {
  core.emit('registry:limited', { bound: 'streams' })
  const largest = groups.largest()
  if (largest == null || groups.size(group) + 1 >= groups.size(largest)) return false
  const some = groups.random(largest, COMPARED_COUNT, core.rng)
  some.reduce((newest, each) => (each.number > newest.number ? each : newest)).cut()
  return true
}

function tellTooFast(core: Core, peer: PeerIdString): void {
  core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what: 'too-fast' })
}

export function peerStreams(core: Core, init: PeerStreamsInit): PeerStreams {
  const { options } = init
  const limits = costLimits({ perSecond: options.costPerSecond, burst: options.costBurst, mostKeys: REMEMBERED_PEERS, clock: core.clock })

  let opened = 0
  const groups = groupSizes<Held>()
  const groupAt = ({ remoteAddr }: Connection, peer: PeerIdString): string => groupOf(remoteAddr, core.roster.current().scope, peer)
  const admits = (peer: PeerIdString, connection: Connection): boolean => {
    if (core.certificates.evicted(peer) != null) return false
    if (core.roster.isMember(peer)) return true
    if (!limits.take(peer, OPENING_COST)) {
      tellTooFast(core, peer)
      return false
    }
    return streams.count() < options.mostStreams || get(peer) != null || makesRoom(core, groups, groupAt(connection, peer))
  }
  /** Answers as many requests as the peer's allowance covers. */
  const answering = (peer: PeerIdString, held: () => PeerStream, cut: () => void): ((request: RegistryRequest) => Promise<RegistryAnswer>) => {
    let refusedCount = 0
    const share = core.roster.isMember(peer) ? MEMBERS_DISCOUNT : 1
    return async request => {
      if (limits.take(peer, costOf(request, streams.count()) / share)) {
        refusedCount = 0
        return init.answer(held(), request)
      }
      refusedCount++
      init.onRefused(peer)
      if (refusedCount > options.refusedMost) {
        tellTooFast(core, peer)
        cut()
      }
      return { status: REGISTRY_STATUS.tooFast, reason: 'too many requests' }
    }
  }
  const serve = ({ stream, peer, connection, onEnd }: Arrival): PeerStream => {
    const answers = answerer<RegistryRequest, RegistryResponse>(stream, {
      clock: core.health,
      request: messages.registryRequest,
      response: messages.registryResponse,
      answer: answering(
        peer,
        () => held,
        () => {
          cut()
        }
      ),
      onEnd: what => {
        callOffSilence()
        groups.delete(group, counted)
        onEnd(what)
        init.onEnd(held)
      }
    })
    const { push, close, isOpen } = answers
    const held: PeerStream = { peer, remote: connection.remoteAddr, registeredAtMs: undefined, watches: false, push, close, isOpen }
    const group = groupAt(connection, peer)
    const cut = (): void => {
      // its end is told of a little later
      groups.delete(group, counted)
      answers.abort('reset')
    }
    const counted: Held = { number: opened++, cut }
    // nobody makes room in the place of a member
    if (!core.roster.isMember(peer)) groups.add(group, counted)
    const callOffSilence = core.clock.after(options.registerWithinMs, () => {
      if (held.registeredAtMs == null) void held.close()
    })
    return held
  }
  const streams = served<PeerStream>(core, {
    protocol: PROTOCOLS.registry,
    streamsPerPeer: 1,
    newest: 'replaces',
    maxInboundStreams: STREAMS_PER_CONNECTION,
    admits,
    serve
  })
  const get = (peer: PeerIdString): PeerStream | undefined => streams.of(peer)[0]
  const all = (): PeerStream[] => streams.peers().flatMap(peer => streams.of(peer))
  return {
    start: streams.start,
    stop: streams.stop,
    get,
    tellWatching: (push, except) => {
      for (const stream of all()) if (stream.watches && stream.peer !== except) stream.push(push)
    },
    count: streams.count,
    closeSilent: sinceMs => {
      for (const stream of all()) if (stream.registeredAtMs != null && stream.registeredAtMs < sinceMs) void stream.close()
    }
  }
}

/**
 * What a request takes of its sender's allowance: one unit for itself and one for each thing to look at, and more for what costs more. A goodbye goes to
 * all others.
 */
function costOf({ register, list, find, dead, goodbye, pull, publish }: RegistryRequest, streamsCount: number): number {
  const published = publish == null ? 0 : publish.certificates.length + publish.votes.length
  const asked = (register == null ? 0 : REGISTER_COST) + (list == null ? 0 : LIST_COST) + (pull?.certificates === true ? PULL_COST : 0)
  const told = goodbye.byteLength === 0 ? 0 : Math.min(GOODBYE_COST_MOST, streamsCount / TOLD_PER_COST)
  return 1 + asked + told + (find?.peers.length ?? 0) / 4 + dead.length + published
}
