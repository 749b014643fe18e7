/** Makes deploy/grafana/peerwatch.json, the board, from the rows below. */
import { writeFileSync } from 'node:fs'

interface Panel {
  readonly title: string
  readonly about?: string
  /** Legend by expression. */
  readonly shows: Readonly<Record<string, string>>
  readonly unit?: string
}

const ROWS: Readonly<Record<string, readonly Panel[]>> = {
  Network: [
    { title: 'Nodes that answer', shows: { 'sum by (role) (up{job="peerwatch"})': '{{role}}' } },
    { title: 'Evictions in force', about: 'All lines together, or somebody is cut off.', shows: { peerwatch_evictions_in_force: '{{instance}}' } },
    {
      title: 'Version of the roster',
      about: 'One line, or somebody is cut off.',
      shows: { 'count by (role) (peerwatch_roster_version == bool scalar(max(peerwatch_roster_version)) == 1)': 'newest, {{role}}' }
    },
    { title: 'Alarms', shows: { 'sum by (code) (increase(peerwatch_alarms_total[$__rate_interval]))': '{{code}}' } }
  ],
  Neighbours: [
    {
      title: 'Neighbours under watch, per node',
      shows: {
        'avg by (state) (peerwatch_neighbours{role=~"peer|watcher"})': '{{state}}, mean',
        'min(peerwatch_neighbours{role=~"peer|watcher",state="connected"})': 'connected, least'
      }
    },
    {
      title: 'How late the own loop is',
      about: 'Beyond the time-out of a ping a node blames nobody; its time-outs are wider by the factor.',
      shows: { 'max by (role) (peerwatch_late_seconds)': '{{role}}, seconds', 'max by (role) (peerwatch_timeout_factor)': '{{role}}, factor' }
    },
    { title: 'What a budget held back', shows: { 'sum by (budget) (rate(peerwatch_budgets_spent_total[$__rate_interval]))': '{{budget}}' }, unit: 'cps' },
    { title: 'Links that were ended', shows: { 'sum by (why) (rate(peerwatch_turned_away_total[$__rate_interval]))': '{{why}}' }, unit: 'cps' },
    { title: 'Neighbours that stopped answering', shows: { 'sum(rate(peerwatch_deaths_total[$__rate_interval]))': 'deaths' }, unit: 'cps' },
    {
      title: 'Connections of libp2p',
      shows: { 'sum by (libp2p_connection_manager_connections) (libp2p_connection_manager_connections)': '{{libp2p_connection_manager_connections}}' }
    },
    {
      title: 'Bytes by protocol, the ten busiest',
      shows: { 'topk(10, sum by (protocol) (rate(libp2p_data_transfer_bytes_total[$__rate_interval])))': '{{protocol}}' },
      unit: 'Bps'
    }
  ],
  Reports: [
    { title: 'Waiting for an answer', shows: { 'sum(peerwatch_pending_reports)': 'all nodes', 'max(peerwatch_pending_reports)': 'most on one node' } },
    {
      title: 'Acknowledged and refused',
      shows: {
        'sum(rate(peerwatch_reports_acknowledged_total[$__rate_interval]))': 'acknowledged',
        'sum by (reason) (rate(peerwatch_reports_refused_total[$__rate_interval]))': 'refused: {{reason}}'
      },
      unit: 'cps'
    },
    {
      title: 'Stored by trusted nodes',
      shows: { 'sum by (node) (rate(peerwatch_reports_stored_total{role="trusted"}[$__rate_interval]))': '{{node}}' },
      unit: 'cps'
    },
    {
      title: 'Bounds of the time',
      about: 'What a trusted node puts off until it has heard enough clocks.',
      shows: { 'sum by (bound) (rate(peerwatch_time_limited_total[$__rate_interval]))': '{{bound}}' },
      unit: 'cps'
    },
    { title: 'Size of the records', shows: { peerwatch_stored_bytes: '{{node}}' }, unit: 'bytes' },
    {
      title: 'Acknowledged reports that were asked for again',
      about: 'Missing: two trusted nodes say that nobody holds it.',
      shows: { 'sum by (outcome) (increase(peerwatch_reports_checked_total[$__rate_interval]))': '{{outcome}}' }
    },
    { title: 'Changes of entry', shows: { 'sum(increase(peerwatch_entry_changes_total[$__rate_interval]))': 'changes' } }
  ],
  'Cases, evictions, cuts': [
    { title: 'Open cases', shows: { peerwatch_open_cases: '{{node}}' } },
    {
      title: 'Cases that ended',
      shows: {
        'sum by (outcome) (increase(peerwatch_cases_total[$__rate_interval]))': '{{outcome}}',
        'sum(increase(peerwatch_cases_opened_total[$__rate_interval]))': 'opened'
      }
    },
    {
      title: 'Findings and verdicts',
      shows: {
        'sum by (outcome) (increase(peerwatch_findings_total[$__rate_interval]))': 'finding: {{outcome}}',
        'sum by (dimension) (increase(peerwatch_verdicts_signed_total[$__rate_interval]))': 'signed: {{dimension}}',
        'sum(increase(peerwatch_verdicts_refused_total[$__rate_interval]))': 'refused to sign'
      }
    },
    { title: 'Evictions that took force', shows: { 'max by (dimension) (increase(peerwatch_evictions_total[$__rate_interval]))': '{{dimension}}' } },
    {
      title: 'Cuts on own evidence',
      shows: {
        'sum by (dimension) (increase(peerwatch_cuts_total[$__rate_interval]))': '{{dimension}}',
        'sum by (dimension) (peerwatch_cuts_in_force)': 'in force: {{dimension}}',
        'sum by (dimension) (increase(peerwatch_cut_by_total[$__rate_interval]))': 'said by others: {{dimension}}'
      }
    },
    { title: 'Watchers', shows: { peerwatch_watchers: '{{node}}' } }
  ],
  'Faults by protocol': [
    { title: 'Bounds that peers reached', shows: { 'sum by (bound) (rate(peerwatch_bounds_reached_total[$__rate_interval]))': '{{bound}}' }, unit: 'cps' },
    { title: 'Frames that are not whole', shows: { peerwatch_unread_bytes: '{{node}}' }, unit: 'bytes' },
    { title: 'Erasures that were not taken', shows: { 'sum by (why) (increase(peerwatch_erasures_refused_total[$__rate_interval]))': '{{why}}' } },
    { title: 'What no honest peer sends', shows: { 'sum by (protocol) (rate(peerwatch_faults_total[$__rate_interval]))': '{{protocol}}' }, unit: 'cps' },
    {
      title: 'Gossip dropped: unread, or for what it is',
      shows: {
        'sum by (role) (rate(peerwatch_gossip_dropped_total[$__rate_interval]))': '{{role}}',
        'sum by (reason) (rate(peerwatch_gossip_refused_total[$__rate_interval]))': '{{reason}}'
      },
      unit: 'cps'
    },
    {
      title: 'Observations by outcome',
      about: 'Of nodes that embed Peerwatch too.',
      shows: { 'sum by (outcome) (rate(peerwatch_observations_total[$__rate_interval]))': '{{outcome}}' },
      unit: 'cps'
    }
  ],
  Registry: [
    { title: 'Registered peers', shows: { peerwatch_registered_peers: '{{node}}' } },
    { title: 'Dead peers removed', shows: { 'max(increase(peerwatch_removals_total[$__rate_interval]))': 'removed' } },
    { title: 'Bounds of the registry', shows: { 'sum by (bound) (rate(peerwatch_registry_limited_total[$__rate_interval]))': '{{bound}}' }, unit: 'cps' }
  ],
  Process: [
    { title: 'CPU', shows: { 'rate(process_cpu_seconds_total{job="peerwatch"}[$__rate_interval])': '{{instance}}' }, unit: 'percentunit' },
    { title: 'Memory', shows: { 'process_resident_memory_bytes{job="peerwatch"}': '{{instance}}' }, unit: 'bytes' },
    { title: 'Event loop, 99th percentile', shows: { 'nodejs_eventloop_lag_p99_seconds{job="peerwatch"}': '{{instance}}' }, unit: 's' },
    { title: 'Open files and sockets', shows: { 'process_open_fds{job="peerwatch"}': '{{instance}}' } },
    {
      title: 'Not on disk',
      shows: {
        'peerwatch_writes_waiting{job="peerwatch"}': 'waiting, {{instance}}',
        'increase(peerwatch_writes_dropped_total{job="peerwatch"}[5m])': 'given up, {{instance}}'
      }
    }
  ]
}

const COLUMNS = 24
const HEIGHT = 7
const datasource = { type: 'prometheus', uid: 'prometheus' }

export function board(): object {
  const panels: object[] = []
  let id = 0
  let y = 0
  for (const [row, members] of Object.entries(ROWS)) {
    panels.push({ id: ++id, type: 'row', title: row, collapsed: false, gridPos: { h: 1, w: COLUMNS, x: 0, y: y++ }, panels: [] })
    const w = COLUMNS / Math.min(members.length, 3)
    for (const [index, { title, about, shows, unit = 'short' }] of members.entries()) {
      panels.push({
        id: ++id,
        type: 'timeseries',
        title,
        ...(about != null && { description: about }),
        datasource,
        gridPos: { h: HEIGHT, w, x: (index % 3) * w, y: y + Math.floor(index / 3) * HEIGHT },
        fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
        targets: Object.entries(shows).map(([expr, legendFormat], target) => ({ refId: String.fromCharCode(65 + target), datasource, expr, legendFormat }))
      })
    }
    y += Math.ceil(members.length / 3) * HEIGHT
  }
  return { uid: 'peerwatch', title: 'Peerwatch', tags: ['peerwatch'], schemaVersion: 39, refresh: '15s', time: { from: 'now-1h', to: 'now' }, panels }
}

if (import.meta.main) writeFileSync('deploy/grafana/peerwatch.json', `${JSON.stringify(board(), undefined, 2)}\n`)
