import type { Counts } from './counts.ts'
import type { Dimension } from './dimension.ts'
import type { PeerIdString, WindowNumber } from './ids.ts'

/** What one peer measured of one neighbour in one window. */
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
  /** Whose reports count as one voice with this one. */
  readonly group: string
}
