import type { Counts } from './counts.ts'
import type { Dimension } from './dimension.ts'
import type { PeerIdString, WindowNumber } from './ids.ts'

/** The measurements of one peer about one neighbour in one window. */
export interface Observation {
  readonly subject: PeerIdString
  readonly window: WindowNumber
  /** A dimension in which nothing was seen is absent. */
  readonly counts: Readonly<Record<Dimension, Counts>>
  /** The dimensions in which the observer refuses the subject at this time. */
  readonly cuts: readonly Dimension[]
}

/** An observation with who made it, as the trusted tier reads it: signature and stamp have been checked. */
export interface Report extends Observation {
  readonly reporter: PeerIdString
  /** Reports of one group count as one voice. */
  readonly group: string
}
