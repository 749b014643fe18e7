import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { EventsWithEarlyAlarms } from './early-alarms.ts'
import { ServicesError } from '@peerwatch/link'
import { assemblePeer } from './assemble-peer.ts'
import { checkInit, checkObject, peerNamed } from './options.ts'
import { registered, statusOf } from './service-status.ts'
import { libp2pSink } from './metrics/libp2p-sink.ts'
import { metering } from './metrics/metering.ts'
import type { Metrics, PeerId, Startable, TypedEventTarget } from '@libp2p/interface'
import type { TypedEventEmitter } from 'main-event'
import type { Counts, Dimension } from '@peerwatch/model'
import type { Appeal } from './appeal/appeals.ts'
import type { Assembly } from './assembly.ts'
import type { CoreOptions, PeerOptions } from './options.ts'
import type { ServiceStatus } from './service-status.ts'
import type { CoarseStanding, Core, Eviction, Neighbour, Part, PeerwatchComponents, PeerwatchEvents, RegistryStatus } from '@peerwatch/link'

/**
 * Peerwatch as the application sees it: `node.services.peerwatch`.
 *
 * It observes, defends, reports and enforces by itself from `node.start()` to `node.stop()`. The application need not call anything here.
 * It emits typed events that carry `PeerId` objects; see `PeerwatchEvents`. The methods return plain data that can be written as JSON:
 * they name peers as text (`peerId.toString()`), and take both.
 *
 * It emits events while the node runs, in the order in which things happen. `createLibp2p` starts a node before its caller can add a
 * listener. Peerwatch keeps each `alarm` of that time for the first listener. To miss no other event, give `start: false`, add your
 * listeners, and call `node.start()`. What has come of it by now, `status` tells.
 */
export interface Peerwatch<A extends Assembly = Assembly> extends TypedEventTarget<PeerwatchEvents> {
  /**
   * Adds what the application itself saw of a neighbour to the counts of the current window.
   *
   * The counts go into this node's report of the window, scaled down to 20 per dimension. They never cut a link.
   * Blame the peer that delivered something, never an author that the contents name. For example, when a peer sends a block whose hash
   * is wrong, call `observe(peer, 'integrity', { bad: 1 })`. A call about a seed, a trusted node or a peer that is no neighbour does nothing.
   *
   * @param dimension - `liveness`, `integrity`, `forwarding` or `resource`
   * @param counts - whole numbers, 0 or more; a side that is left out is 0
   * @throws ServicesError `bad-option` for another dimension or count, or text that is no peer id
   */
  readonly observe: (peer: PeerId | string, dimension: Dimension, counts: Partial<Counts>) => void
  /**
   * Asks the trusted tier about any peer. A peer that nobody knows is `unknown`.
   *
   * Each trusted node has 5 s to answer. Rejects with ServicesError `no-route` if none answers.
   */
  readonly standing: (peer: PeerId | string) => Promise<CoarseStanding>
  /** Returns the evictions in force on this node, without those of allowed peers. `enforce: false` does not change the list. */
  readonly evictions: () => Eviction[]
  /** Returns the peers under watch: connected, or lost without a goodbye and redialled. Seeds, trusted nodes and refused peers are not among them. */
  readonly neighbours: () => Neighbour[]
  /**
   * Overrides evictions of this peer on this node only, later ones too. `false` takes that back, and the node refuses the peer again at once.
   *
   * The override lasts as long as the datastore. It does not lift a cut, which rests on what this node saw itself.
   */
  readonly allow: (peer: PeerId | string, allowed?: boolean) => Promise<void>
  /**
   * Asks the seeds whether this node itself is evicted: by whom, in which dimension, until when and why. Nobody else is asked, and no other answer is
   * believed than a certificate that enough trusted nodes signed.
   *
   * A node that no seed takes asks by itself, and says what it finds as `alarm` `evicted`. Rejects with ServicesError `no-route` if no seed answers.
   */
  readonly appeal: () => Promise<Appeal>
  /** How this node is now. */
  readonly status: () => ServiceStatus
  /**
   * Resolves as soon as this node is registered at a seed, at once where it is; `state` says whether at enough of them.
   *
   * Rejects with the signal's reason when that aborts, with ServicesError `closed` when the node stops, and else waits: `status().registry.failures`
   * says meanwhile why no seed takes it, as the events `seed:failed` and `alarm` do.
   */
  readonly whenRegistered: (options?: { readonly signal?: AbortSignal }) => Promise<RegistryStatus>
  /** The parts of this node, for `@peerwatch/node`. Applications must not rely on it: it may change in any version. */
  readonly assembly: A
}

/** Puts the parts of one role together and starts and stops them with libp2p. */
class PeerwatchService<A extends Assembly> extends EventsWithEarlyAlarms implements Peerwatch<A>, Startable {
  readonly [Symbol.toStringTag] = '@peerwatch/peer'
  readonly [serviceCapabilities]: string[] = ['@peerwatch/peer']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify', '@libp2p/pubsub']
  readonly assembly: A
  readonly #core: Core
  readonly #parts: readonly Part[]
  #stopping = false
  #starting: Promise<void> = Promise.resolve()
  #stopped = new AbortController()

  constructor(assemble: (events: TypedEventEmitter<PeerwatchEvents>) => A, metrics: Metrics | undefined) {
    super()
    this.assembly = assemble(this)
    this.#core = this.assembly.core
    const meters = metrics == null ? [] : [metering({ node: this.assembly, sink: libp2pSink(metrics), hear: listener => this.hear(listener) })]
    this.#parts = [...meters, ...this.assembly.parts]
  }

  /** Before any transport listens: evictions of earlier runs hold from the first connection on. */
  async beforeStart(): Promise<void> {
    this.#stopping = false
    if (this.#stopped.signal.aborted) this.#stopped = new AbortController()
    this.#core.health.start()
    this.#core.writes.start()
    await this.#core.roster.load()
    for (const part of this.#parts) await part.beforeStart?.()
  }

  start(): void {}

  /** The other services run now. Transports begin to listen meanwhile: where one cannot, libp2p stops this service before it has started. */
  async afterStart(): Promise<void> {
    this.#starting = this.#startParts()
    await this.#starting
  }

  async #startParts(): Promise<void> {
    this.#core.windows.start()
    for (const part of this.#parts) if (!this.#stopping) await part.start?.()
  }

  /** While links still live: what is in hand is delivered, then goodbye is said. */
  async beforeStop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    this.#stopped.abort(new ServicesError('closed', 'the node stopped'))
    // a part that starts after it was stopped would run for ever
    await this.#starting.catch(() => {})
    for (const part of this.#parts.toReversed()) {
      try {
        await part.stop?.()
      } catch (error) {
        this.#core.log.error('a part did not stop: %e', error)
      }
    }
    await this.#core.writes.stop()
    this.#core.windows.stop()
    this.#core.health.stop()
  }

  stop(): void {}

  observe(peer: PeerId | string, dimension: Dimension, counts: Partial<Counts>): void {
    checkObject('observe: counts', '{ bad: 1 }', ['ok', 'bad'], counts)
    const { ok = 0, bad = 0 } = counts
    const { dimensions } = this.#core
    if (!dimensions.has(dimension)) {
      throw new ServicesError('bad-option', `observe: expected one of ${dimensions.names.join(', ')}, found ${dimension}`)
    }
    for (const [side, count] of Object.entries({ ok, bad })) {
      if (!Number.isSafeInteger(count) || count < 0)
        throw new ServicesError('bad-option', `observe: ${side}: expected a whole number, 0 or more, found ${count}`)
    }
    this.assembly.observe(peerNamed('observe: peer', peer), dimension, { ok, bad })
  }

  async standing(peer: PeerId | string): Promise<CoarseStanding> {
    return this.assembly.standing(peerNamed('standing: peer', peer))
  }

  evictions(): Eviction[] {
    return this.#core.certificates.evictions()
  }

  neighbours(): Neighbour[] {
    return this.assembly.neighbours.list()
  }

  async allow(peer: PeerId | string, allowed = true): Promise<void> {
    await this.#core.certificates.allow(peerNamed('allow: peer', peer), allowed)
  }

  async appeal(): Promise<Appeal> {
    return this.assembly.appeal()
  }

  status(): ServiceStatus {
    return statusOf(this.assembly)
  }

  async whenRegistered(options: { readonly signal?: AbortSignal } = {}): Promise<RegistryStatus> {
    checkObject('whenRegistered', '{ signal: AbortSignal.timeout(10_000) }', ['signal'], options)
    const { signal } = options
    if (signal != null && !(signal instanceof AbortSignal)) throw new ServicesError('bad-option', 'whenRegistered: signal: expected an AbortSignal')
    return registered(this, this.assembly.registry, AbortSignal.any([this.#stopped.signal, ...(signal == null ? [] : [signal])]))
  }
}

/** For the other roles of `@peerwatch/node`: the same service around other parts. */
export function roleService<A extends Assembly>(
  { metrics = true }: Pick<CoreOptions, 'metrics'>,
  assemble: (components: PeerwatchComponents, events: TypedEventEmitter<PeerwatchEvents>) => A
): (components: PeerwatchComponents) => Peerwatch<A> {
  return components => new PeerwatchService(events => assemble(components, events), metrics ? components.metrics : undefined)
}

/**
 * Turns monitoring on in a libp2p node: it watches its neighbours, defends itself, reports to the trusted tier and enforces evictions.
 *
 * Needs `identify` and, under the name `pubsub`, gossipsub 17 among the services, in any order. It composes the application's connection
 * gater, topic validators and gossipsub score, and libp2p goes on asking them. It handles `/ipfs/ping/1.0.0` only if no other service does.
 * Give the node a datastore that lasts. Otherwise a restart loses evictions and undelivered reports (`alarm` `volatile-datastore`).
 *
 * @example
 * ```ts
 * const node = await createLibp2p({
 *   …,
 *   datastore,
 *   services: {
 *     identify: identify(),
 *     pubsub: gossipsub({ msgIdFn: messageId }),
 *     peerwatch: peerwatch({ network: await readNetwork('public') })
 *   }
 * })
 * node.services.peerwatch.addEventListener('peer:evicted', ({ detail }) => console.log(detail.peer.toString(), detail.reason))
 * ```
 *
 * @returns a factory for `services`. `createLibp2p` rejects with ServicesError `bad-option` for an unknown option or one outside its range, and with
 * libp2p's own UnmetServiceDependenciesError if there is no gossipsub. `node.start()` rejects with `no-gossipsub` if gossipsub is not 17.1 or has another
 * name, and with `bad-roster` if the datastore holds the roster of another authority.
 */
export function peerwatch(init: CoreOptions & PeerOptions): (components: PeerwatchComponents) => Peerwatch {
  return components => {
    checkInit(init)
    return roleService(init, (given, events) => assemblePeer(given, events, init))(components)
  }
}
