import type { CounterGroup } from '@libp2p/interface'
import type { Core, Part, PeerwatchEvents } from '@peerwatch/link'

/** Values of one label; what comes after is counted as `other`, since an entry may choose some of them. */
const LABEL_VALUES_MOST = 32

/**
 * Counters in the metrics of the application's own libp2p node, where it has any: `@libp2p/prometheus-metrics` or another make.
 *
 * Names and labels are those of docs/metrics.md, so that one board shows both kinds of nodes. No metric names a peer.
 */
export function applicationMetrics(core: Core): Part {
  const { metrics } = core.components
  if (metrics == null) return {}
  const observations = metrics.registerCounterGroup('peerwatch_observations_total', { label: 'outcome', help: 'What this node reports of its neighbours' })
  const acknowledged = metrics.registerCounter('peerwatch_reports_acknowledged_total', { help: 'Reports of this node that a trusted node has stored' })
  const refused = bounded(
    metrics.registerCounterGroup('peerwatch_reports_refused_total', { label: 'reason', help: 'Reports of this node that a trusted node refused' })
  )
  const cuts = metrics.registerCounterGroup('peerwatch_cuts_total', { label: 'dimension', help: 'Neighbours that this node cut on its own evidence' })
  const evictions = metrics.registerCounterGroup('peerwatch_evictions_total', { label: 'dimension', help: 'Certificates that took force here' })

  const onWindow = ({ detail }: PeerwatchEvents['window:closed']): void => {
    const sum = { ok: 0, bad: 0 }
    for (const { counts } of detail.observations) {
      for (const { ok, bad } of Object.values(counts)) {
        sum.ok += ok
        sum.bad += bad
      }
    }
    observations.increment(sum)
  }
  const onAcknowledged = (): void => {
    acknowledged.increment()
  }
  const onRefused = ({ detail }: PeerwatchEvents['report:refused']): void => {
    refused(detail.reason)
  }
  const onCut = ({ detail }: PeerwatchEvents['neighbour:cut']): void => {
    cuts.increment({ [detail.dimension]: 1 })
  }
  const onEvicted = ({ detail }: PeerwatchEvents['peer:evicted']): void => {
    evictions.increment({ [detail.dimension]: 1 })
  }
  return {
    beforeStart: () => {
      // A counter that begins at 1 has never risen, as far as Prometheus can tell.
      observations.increment({ ok: 0, bad: 0 })
      for (const dimension of core.dimensions.evictable) for (const group of [cuts, evictions]) group.increment({ [dimension]: 0 })
      core.events.addEventListener('window:closed', onWindow)
      core.events.addEventListener('report:acknowledged', onAcknowledged)
      core.events.addEventListener('report:refused', onRefused)
      core.events.addEventListener('neighbour:cut', onCut)
      core.events.addEventListener('peer:evicted', onEvicted)
    },
    stop: () => {
      core.events.removeEventListener('window:closed', onWindow)
      core.events.removeEventListener('report:acknowledged', onAcknowledged)
      core.events.removeEventListener('report:refused', onRefused)
      core.events.removeEventListener('neighbour:cut', onCut)
      core.events.removeEventListener('peer:evicted', onEvicted)
    }
  }
}

function bounded(group: CounterGroup): (value: string) => void {
  const values = new Set<string>()
  return value => {
    const isNew = !values.has(value)
    if (isNew && values.size < LABEL_VALUES_MOST) values.add(value)
    group.increment({ [values.has(value) ? value : 'other']: 1 })
  }
}
