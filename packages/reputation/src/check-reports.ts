import { total } from '@peerwatch/model'
import type { Counts, Dimension, EvictableDimension, PeerIdString, Report } from '@peerwatch/model'
import type { Checks, Credibility } from './credibility.ts'
import type { CountsByDimension } from './evidence.ts'
import type { ReputationOptions } from './options.ts'

/** What is known of one subject in one epoch. */
export interface CheckedSubject {
  /** The reports about it in this epoch, without those in which a reporter contradicts itself. */
  readonly reports: readonly Report[]
  /** It is a watcher of the node that checks, so it did nothing wrong. */
  readonly isOwnWatcher: boolean
  /** The dimensions in which trusted nodes signed a `failed` finding about it. */
  readonly found: ReadonlySet<EvictableDimension>
}

export type CheckOptions = Pick<ReputationOptions, 'dimensions' | 'accusationLeastBad'>

/** A report about a watcher contradicts what the tier knows with so many bad observations and such a share of them. */
const CONTRADICTION = { bad: 5, share: 0.25 } as const
/** With fewer observations a share says nothing. */
const COMPARED_LEAST = 5

/**
 * What these reports say about their reporters.
 *
 * What a watcher did checks a report about it. A finding about the subject checks a report that accuses it. Each reporter is compared with the other
 * reporters that were checked: if unknown names counted, many of them could outvote one reporter.
 *
 * Only dimensions with evictions are compared: in the others honest links differ.
 */
export function checkReports(
  { reports, isOwnWatcher, found }: CheckedSubject,
  of: (reporter: PeerIdString) => Credibility,
  options: CheckOptions
): Map<PeerIdString, Checks> {
  const { evictable } = options.dimensions
  const said = byReporter(reports, evictable)
  const result = new Map<PeerIdString, Checks>()
  for (const [reporter, { own, counts }] of said) {
    const about = isOwnWatcher
      ? own.filter(report => evictable.some(dimension => total(report.counts[dimension] ?? NONE) > 0 || report.cuts.includes(dimension)))
      : []
    const contradicted = about.filter(report => evictable.some(dimension => contradicts(report, dimension))).length
    const confirmed = [...found].filter(
      dimension => own.some(({ cuts }) => cuts.includes(dimension)) || (counts[dimension]?.bad ?? 0) >= options.accusationLeastBad
    ).length
    const deviation = deviationOf(reporter, said, of, evictable)
    result.set(reporter, {
      checked: about.length + confirmed,
      agreed: about.length - contradicted + confirmed,
      contradicted,
      deviations: deviation == null ? [] : [deviation]
    })
  }
  return result
}

const NONE: Counts = Object.freeze({ ok: 0, bad: 0 })

interface Said {
  readonly own: Report[]
  readonly group: string
  readonly counts: CountsByDimension
}

function byReporter(reports: readonly Report[], dimensions: readonly Dimension[]): Map<PeerIdString, Said> {
  const said = new Map<PeerIdString, Said>()
  for (const report of reports) {
    const before = said.get(report.reporter)
    const counts: CountsByDimension = {}
    for (const dimension of dimensions) {
      const [a, b] = [before?.counts[dimension] ?? NONE, report.counts[dimension] ?? NONE]
      counts[dimension] = { ok: a.ok + b.ok, bad: a.bad + b.bad }
    }
    said.set(report.reporter, { own: [...(before?.own ?? []), report], group: report.group, counts })
  }
  return said
}

function contradicts({ counts, cuts }: Report, dimension: Dimension): boolean {
  const seen = counts[dimension] ?? NONE
  return cuts.includes(dimension) || (seen.bad >= CONTRADICTION.bad && seen.bad >= CONTRADICTION.share * total(seen))
}

/** The difference in the dimension in which it differs most. Undefined: there is nothing to compare with. */
function deviationOf(
  reporter: PeerIdString,
  said: ReadonlyMap<PeerIdString, Said>,
  of: (reporter: PeerIdString) => Credibility,
  dimensions: readonly Dimension[]
): number | undefined {
  const anchors = anchorsOf(reporter, said, of)
  const differences = dimensions.flatMap(dimension => {
    const own = said.get(reporter)?.counts[dimension] ?? NONE
    const all = anchors.map(({ counts, weight }) => ({ seen: counts[dimension] ?? NONE, weight }))
    const weighed = all.reduce((sum, { seen, weight }) => sum + weight * total(seen), 0)
    if (total(own) < COMPARED_LEAST || weighed === 0) return []
    const ok = all.reduce((sum, { seen, weight }) => sum + weight * seen.ok, 0)
    return [Math.abs(own.ok / total(own) - ok / weighed)]
  })
  return differences.length === 0 ? undefined : Math.max(...differences)
}

/** The heaviest of the other reporters that were checked, one for each group. */
function anchorsOf(
  reporter: PeerIdString,
  said: ReadonlyMap<PeerIdString, Said>,
  of: (reporter: PeerIdString) => Credibility
): { readonly counts: CountsByDimension; readonly weight: number }[] {
  const byGroup = new Map<string, { readonly counts: CountsByDimension; readonly weight: number }>()
  for (const [other, { group, counts }] of said) {
    const { weight, isChecked } = of(other)
    if (other === reporter || !isChecked || weight <= (byGroup.get(group)?.weight ?? 0)) continue
    byGroup.set(group, { counts, weight })
  }
  return [...byGroup.values()]
}
