import { LIMITS, PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { peerIdBytes, peerIdText, resolveNumbers, ServicesError, toPeerId } from '@peerwatch/link'
import { departures } from './departures.ts'
import { openEntry, remember } from './known-peers.ts'
import { networkState } from './network-state.ts'
import { REGISTRY_CLIENT_DEFAULTS } from './options.ts'
import { ownRecord } from './own-record.ts'
import { wireBytes } from './changes.ts'
import { registration } from './registering.ts'
import { seedLinks } from './seed-links.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString, Timers } from '@peerwatch/model'
import type { Change, PeerEntry, RegistryResponse } from '@peerwatch/wire'
import type { Core, KnownPeer, Part, RegistryState, RegistryView } from '@peerwatch/link'
import type { Departure } from './departures.ts'
import type { RegistryClientOptions } from './options.ts'
import type { SeedLink } from './seed-links.ts'

export interface RegistryClientInit {
  /** Whether the window of a seed is taken over: while no entry has told one. Default: always; a seed never follows. */
  readonly followWindows?: () => boolean
  /** Registers at every seed instead of ⌊n/2⌋ + 1. A seed does in any case. */
  readonly everySeed?: boolean
  readonly options?: Partial<RegistryClientOptions>
}

/** What another seed told this one; unchecked except for who sent it. */
export interface SeedNews {
  readonly from: PeerIdString
  readonly registered: readonly PeerEntry[]
  readonly votes: readonly Uint8Array[]
  readonly dead: readonly Uint8Array[]
}

export interface RegistryClient extends Part, RegistryView {
  /** How many peers the seeds know; 0 until one has said. */
  readonly registeredCount: () => number
  /** This node's own signed record. */
  readonly record: () => Promise<Uint8Array>
  /** For this node's registry server: takes a change as if a seed had told it. Throws where a signature is wrong. */
  readonly learn: (change: Change) => Promise<void>
  /** For a registry server: departures that are new, with the change that proves them, and what other seeds tell seeds only. */
  readonly onDeparture: (listener: (departure: Departure, change: Change) => void) => void
  readonly onNews: (listener: (news: SeedNews) => Promise<void>) => void
}

/** Registers this node at the seeds, keeps it registered, and hears from them who leaves. Believes them nothing that is not signed. */
export function registryClient(core: Core, init: RegistryClientInit = {}): RegistryClient {
  const options = resolveNumbers('registry', REGISTRY_CLIENT_DEFAULTS, init.options)
  const own = ownRecord(core)
  const gone = departures(core)
  const state = networkState(core)
  const pending = new WeakMap<SeedLink, { count: number; last: Promise<void> }>()
  const departureListeners: ((departure: Departure, change: Change) => void)[] = []
  const newsListeners: ((news: SeedNews) => Promise<void>)[] = []
  let registeredCount = 0
  let toldState: RegistryState | undefined
  let running = false

  const isSeed = (): boolean => core.roster.isSeed(core.self)
  const otherSeeds = (): PeerIdString[] => core.roster.current().seeds.filter(seed => seed !== core.self)
  const aim = (): number => {
    const count = otherSeeds().length
    return init.everySeed === true || isSeed() ? count : Math.min(count, Math.floor(count / 2) + 1)
  }
  const fault = (peer: PeerIdString, what: string): void => {
    core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what })
  }
  const registryState = (): { state: RegistryState; seeds: PeerIdString[] } => {
    const seeds = links.open().map(({ seed }) => seed)
    if (seeds.length >= aim()) return { state: 'registered', seeds }
    return { state: seeds.length === 0 ? 'alone' : 'degraded', seeds }
  }
  const tellState = (): void => {
    const now = registryState()
    if (now.state === toldState) return
    toldState = now.state
    core.emit('registry:state', { state: now.state, seeds: now.seeds.map(toPeerId) })
  }

  const registering = registration(core, {
    own,
    followWindows: () => !isSeed() && (init.followWindows?.() ?? true),
    isRunning: () => running,
    seeds: otherSeeds,
    contestedForMs: 2 * options.contestedBackOffMostMs,
    onRegistered: (link, response) => {
      registeredCount = response.registered
      state.level(link, response).catch((error: unknown) => {
        core.log('roster or certificates of %s not levelled: %e', link.seed, error)
      })
    }
  })
  const learn = async (change: Change): Promise<void> => {
    const goodbye = change.goodbye.byteLength > 0 ? await gone.goodbye(change.goodbye) : undefined
    const removal = change.votes.length > 0 ? await gone.removal(change.votes) : undefined
    for (const departure of [goodbye, removal]) {
      if (departure == null) continue
      for (const listener of departureListeners) listener(departure, change)
      // taken for dead, or gone in the words of another that uses this key, but here: sign a newer record
      if (departure.peer === core.self && running) {
        own.outdate(goodbye?.recordSeq)
        for (const link of links.open()) registering.renew(link)
      }
    }
  }
  const takePush = async (link: SeedLink, push: RegistryResponse): Promise<void> => {
    await state.take(link, push)
    if (push.live != null) await state.level(link, push)
    for (const change of push.changes) {
      await learn(change).catch((error: unknown) => {
        core.log('change from %s refused: %e', link.seed, error)
        // what only our clock has against it is nobody's fault
        if (!(error instanceof ServicesError && error.code === 'refused')) fault(link.seed, 'bad-change')
      })
    }
    const news: SeedNews = {
      from: link.seed,
      registered: push.changes.flatMap(({ registered }) => (registered == null ? [] : [registered])),
      votes: push.changes.flatMap(({ votes }) => votes),
      dead: push.changes.flatMap(({ dead }) => dead)
    }
    for (const listener of newsListeners) await listener(news)
  }
  const onPush = (link: SeedLink, push: RegistryResponse): void => {
    const waiting = pending.get(link) ?? { count: 0, last: Promise.resolve() }
    pending.set(link, waiting)
    const cost = 1 + push.changes.length + push.certificates.length
    if (waiting.count + cost > options.pendingChangesCount) {
      fault(link.seed, 'too-fast')
      void link.close()
      return
    }
    waiting.count += cost
    waiting.last = waiting.last
      .then(async () => takePush(link, push))
      .catch((error: unknown) => {
        core.log('push from %s not taken: %e', link.seed, error)
      })
      .finally(() => {
        waiting.count -= cost
      })
  }
  const links = seedLinks(core, {
    seeds: otherSeeds,
    aim,
    options,
    onOpen: registering.register,
    isContested: registering.isContested,
    onReady: tellState,
    onPush,
    onEnd: link => {
      registering.forget(link)
      if (running) tellState()
    }
  })

  /** Opens what a seed listed; a wrong entry counts against the seed and the rest of its answer is not used. */
  const opened = async (link: SeedLink, entries: readonly PeerEntry[], wanted: (peer: PeerIdString) => boolean): Promise<KnownPeer[]> => {
    const known = new Map<PeerIdString, KnownPeer>()
    for (const entry of entries) {
      try {
        const found = await openEntry(core, entry)
        if (!wanted(found.peer) || known.has(found.peer)) continue
        gone.seen(found.peer, found.recordSeq)
        await remember(core, found, entry.record)
        const { peer, addresses, unreachable, guest } = found
        known.set(peer, { peer, addresses, unreachable, guest })
      } catch (error) {
        fault(link.seed, 'bad-record')
        throw error
      }
    }
    return [...known.values()]
  }
  /** Asks one seed after the other until `done`. */
  const ask = async (perform: (link: SeedLink) => Promise<boolean>): Promise<void> => {
    for (const link of links.open()) {
      try {
        if (await perform(link)) return
      } catch (error) {
        core.log('seed %s did not answer as it should: %e', link.seed, error)
      }
    }
  }
  const tellAll = (request: Parameters<SeedLink['call']>[0]): void => {
    for (const link of links.open()) {
      link.call(request).catch((error: unknown) => {
        core.log('seed %s was not told: %e', link.seed, error)
      })
    }
  }
  const onConnect = (event: CustomEvent<PeerId>): void => {
    gone.connected(peerIdText(event.detail))
  }
  const onAddresses = (): void => {
    if (own.isCurrent()) return
    for (const link of links.open()) registering.renew(link)
  }

  return {
    beforeStart: async () => own.load(),
    start: () => {
      running = true
      core.components.events.addEventListener('peer:connect', onConnect)
      core.components.events.addEventListener('self:peer:update', onAddresses)
      links.start()
      tellState()
    },
    stop: async () => {
      if (!running) return
      running = false
      core.components.events.removeEventListener('peer:connect', onConnect)
      core.components.events.removeEventListener('self:peer:update', onAddresses)
      registering.stop()
      const open = links.open()
      if (open.length > 0) await withinMs(core.clock, options.goodbyeTimeoutMs, sayGoodbye(open))
      await links.stop()
      toldState = undefined
    },
    list: async most => {
      let found: KnownPeer[] = []
      await ask(async link => {
        const { status, peers } = await link.call({ list: { most: Math.min(most, LIMITS.listedPeers) } })
        if (status !== REGISTRY_STATUS.done) return false
        found = await opened(
          link,
          peers,
          peer => peer !== core.self && !core.roster.isSeed(peer) && !core.roster.isTrusted(peer) && core.certificates.evicted(peer) == null
        )
        return true
      })
      return found.slice(0, most)
    },
    find: async peers => {
      const found = new Map<PeerIdString, KnownPeer>()
      const missing = (): PeerIdString[] => peers.filter(peer => !found.has(peer)).slice(0, LIMITS.listedPeers)
      await ask(async link => {
        const asked = new Set(missing())
        const { status, peers: entries } = await link.call({ find: { peers: [...asked].map(peer => wireBytes(peerIdBytes(peer))) } })
        if (status !== REGISTRY_STATUS.done) return false
        for (const known of await opened(link, entries, peer => asked.has(peer))) found.set(known.peer, known)
        return missing().length === 0
      })
      return [...found.values()]
    },
    reportDead: peer => {
      if (core.budgets.take('dead-reports')) tellAll({ dead: [wireBytes(peerIdBytes(peer))] })
    },
    stamp: registering.stamp,
    publish: ({ certificates = [], findings = [], roster = new Uint8Array() }) => {
      tellAll({
        publish: {
          certificates: certificates.slice(0, LIMITS.certificates).map(wireBytes),
          findings: findings.slice(0, LIMITS.votes).map(wireBytes),
          roster: wireBytes(roster),
          votes: []
        }
      })
    },
    state: registryState,
    hasLeft: gone.hasLeft,
    departed: gone.departed,
    churnRate: () => {
      const { count, windows } = gone.recent()
      return registeredCount === 0 ? 0 : count / (registeredCount * windows)
    },
    registeredCount: () => registeredCount,
    record: own.current,
    learn,
    onDeparture: listener => {
      departureListeners.push(listener)
    },
    onNews: listener => {
      newsListeners.push(listener)
    }
  }

  async function sayGoodbye(open: readonly SeedLink[]): Promise<void> {
    const goodbye = wireBytes(await own.goodbye())
    await Promise.allSettled(open.map(async link => link.call({ goodbye })))
  }
}

async function withinMs(clock: Timers, ms: number, work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const callOff = clock.after(ms, resolve)
  await Promise.race([work.catch(() => {}), late])
  callOff()
}
