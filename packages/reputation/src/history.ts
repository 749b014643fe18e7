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
  /** The dimension that gives the ratio. */
  readonly dimension: Dimension | undefined
  /** How many reporters reported on it in this window. */
  readonly reporters: number
  /** How many groups accused it then. */
  readonly accusers: number
}

export interface HistoryInit {
  readonly subject: PeerIdString
  /** The stored reports about it, in any order. Those before `fromWindow` count too, decayed. */
  readonly reports: readonly Report[]
  readonly fromWindow: WindowNumber
  /** The last window, included. */
  readonly toWindow: WindowNumber
  readonly weightOf: WeightOf
  readonly voiceOf: WeightOf
  readonly options: ReputationOptions
}

/** Folds the reports again, window by window. Each standing is what the reports up to its window come to, as if all had come in time. */
export function pastStandings({ subject, reports, fromWindow, toWindow, weightOf, voiceOf, options }: HistoryInit): PastStanding[] {
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
    const accusers = new Set(suspicions(about, voiceOf, options).flatMap(each => each.accusers.map(({ group }) => group)))
    past.push({ window, ratio, dimension, reporters: reporters.size, accusers: accusers.size })
  }
  return past
}
