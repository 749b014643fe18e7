import { BUDGET_NAMES } from '@peerwatch/link'
import type { DimensionTable } from '@peerwatch/model'
import type { PeerwatchEvents } from '@peerwatch/link'

type Detail<K extends keyof PeerwatchEvents> = PeerwatchEvents[K]['detail']

/** Some are the network's dimensions, which the node knows only when it runs. */
type LabelValues = readonly string[] | ((dimensions: DimensionTable) => readonly string[])

/** How one event moves a counter. */
export interface CounterEntry {
  readonly help: string
  readonly label?: string
  readonly event: keyof PeerwatchEvents
  /** Values that are shown from zero on: a counter that begins at 1 has never risen, as far as Prometheus can tell. */
  readonly values?: LabelValues
  readonly count: (detail: unknown) => readonly Step[]
}

interface Step {
  readonly by?: number
  readonly value?: string
}

const evictable = (dimensions: DimensionTable): readonly string[] => dimensions.evictable

interface GaugeEntry {
  readonly help: string
  readonly label?: string
}

function counter(event: keyof PeerwatchEvents, help: string): CounterEntry
function counter<K extends keyof PeerwatchEvents>(
  event: K,
  help: string,
  label: string,
  value: (detail: Detail<K>) => string,
  values?: LabelValues
): CounterEntry
function counter<K extends keyof PeerwatchEvents>(
  event: K,
  help: string,
  label?: string,
  value?: (detail: Detail<K>) => string,
  values: LabelValues = []
): CounterEntry {
  if (label == null || value == null) return { event, help, count: () => [{}] }
  return { event, help, label, values, count: detail => [{ value: value(detail as Detail<K>) }] }
}

/** What one window's observations add up to, over all neighbours and dimensions. */
function outcomes({ observations }: Detail<'window:closed'>): Step[] {
  const counts = observations.flatMap(observation => Object.values(observation.counts))
  return (['ok', 'bad'] as const).map(value => ({ value, by: counts.reduce((sum, count) => sum + count[value], 0) }))
}

/** Counted from events, since the start of the process. docs/metrics.md is made from this table. */
export const COUNTERS: Readonly<Record<string, CounterEntry>> = Object.freeze({
  peerwatch_observations_total: {
    event: 'window:closed',
    help: 'What this node reports of its neighbours',
    label: 'outcome',
    values: ['ok', 'bad'],
    count: detail => outcomes(detail as Detail<'window:closed'>)
  },
  peerwatch_reports_acknowledged_total: counter('report:acknowledged', 'Reports of this node that a trusted node has stored'),
  peerwatch_reports_refused_total: counter('report:refused', 'Reports of this node that a trusted node refused', 'reason', ({ reason }) => reason),
  peerwatch_reports_stored_total: {
    event: 'report:stored',
    help: 'Reports that this trusted node acknowledged as an entry',
    count: detail => [{ by: (detail as Detail<'report:stored'>).count }]
  },
  peerwatch_entry_changes_total: counter('entry:changed', 'How often reports went to another entry, or to none'),
  peerwatch_gossip_dropped_total: {
    event: 'gossip:limited',
    help: 'Gossip messages beyond the limit of a neighbour, dropped unread',
    count: detail => [{ by: (detail as Detail<'gossip:limited'>).messages }]
  },
  peerwatch_cuts_total: counter('neighbour:cut', 'Neighbours that this node cut on its own evidence', 'dimension', ({ dimension }) => dimension, evictable),
  peerwatch_deaths_total: counter('neighbour:dead', 'Neighbours that stopped answering'),
  peerwatch_removals_total: counter('peer:removed', 'Dead peers that seeds took off the registry'),
  peerwatch_evictions_total: counter('peer:evicted', 'Certificates that took force here', 'dimension', ({ dimension }) => dimension, evictable),
  peerwatch_cases_opened_total: counter('case:opened', 'Suspects whose examination began here', 'dimension', ({ dimension }) => dimension, evictable),
  peerwatch_cases_total: counter('case:closed', 'Examinations that ended here', 'outcome', ({ outcome }) => outcome, ['evicted', 'acquitted', 'expired']),
  peerwatch_findings_total: counter('finding:signed', 'First-hand results that this node signed or heard of', 'outcome', ({ outcome }) => outcome, [
    'failed',
    'not confirmed'
  ]),
  peerwatch_verdicts_signed_total: counter('verdict:signed', 'Proposed evictions that this node signed', 'dimension', ({ dimension }) => dimension, evictable),
  peerwatch_verdicts_refused_total: counter('verdict:refused', 'Proposed evictions that this node refused to sign'),
  peerwatch_faults_total: counter('peer:fault', 'Things that no honest peer sends', 'protocol', ({ protocol }) => protocol),
  peerwatch_budgets_spent_total: counter(
    'budget:spent',
    'What this node did not send because its budget for one window was spent',
    'budget',
    ({ budget }) => budget,
    BUDGET_NAMES
  ),
  peerwatch_alarms_total: counter('alarm', 'What the operator should look at', 'code', ({ code }) => code)
})

/** Read at each scrape. */
export const GAUGES = Object.freeze({
  peerwatch_neighbours: { help: 'Neighbours under watch', label: 'state' },
  peerwatch_pending_reports: { help: 'Reports of this node without an answer' },
  peerwatch_evictions_in_force: { help: 'Evictions that this node enforces' },
  peerwatch_cuts_in_force: { help: 'Neighbours refused on own evidence', label: 'dimension' },
  peerwatch_registered_peers: { help: 'Peers in the registry of this seed' },
  peerwatch_stored_bytes: { help: 'What the records of this trusted node take, estimated' },
  peerwatch_open_cases: { help: 'Suspects under examination here' },
  peerwatch_watchers: { help: 'Watchers that are connected to this trusted node' },
  peerwatch_roster_version: { help: 'Version of the roster held' },
  peerwatch_late_seconds: { help: 'How late the loop of this process was of late: what it missed meanwhile is blamed on nobody' },
  peerwatch_timeout_factor: { help: 'How many times as long as usual this node waits for others, 1 to 8; above 1.5 it is late itself' }
} satisfies Record<string, GaugeEntry>) as Readonly<Record<GaugeName, GaugeEntry>>

export type GaugeName =
  | 'peerwatch_neighbours'
  | 'peerwatch_pending_reports'
  | 'peerwatch_evictions_in_force'
  | 'peerwatch_cuts_in_force'
  | 'peerwatch_registered_peers'
  | 'peerwatch_stored_bytes'
  | 'peerwatch_open_cases'
  | 'peerwatch_watchers'
  | 'peerwatch_roster_version'
  | 'peerwatch_late_seconds'
  | 'peerwatch_timeout_factor'

/** A number, or one per value of the gauge's label. */
export type Reading = number | Readonly<Record<string, number>>

export type Readings = { readonly [K in GaugeName]?: () => Reading | Promise<Reading> }
