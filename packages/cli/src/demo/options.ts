/** What `peerwatch demo` was asked for. */
export interface DemoOptions {
  /** Repeats the choices of an earlier run. Default: a random one. */
  readonly seed?: number
  /** Goes on running after the result. */
  readonly keep?: boolean
  /** One object on stdout, logs on stderr. */
  readonly json?: boolean
  /** The constants of the network too. */
  readonly verbose?: boolean
}
