import { shuffled } from '@peerwatch/model'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { addressesOfSeed, caller, reachStream, ServicesError, toPeerId } from '@peerwatch/link'
import { seedPauses } from './seed-pauses.ts'
import type { Stream } from '@libp2p/interface'
import type { CallOff, PeerIdString } from '@peerwatch/model'
import type { RegistryRequest, RegistryResponse } from '@peerwatch/wire'
import type { Caller, Core, FrameFault } from '@peerwatch/link'
import type { RegistryClientOptions } from './options.ts'
import type { SeedFailures } from './seed-failures.ts'

/** A stream to one seed. */
export interface SeedLink {
  readonly seed: PeerIdString
  readonly call: Caller<RegistryRequest, RegistryResponse>['call']
  readonly close: () => Promise<void>
  readonly isOpen: () => boolean
}

export interface SeedLinksInit {
  /** Seeds to choose from, and to how many of them links are kept. */
  readonly seeds: () => readonly PeerIdString[]
  readonly aim: () => number
  readonly options: RegistryClientOptions
  /** The link counts as open once this settles; a rejection ends it. */
  readonly onOpen: (link: SeedLink) => Promise<void>
  /** Called once the link counts as open. */
  readonly onReady: () => void
  readonly onPush: (link: SeedLink, push: RegistryResponse) => void
  readonly onEnd: (link: SeedLink) => void
  readonly failures: Pick<SeedFailures, 'failed' | 'opened'>
  /** Another node takes this node's links: it dials no seed then, before a pause that grows. */
  readonly isContested: () => boolean
}

export interface SeedLinks {
  readonly start: () => void
  /** Closes all links and dials no more. */
  readonly stop: () => Promise<void>
  /** Those on which `onOpen` settled, in random order. */
  readonly open: () => SeedLink[]
}

const SEED_TAG = { 'peerwatch-seed': { value: 100 } }
const UNDERWAY_MOST = 64

/** Keeps links to as many seeds as are aimed at, for ever: whoever fails is left for another, and tried again after a pause. */
export function seedLinks(core: Core, init: SeedLinksInit): SeedLinks {
  const { options } = init
  const pauses = seedPauses(core, options)
  const busy = new Set<PeerIdString>()
  const links = new Map<PeerIdString, SeedLink>()
  /** On which `onOpen` has not settled. */
  const opening = new Set<SeedLink>()
  let stopping = new AbortController()
  let callOff: CallOff | undefined
  let unlisten: (() => void) | undefined

  const ended = (seed: PeerIdString, wasOpen = false): void => {
    // it is no takeover if this node ended the link itself, by a stop or because the seed left the roster
    if (stopping.signal.aborted) return
    pauses.ended(seed, wasOpen && init.isContested() && init.seeds().includes(seed))
    busy.delete(seed)
    fill()
  }
  const connect = async (seed: PeerIdString, stopped: AbortSignal): Promise<void> => {
    const stream = await openStream(core, init, seed, stopped)
    let opened = false
    const calls = callsOn(core, stream, options.callTimeoutMs, {
      onPush: push => {
        init.onPush(link, push)
      },
      onEnd: fault => {
        linkEnded(link, opened, fault)
      }
    })
    const link: SeedLink = { seed, ...calls }
    opening.add(link)
    try {
      await init.onOpen(link)
    } catch (error) {
      core.log('registration at %s failed: %e', seed, error)
      if (!stopped.aborted && init.seeds().includes(seed)) init.failures.failed(seed, error)
      await link.close()
      return
    } finally {
      opening.delete(link)
    }
    if (!link.isOpen()) return
    opened = true
    links.set(seed, link)
    pauses.opened(seed)
    init.failures.opened(seed)
    leaveFormer(init.seeds(), links, opening)
    init.onReady()
  }
  const linkEnded = (link: SeedLink, opened: boolean, fault: FrameFault | undefined): void => {
    if (links.get(link.seed) === link) links.delete(link.seed)
    if (fault === 'malformed' || fault === 'too-long') core.emit('peer:fault', { peer: toPeerId(link.seed), protocol: PROTOCOLS.registry, what: fault })
    if (opened && !stopping.signal.aborted && init.seeds().includes(link.seed)) init.failures.failed(link.seed, new ServicesError('closed', 'the link ended'))
    init.onEnd(link)
    ended(link.seed, opened)
  }
  /** Of those aimed at. */
  const taken = (): number => init.seeds().filter(seed => busy.has(seed)).length
  const fill = (): void => {
    callOff?.()
    if (stopping.signal.aborted) return
    const nowMs = core.clock.monotonicMs()
    const free = init.seeds().filter(seed => !busy.has(seed))
    const rested = free.filter(seed => pauses.notBeforeMs(seed) <= nowMs)
    const ready = shuffled(rested, core.rng)
    for (const seed of ready.slice(0, Math.max(0, init.aim() - taken()))) {
      busy.add(seed)
      const { signal } = stopping
      connect(seed, signal).catch((error: unknown) => {
        core.log('seed %s cannot be reached: %e', seed, error)
        if (signal.aborted) return
        if (init.seeds().includes(seed)) init.failures.failed(seed, error)
        ended(seed)
      })
    }
    if (taken() >= init.aim()) return
    const nextMs = Math.min(...free.map(seed => Math.max(nowMs, pauses.notBeforeMs(seed))))
    if (Number.isFinite(nextMs)) callOff = core.clock.after(Math.max(10, nextMs - nowMs), fill)
  }
  const all = (): SeedLink[] => [...links.values(), ...opening]
  return {
    start: () => {
      stopping = new AbortController()
      unlisten = core.roster.onChange(() => {
        leaveFormer(init.seeds(), links, opening)
        fill()
      })
      fill()
    },
    stop: async () => {
      unlisten?.()
      callOff?.()
      stopping.abort()
      await Promise.all(all().map(async link => link.close()))
      busy.clear()
      pauses.forget()
    },
    open: () => shuffled(links.values(), core.rng)
  }
}

/** Leaves the seeds that a newer roster lacks, as soon as one that it has is linked. Until then there is no other seed to hand the roster on to. */
function leaveFormer(seeds: readonly PeerIdString[], links: ReadonlyMap<PeerIdString, SeedLink>, opening: ReadonlySet<SeedLink>): void {
  const isLinked = seeds.some(seed => links.has(seed))
  for (const link of [...(isLinked ? links.values() : []), ...opening]) if (!seeds.includes(link.seed)) void link.close()
}

function callsOn(
  { health }: Core,
  stream: Stream,
  timeoutMs: number,
  told: { readonly onPush: (push: RegistryResponse) => void; readonly onEnd: (fault?: FrameFault) => void }
): Caller<RegistryRequest, RegistryResponse> {
  const { registryRequest: request, registryResponse: response } = messages
  return caller(stream, { clock: health, request, response, mostUnderWay: UNDERWAY_MOST, timeoutMs, ...told })
}

async function openStream(core: Core, { seeds, options }: SeedLinksInit, seed: PeerIdString, signal: AbortSignal): Promise<Stream> {
  core.budgets.spend('redials')
  const addresses = addressesOfSeed(core.network, core.roster.current(), seed)
  await core.components.peerStore.merge(toPeerId(seed), { tags: SEED_TAG, ...(addresses.length > 0 && { multiaddrs: addresses }) })
  const stream = await reachStream(core, seed, PROTOCOLS.registry, {
    timeoutMs: options.dialTimeoutMs,
    signal,
    ...(addresses.length > 0 && { addresses })
  })
  if (!signal.aborted && seeds().includes(seed)) return stream
  const error = new Error('no longer wanted')
  stream.abort(error)
  throw error
}
