import type { CastInit } from '@peerwatch/attacks/cast'

/** The options of `peerwatch demo`. */
export interface DemoOptions extends Pick<CastInit, 'peers' | 'preset'> {
  /** How many peers misbehave in which way: `--behaviour`. */
  readonly behaviour?: CastInit['misdeeds']
  /** Repeats the choices of an earlier run. Default: a random one. */
  readonly seed?: number
  /** So many runs, each with the next seed, and a summary. Default 1. */
  readonly repeat?: number
  /** Goes on running after the result. */
  readonly keep?: boolean
  /** One object on stdout, logs on stderr. */
  readonly json?: boolean
  /** A row for each peer of each run on stdout, logs on stderr. */
  readonly csv?: boolean
  /** The constants of the network too. */
  readonly verbose?: boolean
}
