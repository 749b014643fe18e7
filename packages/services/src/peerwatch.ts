import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { TypedEventEmitter } from 'main-event'
import { assemblePeer } from './roles/peer.ts'
import { peerIdText } from './peer-ids.ts'
import type { PeerId, Startable, TypedEventTarget } from '@libp2p/interface'
import type { Counts, Dimension } from '@peerwatch/model'
import type { Assembly } from './roles/assembly.ts'
import type { CoreOptions, PeerOptions } from './roles/options.ts'
import type { Core, Eviction, Neighbour, PeerwatchComponents } from './core.ts'
import type { PeerwatchEvents, StandingState } from './events.ts'

/** What any peer is told of another: coarse, and at least six windows old. */
export interface CoarseStanding {
  readonly state: Exclude<StandingState, 'suspect'>
  /** 0 to 1 in tenths, rounded down; undefined while unknown. */
  readonly reputation: number | undefined
  /** The window that it describes. */
  readonly window: number
}

export interface Peerwatch extends TypedEventTarget<PeerwatchEvents> {
  /** Tells what the application itself saw of a neighbour in the current window. */
  readonly observe: (peer: PeerId, dimension: Dimension, counts: Partial<Counts>) => void
  /** Asks the trusted tier. Rejects with ServicesError `no-route` where no trusted node can be reached. */
  readonly standing: (peer: PeerId) => Promise<CoarseStanding>
  /** The evictions that are in force here. */
  readonly evictions: () => Eviction[]
  readonly neighbours: () => Neighbour[]
  /** Overrides evictions of this peer on this node only, or takes that back. */
  readonly allow: (peer: PeerId, allowed?: boolean) => Promise<void>
  /** For Peerwatch's own node package: the parts of this node. */
  readonly assembly: Assembly
}

/** Puts the parts of one role together and starts and stops them with libp2p. */
class PeerwatchService extends TypedEventEmitter<PeerwatchEvents> implements Peerwatch, Startable {
  readonly [Symbol.toStringTag] = '@peerwatch/services'
  readonly [serviceCapabilities]: string[] = ['@peerwatch/peer']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify', '@libp2p/pubsub']
  readonly assembly: Assembly
  readonly #core: Core
  #stopping = false

  constructor(assemble: (events: TypedEventEmitter<PeerwatchEvents>) => Assembly) {
    super()
    this.assembly = assemble(this)
    this.#core = this.assembly.core
  }

  /** Before any transport listens: evictions of earlier runs hold from the first connection on. */
  async beforeStart(): Promise<void> {
    this.#stopping = false
    await this.#core.roster.load()
    for (const part of this.assembly.parts) await part.beforeStart?.()
  }

  start(): void {}

  /** Transports listen, and the other services run, only now. */
  async afterStart(): Promise<void> {
    this.#core.windows.start()
    for (const part of this.assembly.parts) await part.start?.()
  }

  /** While links still live: what is in hand is delivered, then goodbye is said. */
  async beforeStop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    for (const part of this.assembly.parts.toReversed()) {
      try {
        await part.stop?.()
      } catch (error) {
        this.#core.log.error('a part did not stop: %e', error)
      }
    }
    this.#core.windows.stop()
  }

  stop(): void {}

  observe(peer: PeerId, dimension: Dimension, counts: Partial<Counts>): void {
    this.assembly.observe(peerIdText(peer), dimension, { ok: counts.ok ?? 0, bad: counts.bad ?? 0 })
  }

  async standing(peer: PeerId): Promise<CoarseStanding> {
    return this.assembly.standing(peerIdText(peer))
  }

  evictions(): Eviction[] {
    return this.#core.certificates.evictions()
  }

  neighbours(): Neighbour[] {
    return this.assembly.neighbours.list()
  }

  async allow(peer: PeerId, allowed = true): Promise<void> {
    await this.#core.certificates.allow(peerIdText(peer), allowed)
  }
}

/** For the other roles of `@peerwatch/node`: the same service around other parts. */
export function roleService(assemble: (components: PeerwatchComponents, events: TypedEventEmitter<PeerwatchEvents>) => Assembly) {
  return (components: PeerwatchComponents): Peerwatch => new PeerwatchService(events => assemble(components, events))
}

/**
 * Turns monitoring on in a libp2p node: it watches its neighbours, defends itself, reports to the trusted tier and enforces evictions.
 *
 * @example
 * ```ts
 * const node = await createLibp2p({
 *   …,
 *   services: { identify: identify(), pubsub: gossipsub(), peerwatch: peerwatch({ network: await readNetwork('public/network.json') }) }
 * })
 * node.services.peerwatch.addEventListener('peer:evicted', ({ detail }) => console.log(detail.peer, detail.reason))
 * ```
 */
export function peerwatch(init: CoreOptions & PeerOptions): (components: PeerwatchComponents) => Peerwatch {
  return roleService((components, events) => assemblePeer(components, events, init))
}
