import { checkReports, plusChecks } from '@peerwatch/reputation'
import { LIMITS } from '@peerwatch/wire'
import { FINDING_OUTCOMES } from '../examination/finding-messages.ts'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { CheckedSubject, Checks, Credibility, ReputationOptions } from '@peerwatch/reputation'
import type { FindingRecord, ReportRecord, TreeRecord } from '../tree/tree-record.ts'
import type { TrustTree } from '../tree/trust-tree.ts'

export interface KeepingInit {
  readonly tree: Pick<TrustTree, 'held' | 'isActing' | 'isHolding' | 'read' | 'stamps'>
  readonly watchers: () => readonly PeerIdString[]
  readonly isOwnWatcher: (peer: PeerIdString) => boolean
  /** Finds out how far these reporters are believed. */
  readonly fetch: (reporters: Iterable<PeerIdString>) => Promise<void>
  readonly credibilityOf: (reporter: PeerIdString) => Credibility
  readonly options: ReputationOptions
  readonly signal: AbortSignal
}

const REPORTERS_MOST = 100_000
/** The most reports on one subject in one epoch. More are a flood, and say no more. */
const REPORTS_MOST = 20_000

/**
 * What came of the reports of each reporter in one epoch: on each subject that this node answers for, and on its own watchers, wherever their records
 * lie. Only this node knows which peers its watchers are.
 */
export async function keepLedger(epoch: number, init: KeepingInit): Promise<Map<PeerIdString, Checks>> {
  const { tree, signal, options, credibilityOf } = init
  const sums = new Map<PeerIdString, Checks>()
  const take = (subject: CheckedSubject, of: (checks: Checks) => Checks): void => {
    for (const [reporter, checks] of checkReports(subject, credibilityOf, options)) {
      if (sums.has(reporter) || sums.size < REPORTERS_MOST) sums.set(reporter, bounded(plusChecks(sums.get(reporter), of(checks))))
    }
  }
  /** The node that answers for the watcher compares its reporters with each other, so this node does not. */
  const takeWatched = (records: readonly TreeRecord[]): void => {
    take(checkedSubject(records, tree, { isOwnWatcher: true, options }), checks => ({ ...checks, deviations: [] }))
  }
  for await (const { peer, records } of bySubject(tree.held(epoch))) {
    if (signal.aborted) break
    if (init.isOwnWatcher(peer) && tree.isHolding(peer)) takeWatched(records)
    if (!tree.isActing(peer)) continue
    const subject = checkedSubject(records, tree, { isOwnWatcher: false, options })
    await init.fetch(new Set(subject.reports.map(({ reporter }) => reporter)))
    take(subject, checks => checks)
  }
  for (const watcher of init.watchers()) {
    if (signal.aborted || !init.isOwnWatcher(watcher) || tree.isHolding(watcher)) continue
    // what one holder lacks is no check; all of it twice would be most of what this node reads
    const { records } = await tree.read(watcher, { fromEpoch: epoch, toEpoch: epoch }, 1)
    takeWatched(records)
  }
  return new Map([...sums].filter(([, { checked, deviations }]) => checked > 0 || deviations.length > 0))
}

interface SubjectRecords {
  readonly peer: PeerIdString
  readonly records: readonly TreeRecord[]
}

/** Groups the records by subject: those of one subject follow each other. */
async function* bySubject(records: AsyncIterable<TreeRecord>): AsyncGenerator<SubjectRecords> {
  let current: { readonly peer: PeerIdString; readonly records: TreeRecord[] } | undefined
  for await (const record of records) {
    if (current?.peer !== record.subject) {
      if (current != null) yield current
      current = { peer: record.subject, records: [] }
    }
    if (current.records.length < REPORTS_MOST) current.records.push(record)
  }
  if (current != null) yield current
}

function checkedSubject(
  records: readonly TreeRecord[],
  { stamps }: Pick<TrustTree, 'stamps'>,
  { isOwnWatcher, options }: { readonly isOwnWatcher: boolean; readonly options: ReputationOptions }
): CheckedSubject {
  const reports = records.filter((record): record is ReportRecord => record.kind === 'report')
  const findings = records.filter((record): record is FindingRecord => record.kind === 'finding')
  const slots = new Map<string, ReportRecord[]>()
  for (const report of reports) {
    const slot = `${report.author} ${report.stored.window}`
    slots.set(slot, [...(slots.get(slot) ?? []), report])
  }
  return {
    reports: [...slots.values()].flatMap(([first, ...others]): Report[] => {
      const stamp = first == null || others.length > 0 ? undefined : stamps.read(first.stamp)
      return first == null || stamp == null ? [] : [{ reporter: first.author, group: stamp.group, ...first.observation }]
    }),
    isOwnWatcher,
    found: new Set(
      findings.flatMap(({ finding }) => (finding.outcome === FINDING_OUTCOMES.failed ? (options.dimensions.findEvictable(finding.dimension) ?? []) : []))
    )
  }
}

/** A ledger entry has no room for more. */
function bounded({ deviations, ...counts }: Checks): Checks {
  return { ...counts, deviations: deviations.slice(0, LIMITS.deviations) }
}
