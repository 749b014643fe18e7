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
