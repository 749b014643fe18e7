import { PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { peekSigned, peerIdText, resolveNumbers, ServicesError, toPeerId } from '@peerwatch/link'
import { carried } from './carried.ts'
import { dialBacks } from './dial-backs.ts'
import { entryStore } from './entry-store.ts'
import { guests } from './guests.ts'
import { REGISTRY_SERVER_DEFAULTS } from './options.ts'
import { guestEntry, peerEntry, peerLists } from './peer-lists.ts'
import { peerStreams } from './peer-streams.ts'
import { probe } from './probe.ts'
import { changeOf, wireBytes } from '@peerwatch/peer/parts'
import { registrations } from './registrations.ts'
import { removals } from './removals.ts'
import { returningGuests } from './returning-guests.ts'
import { seedFeeds } from './seed-feeds.ts'
import { shunned } from './shunned.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { RegistryRequest } from '@peerwatch/wire'
import type { Core, Part, PeerwatchEvents } from '@peerwatch/link'
import type { DeathTest, Testable } from './death-tests.ts'
import type { Reach } from './entries.ts'
import type { Guest } from './guests.ts'
import type { RegistryServerOptions } from './options.ts'
import type { PeerStream, RegistryAnswer } from './peer-streams.ts'
import type { RegistryClient, SeedNews } from '@peerwatch/peer/parts'

export interface RegistryServerInit {
  /** This seed's own client: it checks departures and hears what the other seeds tell. */
  readonly client: RegistryClient
  readonly options?: Partial<RegistryServerOptions>
}

export interface RegisteredPeer {
  readonly peer: PeerIdString
  readonly group: string
  readonly addresses: readonly string[]
  readonly firstWindow: WindowNumber
  readonly reach: Reach
  /** Registered here, not at another seed only. */
  readonly firstHand: boolean
  /** Its stream to this seed is open. */
  readonly connected: boolean
  readonly heardMsAgo: number
}

export interface RegistryStatusReport {
  readonly peers: RegisteredPeer[]
  readonly guests: Guest[]
  /** Peers tested for death now. */
  readonly tests: DeathTest[]
  readonly streams: number
}

export interface RegistryServer extends Part {
  readonly status: () => RegistryStatusReport
  /** Lists a peer that speaks no Peerwatch, for so long; the other seeds are told. */
  readonly addGuest: (peer: PeerIdString, addresses: readonly string[], forMs: number) => Promise<Guest>
}

/** Inbound streams of this protocol on one connection: a newer one replaces the older, which may still be closing. */
const STREAMS_PER_CONNECTION = 4

/** The registry of a seed. */
export function registryServer(core: Core, init: RegistryServerInit): RegistryServer {
  const { client } = init
  const options = resolveNumbers('registry', REGISTRY_SERVER_DEFAULTS, init.options)
  const store = entryStore(core)
  const invited = guests(core, store, options.mostGuests)
  const suspects = shunned(core)
  const registered = registrations(core, store, options)
  const { entries } = registered
  const prober = probe(core)
  const feeds = seedFeeds(core, { entries, guests: invited, mostPeers: options.mostPeers, pending: () => removing.pending() })
  const lists = peerLists(core, { entries, guests: invited, shunned: suspects, ownRecord: client.record })
  const undo: (() => void)[] = []

  const fault = (peer: PeerIdString, what: string): void => {
    core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what })
  }
  const tellWatching = (push: RegistryAnswer, except?: PeerIdString): void => {
    for (const stream of streams.watching()) if (stream.peer !== except) stream.push(push)
  }
  const expiryMs = (): number => Math.max(options.expiryLeastMs, options.expiryWindows * core.windows.windowMs)

  const testable = (peer: PeerIdString): Testable | undefined => {
    const guest = invited.get(peer)
    if (entries.get(peer) != null || guest == null) return entries.get(peer)
    return { addresses: guest.addresses, seq: guest.expiresAtMs, reach: 'untried', registeredAtMs: undefined }
  }
  const removing = removals(core, {
    probe: prober,
    mostTests: options.mostDeathTests,
    entry: testable,
    tellSeeds: feeds.tell,
    onRemoval: client.learn
  })
  const dialling = dialBacks(core, {
    probe: prober,
    options,
    onResult: (peer, seq, reached) => {
      registered.reached(peer, seq, reached)
      feeds.tellRegistered(peer)
    }
  })

  const returning = returningGuests(core, {
    guests: invited,
    probe: prober,
    timeoutMs: options.dialBackTimeoutMs,
    onReturn: guest => {
      feeds.tell(changeOf({ registered: guestEntry(guest) }))
    }
  })

  const liveSet = (): NonNullable<RegistryAnswer['live']> => {
    const { count, hash } = core.certificates.liveSet()
    return { count, hash: wireBytes(hash) }
  }
  const networkNow = (): RegistryAnswer => {
    const { window, offsetMs } = core.windows.now()
    return {
      window,
      windowOffsetMs: Math.floor(offsetMs),
      renewEveryMs: core.windows.windowMs,
      live: liveSet(),
      rosterVersion: core.roster.current().version,
      registered: entries.count()
    }
  }
  const register = async (stream: PeerStream, { record, watch }: NonNullable<RegistryRequest['register']>): Promise<RegistryAnswer> => {
    const result = await registered.register(stream.peer, stream.remote, record)
    if (result.status !== REGISTRY_STATUS.done) {
      // the peer's own record, so that it learns what number to sign, and that another may use its key
      return { status: result.status, reason: result.reason, ...(result.held != null && { peers: [peerEntry(result.held)] }) }
    }
    const { entry, isNew, isChanged } = result
    stream.registeredAtMs = entry.registeredAtMs
    stream.watches = watch
    removing.heard(entry.peer)
    dialling.consider(entry, stream.remote)
    if (isChanged || feeds.isDue(entry.peer)) feeds.tellRegistered(entry.peer)
    if (isNew) core.log('%s registered in group %s', entry.peer, entry.group)
    core.emit('peer:registered', { peer: toPeerId(entry.peer), group: entry.group, isNew })
    if (watch && core.roster.isSeed(entry.peer) && streams.get(entry.peer) === stream) feeds.add(stream)
    return { ...networkNow(), stamp: wireBytes(entry.stamp), unreachable: entry.reach === 'unreachable' }
  }
  const goodbye = async (stream: PeerStream, encoded: Uint8Array<ArrayBuffer>): Promise<RegistryAnswer> => {
    try {
      if (peekSigned(encoded).signer !== stream.peer) throw new Error(`a goodbye in the name of another than ${stream.peer}`)
      await client.learn(changeOf({ goodbye: encoded }))
      return {}
    } catch (error) {
      core.log('goodbye of %s refused: %e', stream.peer, error)
      fault(stream.peer, 'bad-goodbye')
      return { status: REGISTRY_STATUS.badSignature, reason: 'this goodbye is not yours' }
    }
  }
  const takeVote = async (from: PeerIdString, vote: Uint8Array): Promise<void> => {
    try {
      if (!core.roster.isSeed(from)) throw new Error(`${from} is no seed`)
      await removing.vote(vote)
    } catch (error) {
      core.log('removal vote from %s refused: %e', from, error)
      if (!(error instanceof ServicesError && error.code === 'refused')) fault(from, 'bad-vote')
    }
  }
  const carrying = carried(core, { client, shunned: suspects, takeVote, tellWatching, fault })
  const answer = async (stream: PeerStream, request: RegistryRequest): Promise<RegistryAnswer> => {
    if (request.register != null) return register(stream, request.register)
    if (stream.registeredAtMs == null) return { status: REGISTRY_STATUS.notRegistered, reason: 'register on this stream first' }
    try {
      if (request.goodbye.byteLength > 0) return await goodbye(stream, request.goodbye)
      if (request.list != null) return { peers: lists.list(stream.peer, request.list.most) }
      if (request.find != null) return { peers: await lists.find(stream.peer, request.find.peers) }
      if (request.pull != null) return carrying.pull(stream, request.pull)
      if (request.publish != null) return await carrying.publish(stream, request.publish)
      if (request.dead.length > 0) removing.reported(stream.peer, request.dead)
      return {}
    } catch (error) {
      core.log('request of %s refused: %e', stream.peer, error)
      fault(stream.peer, 'malformed')
      return { status: REGISTRY_STATUS.malformed, reason: 'this cannot be read' }
    }
  }
  const streams = peerStreams(core, {
    options,
    answer,
    onEnd: stream => {
      feeds.remove(stream)
    }
  })

  const takeRegistered = async ({ from, registered: told_ }: SeedNews): Promise<void> => {
    for (const entry of told_) {
      try {
        if (entry.guest.byteLength > 0) await invited.take(entry.guest)
        else await registered.learn(entry)
      } catch (error) {
        core.log('registration told by %s refused: %e', from, error)
        fault(from, 'bad-record')
      }
    }
  }
  const onNews = async (news: SeedNews): Promise<void> => {
    await takeRegistered(news)
    for (const vote of news.votes) await takeVote(news.from, vote)
    try {
      removing.forwarded(news.from, news.dead)
    } catch (error) {
      core.log('dead report from %s refused: %e', news.from, error)
      fault(news.from, 'malformed')
    }
  }
  const onWindow = (): void => {
    const sinceMs = core.windows.silentBeforeMs(expiryMs())
    const expired = registered.expire(sinceMs)
    if (expired.length > 0) core.log('%d registrations expired', expired.length)
    streams.closeSilent(sinceMs)
    returning.look()
  }
  const onEvicted = (event: PeerwatchEvents['peer:evicted']): void => {
    const peer = peerIdText(event.detail.peer)
    registered.drop(peer)
    void streams.get(peer)?.close()
  }
  client.onDeparture(({ peer, recordSeq }, change) => {
    registered.depart(peer, recordSeq)
    invited.depart(peer, recordSeq)
    removing.heard(peer)
    tellWatching({ changes: [change] })
  })
  client.onNews(onNews)

  return {
    beforeStart: async () => {
      const stored = await store.load()
      registered.load(stored.entries)
      for (const guest of stored.guests) await invited.take(guest).catch(() => false)
      for (const guest of stored.removedGuests) await invited.recallRemoved(guest).catch(() => {})
      undo.push(core.windows.onWindow(onWindow))
      undo.push(core.roster.onChange(({ encoded, version }) => tellWatching({ roster: wireBytes(encoded), rosterVersion: version })))
      core.events.addEventListener('peer:evicted', onEvicted)
      await core.components.registrar.handle(PROTOCOLS.registry, streams.take, { maxInboundStreams: STREAMS_PER_CONNECTION })
    },
    stop: async () => {
      await core.components.registrar.unhandle(PROTOCOLS.registry)
      core.events.removeEventListener('peer:evicted', onEvicted)
      for (const remove of undo.splice(0)) remove()
      removing.stop()
      dialling.stop()
      returning.stop()
      await streams.closeAll()
      await store.flush()
    },
    status: () => ({
      peers: [...entries.values()].map(({ peer, group, addresses, firstWindow, reach, heardAtMs, registeredAtMs }) => ({
        peer,
        group,
        addresses,
        firstWindow,
        reach,
        firstHand: registeredAtMs != null,
        connected: streams.get(peer) != null,
        heardMsAgo: Math.round(core.clock.monotonicMs() - heardAtMs)
      })),
      guests: invited.list(),
      tests: removing.underWay(),
      streams: streams.count()
    }),
    addGuest: async (peer, addresses, forMs) => {
      const guest = await invited.add(peer, addresses, forMs)
      feeds.tell(changeOf({ registered: guestEntry(guest) }))
      return guest
    }
  }
}
