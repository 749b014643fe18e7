import { PROTOCOLS } from '@peerwatch/wire'
import { listenTo, peerIdText, resolveNumbers, toPeerId } from '@peerwatch/link'
import { carried } from './carried.ts'
import { departureFeed } from './departure-feed.ts'
import { dialled } from './dialled.ts'
import { registrantStore } from './registrant-store.ts'
import { guests } from './guests.ts'
import { REGISTRY_SERVER_DEFAULTS } from './options.ts'
import { otherSeeds } from './other-seeds.ts'
import { peerLists } from './peer-lists.ts'
import { peerStreams } from './peer-streams.ts'
import { registrations } from './registrations.ts'
import { registryAnswers } from './registry-answers.ts'
import { seedFeeds } from './seed-feeds.ts'
import { vouching } from './vouching.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Core, Part, PeerwatchEvents } from '@peerwatch/link'
import type { RegistryClient } from '@peerwatch/peer/parts'
import type { DeathTest } from './death-tests.ts'
import type { Reach } from './registrants.ts'
import type { Guest, GuestNews } from './guests.ts'
import type { RegistryServerOptions } from './options.ts'
import type { Vouching } from './vouching.ts'

export interface RegistryServerInit {
  /** This seed's own client. It checks departures and hears what the other seeds tell. */
  readonly client: RegistryClient
  /** Called for each request that the peer's allowance does not cover. */
  readonly onRefused: (peer: PeerIdString) => void
  readonly options?: Partial<RegistryServerOptions>
}

export interface RegisteredPeer {
  readonly peer: PeerIdString
  readonly firstWindow: WindowNumber
  readonly reach: Reach
  /** Whether its stream to this seed is open. */
  readonly connected: boolean
}

export interface RegistryStatusReport {
  readonly peers: RegisteredPeer[]
  readonly guests: Guest[]
  /** Guests that were removed as dead although their time is not over. */
  readonly removedGuests: Guest[]
  /** The tests for death that are under way. */
  readonly tests: DeathTest[]
}

export interface RegistryServer extends Part, Vouching {
  readonly status: () => RegistryStatusReport
}

/** The group of a peer that leaves and was not registered here. */
const UNKNOWN_GROUP = 'unknown'

/** The registry of a seed. */
export function registryServer(core: Core, init: RegistryServerInit): RegistryServer {
  const { client } = init
  const options = resolveNumbers('registry', REGISTRY_SERVER_DEFAULTS, init.options)
  const store = registrantStore(core)
  const news = guestNews(core)
  const invited = guests(core, store, options.mostGuests, news.tell)
  const registered = registrations(core, store, options)
  const { registrants } = registered
  const feeds = seedFeeds(core, { registrants, guests: invited, mostPeers: options.mostPeers, pending: () => removing.pending() })
  const undo: (() => void)[] = []

  const fault = (peer: PeerIdString, what: string): void => {
    core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what })
  }
  const expiryMs = (): number => Math.max(options.expiryLeastMs, options.expiryWindows * core.windows.windowMs)

  const { prober, removing, dialling, returning, stop } = dialled(core, { options, client, registered, invited, feeds })
  const others = otherSeeds(core, { registered, invited, removing, fault })
  const streams = peerStreams(core, {
    options,
    answer: registryAnswers(core, {
      client,
      registered,
      removing,
      dialling,
      feeds,
      lists: peerLists(core, { registrants, guests: invited, ownRecord: client.record }),
      carrying: carried(core, {
        takeVote: others.takeVote,
        tellWatching: (push, except) => streams.tellWatching(push, except),
        fault
      }),
      isCurrent: stream => streams.get(stream.peer) === stream,
      onBack: peer => {
        leaving.forget(peer)
      },
      fault
    }),
    onRefused: init.onRefused,
    onEnd: stream => {
      feeds.remove(stream)
    }
  })

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
    const group = registrants.get(peer)?.group ?? UNKNOWN_GROUP
    registered.depart(peer, recordSeq)
    invited.depart(peer, recordSeq)
    removing.heard(peer)
    leaving.tell(peer, group, change)
  })
  client.onNews(others.takeNews)
  const leaving = departureFeed(core.clock, core.rng, {
    windowMs: core.windows.windowMs,
    watchersCount: () => streams.count(),
    push: changes => streams.tellWatching({ changes }),
    onDropped: () => core.emit('registry:limited', { bound: 'departures' })
  })

  return {
    beforeStart: async () => {
      const stored = await store.load()
      registered.load(stored.registrants)
      for (const guest of stored.guests) await invited.take(guest).catch(() => false)
      for (const guest of stored.removedGuests) await invited.recallRemoved(guest).catch(() => {})
      news.begin()
      undo.push(core.windows.onWindow(onWindow))
      undo.push(core.roster.onChange(({ encoded, version }) => streams.tellWatching({ roster: encoded, rosterVersion: version })))
      undo.push(listenTo(core.events, { 'peer:evicted': onEvicted }))
      await streams.start()
    },
    stop: async () => {
      await streams.stop()
      for (const remove of undo.splice(0)) remove()
      stop()
      leaving.stop()
    },
    status: () => ({
      peers: [...registrants.values()].map(({ peer, firstWindow, reach }) => ({ peer, firstWindow, reach, connected: streams.get(peer) != null })),
      guests: invited.list(),
      removedGuests: invited.removed(),
      tests: removing.underWay()
    }),
    ...vouching(core, { invited, registrants, removing, feeds, prober, timeoutMs: options.dialBackTimeoutMs })
  }
}

/** Emits the events of guests. What the seed read from disk at the start is no news. */
function guestNews(core: Core): { readonly tell: (news: GuestNews) => void; readonly begin: () => void } {
  let hasBegun = false
  return {
    begin: () => {
      hasBegun = true
    },
    tell: ({ guest, is }) => {
      const peer = toPeerId(guest.peer)
      if (!hasBegun) return
      if (is === 'taken back') core.emit('guest:taken-back', { peer })
      else core.emit('guest:admitted', { peer, expiresAtMs: guest.expiresAtMs, isNew: is === 'new' })
    }
  }
}
