import { BUDGET_NAMES, ERASURE_REFUSALS, GOSSIP_REFUSALS, REGISTRY_BOUNDS, TIME_BOUNDS, unreadBytes } from '@peerwatch/link'
import { counter, gauge } from './metric.ts'
import type { Counts, DimensionTable } from '@peerwatch/model'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { MetricRow, Reading } from './metric.ts'

/** Faults that are a bound that was reached. */
const BOUNDS = [
  'too-long',
  'slow-reader',
  'slow-sender',
  'unread',
  'too-many-frames',
  'too-many-streams',
  'too-many-links',
  'too-fast',
  'query-rate',
  'pull-rate'
]

const byDimension = { label: 'dimension', values: ({ evictable }: DimensionTable) => evictable } as const

/** All metrics of all roles: one row each. Both sinks, docs/metrics.md and the check of the board are made from this table. No metric names a peer. */
export const METRICS: Readonly<Record<string, MetricRow>> = Object.freeze({
  peerwatch_observations_total: counter('window:closed', 'Observations of its neighbours that this node reports', {
    label: 'outcome',
    values: ['ok', 'bad'],
    count: outcomes
  }),
  peerwatch_reports_acknowledged_total: counter('report:acknowledged', 'Reports of this node that a trusted node has stored', { of: 'reporting' }),
  peerwatch_reports_refused_total: counter('report:refused', 'Reports of this node that a trusted node refused', {
    of: 'reporting',
    label: 'reason',
    count: ({ reason }) => reason
  }),
  peerwatch_reports_checked_total: counter('report:checked', 'Acknowledged reports that this node asked other trusted nodes for', {
    of: 'reporting',
    label: 'outcome',
    values: ['found', 'missing', 'unclear'],
    count: ({ outcome }) => outcome
  }),
  peerwatch_reports_stored_total: counter('report:stored', 'Reports that this trusted node acknowledged as an entry', {
    of: 'tier',
    count: ({ count }) => count
  }),
  peerwatch_entry_changes_total: counter('entry:changed', 'How often this node took another entry for its reports, or had none', { of: 'reporting' }),
  peerwatch_gossip_dropped_total: counter('gossip:limited', 'Gossip messages that this node dropped unread, because their neighbour was beyond its limit', {
    count: ({ messages }) => messages
  }),
  peerwatch_gossip_refused_total: counter('gossip:refused', 'Gossip messages that this node dropped for what they are, and blames on nobody', {
    label: 'reason',
    values: GOSSIP_REFUSALS,
    count: ({ messages }) => messages
  }),
  peerwatch_cuts_total: counter('neighbour:cut', 'Neighbours that this node cut on its own evidence', {
    ...byDimension,
    count: ({ dimension }) => dimension
  }),
  peerwatch_cut_by_total: counter('neighbour:refuses', 'Neighbours that say that they cut this node', {
    ...byDimension,
    count: ({ dimension }) => dimension
  }),
  peerwatch_deaths_total: counter('neighbour:dead', 'Neighbours that stopped answering'),
  peerwatch_turned_away_total: counter(
    'neighbour:turned-away',
    'Links that this node ended: it had too many, the other side was silent for long, the link was a try, or a better one replaced it',
    {
      label: 'why',
      values: ['full', 'silent', 'tried', 'replaced'],
      count: ({ why }) => why
    }
  ),
  peerwatch_removals_total: counter('peer:removed', 'Dead peers that the seeds took off the registry'),
  peerwatch_evictions_total: counter('peer:evicted', 'Evictions that came into force on this node', { ...byDimension, count: ({ dimension }) => dimension }),
  peerwatch_cases_opened_total: counter('case:opened', 'Examinations that this node began', {
    ...byDimension,
    of: 'tier',
    count: ({ dimension }) => dimension
  }),
  peerwatch_cases_total: counter('case:closed', 'Examinations that this node ended', {
    of: 'tier',
    label: 'outcome',
    values: ['evicted', 'acquitted', 'expired'],
    count: ({ outcome }) => outcome
  }),
  peerwatch_findings_total: counter('finding:signed', 'Findings that this node signed or heard of', {
    of: 'tier',
    label: 'outcome',
    values: ['failed', 'not confirmed'],
    count: ({ outcome }) => outcome
  }),
  peerwatch_verdicts_signed_total: counter('verdict:signed', 'Proposed evictions that this node signed', {
    ...byDimension,
    of: 'tier',
    count: ({ dimension }) => dimension
  }),
  peerwatch_verdicts_refused_total: counter('verdict:refused', 'Proposed evictions that this node refused to sign', { of: 'tier' }),
  peerwatch_faults_total: counter('peer:fault', 'Faults of peers: messages and streams that no honest peer makes', {
    label: 'protocol',
    count: ({ protocol }) => protocol
  }),
  peerwatch_bounds_reached_total: counter('peer:fault', 'How often a peer reached a bound of what it may send, leave unread or open', {
    label: 'bound',
    values: BOUNDS,
    count: ({ what }) => (BOUNDS.includes(what) ? what : {})
  }),
  peerwatch_budgets_spent_total: counter('budget:spent', 'Messages and dials that this node held back because it had spent its budget for the window', {
    label: 'budget',
    values: BUDGET_NAMES,
    count: ({ budget }) => budget
  }),
  peerwatch_writes_dropped_total: counter('writes:dropped', 'Changes that this node gave up: the disk failed, and too many waited', {
    count: ({ count }) => count
  }),
  peerwatch_registry_limited_total: counter('registry:limited', 'Requests that this seed turned away, or told nobody of, because its registry met a bound', {
    of: 'seed',
    label: 'bound',
    values: REGISTRY_BOUNDS,
    count: ({ bound }) => bound
  }),
  peerwatch_time_limited_total: counter('time:limited', 'How often what the clocks say met a bound of the time', {
    label: 'bound',
    values: TIME_BOUNDS,
    count: ({ bound }) => bound
  }),
  peerwatch_erasures_refused_total: counter('erasure:refused', 'Erasures that this trusted node did not take', {
    of: 'tier',
    label: 'why',
    values: ERASURE_REFUSALS,
    count: ({ why }) => why
  }),
  peerwatch_alarms_total: counter('alarm', 'Alarms: conditions that the operator should look at', { label: 'code', count: ({ code }) => code }),
  peerwatch_neighbours: gauge('Neighbours under watch', {
    label: 'state',
    values: ['connected', 'lost'],
    read: ({ neighbours }) => countBy(neighbours.list(), ({ state }) => state)
  }),
  peerwatch_pending_reports: gauge('Reports of this node that wait for an answer', { of: 'reporting', read: ({ reporting }) => reporting.status().pending }),
  peerwatch_evictions_in_force: gauge('Evictions that this node enforces', { read: ({ core }) => core.certificates.evictions().length }),
  peerwatch_cuts_in_force: gauge('Neighbours that this node refuses on its own evidence', {
    ...byDimension,
    read: ({ cuts }) => countBy(cuts(), ({ dimension }) => dimension)
  }),
  peerwatch_registered_peers: gauge('Peers in the registry of this seed', { of: 'seed', read: ({ seed }) => seed.status().peers.length }),
  peerwatch_stored_bytes: gauge('Estimated size of the records of this trusted node', { of: 'tier', read: async ({ tier }) => tier.storedBytes() }),
  peerwatch_open_cases: gauge('Suspects that this node examines', { of: 'tier', read: ({ tier }) => tier.examination.cases().length }),
  peerwatch_unread_bytes: gauge('Bytes that this process holds of frames that are not whole yet', { read: () => unreadBytes() }),
  peerwatch_watchers: gauge('Watchers that are connected to this trusted node', { of: 'tier', read: ({ tier }) => tier.watcherIds().length }),
  peerwatch_roster_version: gauge('Version of the roster that this node holds', { read: ({ core }) => core.roster.current().version }),
  peerwatch_writes_waiting: gauge('Changes that are in force but not on disk yet', { read: ({ core }) => core.writes.waitingCount() }),
  peerwatch_late_seconds: gauge('How late the event loop of this process has been lately; the node blames nobody for what it missed meanwhile', {
    read: ({ core }) => core.health.now().lateMs / 1000
  }),
  peerwatch_timeout_factor: gauge('How many times as long as usual this node waits for others, from 1 to 8; above 1.5 the node itself is late', {
    read: ({ core }) => core.health.now().factor
  })
})

/** Adds up the observations of one window, over all neighbours and dimensions. */
function outcomes({ observations }: PeerwatchEvents['window:closed']['detail']): Reading {
  const counts = observations.flatMap(observation => Object.values<Counts>(observation.counts))
  return Object.fromEntries((['ok', 'bad'] as const).map(side => [side, counts.reduce((sum, count) => sum + count[side], 0)]))
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Reading {
  return Object.fromEntries([...Map.groupBy(items, keyOf)].map(([key, members]) => [key, members.length]))
}
