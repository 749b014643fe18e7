import { Counter, Gauge, Registry } from 'prom-client'
import type { MetricSink } from '@peerwatch/peer/parts'

export function newRegistry(): Registry {
  return new Registry()
}

/** What `/metrics` shows. `libp2pSink` is no such sink: one of its kind holds the metrics of one node in a process, and roles run many. */
export function prometheusSink(registry: Registry): MetricSink {
  const common = { registers: [registry] }
  return {
    counter: (name, { help, label }) => {
      const counter = new Counter({ ...common, name, help, labelNames: label == null ? [] : [label] })
      return (by, value) => {
        if (label == null) counter.inc(by)
        else counter.inc({ [label]: value }, by)
      }
    },
    gauge: (name, { help, label }, read) => {
      const gauge: Gauge = new Gauge({
        ...common,
        name,
        help,
        labelNames: label == null ? [] : [label],
        collect: async () => {
          const now = await read()
          if (typeof now === 'number') gauge.set(now)
          else for (const [value, count] of Object.entries(now)) gauge.set({ [label ?? 'value']: value }, count)
        }
      })
    }
  }
}
