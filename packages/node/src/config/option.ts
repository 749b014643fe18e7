import type { OptionSet } from '../roles/role.ts'
import type { Kind } from './kind.ts'

/** One row of the table. */
export interface Option<T = unknown> {
  readonly kind: Kind<T>
  /** Stands after the flag in the help. A switch has none. */
  readonly placeholder?: string
  readonly unit?: string
  /** The value where nobody says; `defaultText` where it depends on something else. */
  readonly default?: T
  readonly defaultText?: string
  /** What the option is, in a few words. */
  readonly about: string
  /** For a switch that is on by default: what its `--no-…` does. */
  readonly aboutNot?: string
  readonly raised?: string
  readonly lowered?: string
  /** The row of a role says which sets it takes. */
  readonly set: OptionSet
  /** Taken over by `peerwatch reload` and SIGHUP. */
  readonly live?: true
  /** In place of the name in kebab-case. */
  readonly flag?: string
  /** In place of `PEERWATCH_` and the flag: container platforms set variables of their own. */
  readonly variable?: string
  /** A limit that few ever change: its flag works, but is left out of the help. */
  readonly isHidden?: true
}

/** Rows of the table of options, each with its own type of value. */
export type Options = Record<string, Option<never> | Option<number> | Option<string> | Option<boolean> | Option<readonly string[]>>
