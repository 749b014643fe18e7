export interface RegistryServerOptions {
  /**
   * The most registered peers, of about 2 KB each. If there are more, one of the largest group makes room for one of a smaller group, or the seed
   * refuses the new one.
   */
  readonly mostPeers: number
  /** The most streams of different peers. If there are more, one of the largest group makes room. Roster members always get in. */
  readonly mostStreams: number
  readonly mostGuests: number
  /** The seed drops a registration that is not renewed for so many windows and for at least `expiryLeastMs`. */
  readonly expiryWindows: number
  readonly expiryLeastMs: number
  /** The seed closes a stream if nobody registers on it for so long. */
  readonly registerWithinMs: number
  /** What one peer may ask: requests, and things to check within them, per second and at once. */
  readonly costPerSecond: number
  readonly costBurst: number
  /** The seed cuts a stream after so many refused requests in a row. */
  readonly refusedMost: number
  /** The most peers that the seed tests for death at a time. It drops further reports. */
  readonly mostDeathTests: number
  /** The most addresses that the seed dials back at a time. */
  readonly dialBacksAtOnce: number
  readonly dialBackTimeoutMs: number
  /** How often the seed repeats a failed dial-back, at later renewals, before it lists the peer as unreachable for good. */
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
