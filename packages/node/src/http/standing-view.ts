import type { Counts, Dimension, EvictableDimension } from '@peerwatch/model'
import type { StandingState } from '@peerwatch/link'

/** `GET /v1/standing/:peer`: what any peer is told, or on a trusted node all that it holds. */
export type StandingView = CoarseStandingView | FullStandingView

export interface CoarseStandingView {
  readonly detail: 'coarse'
  readonly peer: string
  readonly state: StandingState
  /** 0 to 1; left out while unknown. */
  readonly reputation: number | undefined
  /** The window that it describes. */
  readonly window: number
  readonly windowMs: number
  readonly registry: ListedView
  /** A seed or trusted node of the roster: nobody reports on it, so it is never judged. */
  readonly isMember: boolean
  /** On a trusted node: the others, which hold the records of the peer and show all of them. Empty where none is known to hold any. */
  readonly holders?: readonly string[] | undefined
}

/**
 * What the registry knows of the peer, whatever its standing: a dead peer keeps its good name.
 *
 * `unreachable`: registered, but a seed could not dial it. `removed`: dead by the tests of seeds. `left`: by its own goodbye. `unlisted`: no seed that
 * was asked has it. `unknown`: no seed could be asked.
 */
export type ListedView = 'registered' | 'unreachable' | 'removed' | 'left' | 'unlisted' | 'unknown'

type CountsView = Readonly<Record<Dimension, Counts>>

export interface FullStandingView {
  readonly detail: 'full'
  readonly peer: string
  readonly windowMs: number
  readonly state: StandingState
  readonly registry: ListedView
  readonly reputation: number | undefined
  /** The dimension that gives the reputation. */
  readonly dimension: Dimension | undefined
  readonly dimensions: Readonly<Record<Dimension, { readonly ratio: number | undefined; readonly observations: number; readonly groups: number }>>
  /** Sums over reporters, newest window first. */
  readonly windows: readonly {
    readonly window: number
    readonly dimension: Dimension
    readonly ok: number
    readonly bad: number
    readonly reporters: number
    /** False where some reporter's reports of that time are kept as one sum only: the row lacks them. */
    readonly isWhole: boolean
  }[]
  readonly reporters: readonly {
    readonly reporter: string
    readonly group: string
    readonly weight: number
    readonly accuses: readonly Dimension[]
    readonly cuts: readonly Dimension[]
    /** Decayed to now. */
    readonly evidence: CountsView
    readonly newestWindow: number
  }[]
  readonly cases: readonly CaseView[]
  readonly findings: readonly {
    readonly by: string
    readonly dimension: EvictableDimension
    readonly outcome: 'failed' | 'not confirmed'
    readonly window: number
    readonly ok: number
    readonly bad: number
    readonly controls: number
    readonly controlsPassed: number
  }[]
}

/** `GET /v1/standing/:peer/history?windows=…` on a trusted node: each standing is what the stored reports about windows up to it come to. */
export interface HistoryView {
  readonly peer: string
  /** Window n begins at n × windowMs, ms since the Unix epoch. */
  readonly windowMs: number
  readonly registry: ListedView
  /** Enough trusted nodes answered that no acknowledged report can be missing. */
  readonly isComplete: boolean
  /** Oldest first, up to the last window that has ended. */
  readonly windows: readonly {
    readonly window: number
    /** 0 to 1; left out while unknown. */
    readonly reputation: number | undefined
    readonly dimension: Dimension | undefined
    /** How many reporters reported on it in this window. */
    readonly reporters: number
    /** Groups that accused it then. */
    readonly accusers: number
  }[]
}

export interface CaseView {
  readonly subject: string
  readonly dimension: EvictableDimension
  readonly openedWindow: number
  /** The accusing groups. */
  readonly groups: readonly string[]
  readonly firstHand: boolean
}
