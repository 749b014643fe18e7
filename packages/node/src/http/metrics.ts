import { Counter, Gauge } from 'prom-client'
import { hearAll } from '../logging/node-event.ts'
import { COUNTERS, GAUGES } from './metrics-table.ts'
import type { DimensionTable } from '@peerwatch/model'
import type { Registry } from 'prom-client'
import type { CounterEntry, GaugeName, Reading, Readings } from './metrics-table.ts'

export interface NodeMetricsInit {
  readonly registry: Registry
  /** The node's `peerwatch` service, or anything else that tells its events. */
  readonly events: Parameters<typeof hearAll>[0]
  readonly dimensions: DimensionTable
  /** Asked at each scrape; a gauge without reading is not shown. */
  readonly gauges: Readings
}

/** Values of one label; further ones are counted as `other`, since a peer may choose some of them. */
const LABEL_VALUES_MOST = 32

/** Registers and feeds the node's metrics; returns a function that ends it. */
export function nodeMetrics({ registry, events, dimensions, gauges }: NodeMetricsInit): () => void {
  const feeds = Object.entries(COUNTERS).map(([name, entry]) => ({ event: entry.event, feed: registerCounter(registry, name, entry, dimensions) }))
  for (const name of Object.keys(GAUGES) as GaugeName[]) {
    const read = gauges[name]
    if (read != null) registerGauge(registry, name, read)
  }
  return hearAll(events, (name, detail) => {
    for (const { event, feed } of feeds) if (event === name) feed(detail)
  })
}

function registerCounter(registry: Registry, name: string, entry: CounterEntry, dimensions: DimensionTable): (detail: unknown) => void {
  const { help, label, values: given = [], count } = entry
  const known = typeof given === 'function' ? given(dimensions) : given
  const counter = new Counter({ name, help, labelNames: label == null ? [] : [label], registers: [registry] })
  const values = new Set<string>()
  const bounded = (value: string): string => {
    if (!values.has(value) && values.size >= LABEL_VALUES_MOST) return 'other'
    values.add(value)
    return value
  }
  for (const value of known) if (label != null) counter.inc({ [label]: bounded(value) }, 0)
  return detail => {
    for (const { by = 1, value = 'other' } of count(detail)) {
      if (label == null) counter.inc(by)
      else counter.inc({ [label]: bounded(value) }, by)
    }
  }
}

function registerGauge(registry: Registry, name: GaugeName, read: () => Reading | Promise<Reading>): Gauge {
  const { help, label } = GAUGES[name]
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: label == null ? [] : [label],
    registers: [registry],
    async collect() {
      const now = await read()
      gauge.reset()
      if (typeof now === 'number') gauge.set(now)
      else for (const [value, count] of Object.entries(now)) gauge.set({ [label ?? 'value']: value }, count)
    }
  })
  return gauge
}
