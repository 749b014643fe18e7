import { EvidenceBook } from './evidence.ts'
import { standing } from './standing.ts'
import { suspicions } from './suspicion.ts'
import type { Dimension, PeerIdString, Report, WindowNumber } from '@peerwatch/model'
import type { ReputationOptions } from './options.ts'
import type { WeightOf } from './suspicion.ts'

/** How a peer stood at the end of one window. */
export interface PastStanding {
  readonly window: WindowNumber
  /** In [0, 1]; undefined while too little was seen. */
  readonly ratio: number | undefined
  /** The dimension that gives it. */
  readonly dimension: Dimension | undefined
  /** Who reported of this window. */
  readonly reporters: number
  /** Groups that accused it then. */
  readonly accusers: number
}

export interface HistoryInit {
  readonly subject: PeerIdString
  /** About it, as they are stored, in any order; those before `fromWindow` count, decayed. */
  readonly reports: readonly Report[]
  readonly fromWindow: WindowNumber
  /** The last one, included. */
  readonly toWindow: WindowNumber
  readonly weightOf: WeightOf
  readonly options: ReputationOptions
}

/** Folds the reports again, window by window: each standing is what those about windows up to it come to, as if all had come in time. */
export function pastStandings({ subject, reports, fromWindow, toWindow, weightOf, options }: HistoryInit): PastStanding[] {
  const book = new EvidenceBook(options)
  const sorted = reports.toSorted((a, b) => a.window - b.window || (a.reporter < b.reporter ? -1 : 1))
  const past: PastStanding[] = []
  let next = 0
  for (let window = fromWindow; window <= toWindow; window++) {
    const reporters = new Set<PeerIdString>()
    for (let report = sorted[next]; report != null && report.window <= window; report = sorted[++next]) {
      book.add(report, report.window)
      if (report.window === window) reporters.add(report.reporter)
    }
    const about = book.about(subject, window)
    const { ratio, dimension } = standing(about, weightOf, { isEvicted: false, isSuspect: false, isWatched: false }, options)
    const accusers = new Set(suspicions(about, weightOf, options).flatMap(each => each.accusers.map(({ group }) => group)))
    past.push({ window, ratio, dimension, reporters: reporters.size, accusers: accusers.size })
  }
  return past
}
