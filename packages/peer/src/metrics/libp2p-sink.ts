import type { Metrics } from '@libp2p/interface'
import type { MetricSink } from './metering.ts'

/** The metrics of the application's own libp2p node: `@libp2p/prometheus-metrics` or another make. */
export function libp2pSink(metrics: Metrics): MetricSink {
  return {
    counter: (name, { help, label }) => {
      if (label == null) {
        const counter = metrics.registerCounter(name, { help })
        return by => {
          counter.increment(by)
        }
      }
      const group = metrics.registerCounterGroup(name, { help, label })
      return (by, value) => {
        group.increment({ [value]: by })
      }
    },
    gauge: (name, { help, label }, read) => {
      // a gauge without label reads as a number, one with a label as a number per value
      if (label == null) metrics.registerMetric(name, { help, calculate: read as () => Promise<number> })
      else metrics.registerMetricGroup(name, { help, label, calculate: read as () => Promise<Record<string, number>> })
    }
  }
}
