import { ServicesError } from '../errors.ts'

export interface RegistryClientOptions {
  /** First pause before a seed is dialled again; doubled with every failure. Shorter: back sooner, at more dials against seeds that are gone. */
  readonly backOffMs: number
  /** The longest such pause. */
  readonly backOffMostMs: number
  /** The same where another node uses this node's key, and each takes the link from the other. Shorter: more takeovers; longer: later back once there is but one. */
  readonly contestedBackOffMs: number
  readonly contestedBackOffMostMs: number
  /** A dial, including its handshakes. */
  readonly dialTimeoutMs: number
  /** A request; a seed that does not answer in time is left for another. */
  readonly callTimeoutMs: number
  /** How long a stopping node waits for its goodbye to be heard. */
  readonly goodbyeTimeoutMs: number
  /** Changes of one seed that wait to be checked. A seed that sends faster is left. */
  readonly pendingChangesCount: number
}

export const REGISTRY_CLIENT_DEFAULTS: RegistryClientOptions = Object.freeze({
  backOffMs: 500,
  backOffMostMs: 15_000,
  contestedBackOffMs: 30_000,
  contestedBackOffMostMs: 300_000,
  dialTimeoutMs: 10_000,
  callTimeoutMs: 5_000,
  goodbyeTimeoutMs: 1_000,
  pendingChangesCount: 5_000
})

export interface RegistryServerOptions {
  /** Registered peers. Beyond it, a new one is refused: a flood of names cannot push out those who are there. About 2 KB each. */
  readonly mostPeers: number
  /** Streams of different peers; roster members get in beyond it. */
  readonly mostStreams: number
  readonly mostGuests: number
  /** A registration that is not renewed for so many windows, and at least `expiryLeastMs`, is dropped. */
  readonly expiryWindows: number
  readonly expiryLeastMs: number
  /** A stream on which nobody registers is closed after so long. */
  readonly registerWithinMs: number
  /** Requests, and things to check within them, per second and peer, and at once. */
  readonly costPerSecond: number
  readonly costBurst: number
  /** Refused requests in a row after which a stream is cut. */
  readonly refusedMost: number
  /** Peers tested for death at a time; more reports are dropped. */
  readonly mostDeathTests: number
  /** Addresses dialled back at a time. */
  readonly dialBacksAtOnce: number
  readonly dialBackTimeoutMs: number
  /** How often a failed dial-back is repeated at later renewals before a peer counts as unreachable for good. */
  readonly dialBackTries: number
}

export const REGISTRY_SERVER_DEFAULTS: RegistryServerOptions = Object.freeze({
  mostPeers: 100_000,
  mostStreams: 10_000,
  mostGuests: 1_000,
  expiryWindows: 10,
  expiryLeastMs: 60_000,
  registerWithinMs: 10_000,
  costPerSecond: 20,
  costBurst: 400,
  refusedMost: 100,
  mostDeathTests: 256,
  dialBacksAtOnce: 8,
  dialBackTimeoutMs: 5_000,
  dialBackTries: 3
})

/** Throws ServicesError `bad-option` that names the option, the rule and what was given. */
export function resolveRegistryOptions<T extends object>(defaults: T, given: Partial<T> = {}): T {
  for (const [name, value] of Object.entries<unknown>(given)) {
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)) continue
    throw new ServicesError('bad-option', `registry: ${name} must be a number above 0, not ${JSON.stringify(value)}`)
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}
