export interface RegistryServerOptions {
  /** Registered peers. Beyond it, one of the largest group makes room for one of a smaller group, or the new one is refused. About 2 KB each. */
  readonly mostPeers: number
  /** Streams of different peers. Beyond it, one of the largest group makes room; roster members get in. */
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
