import type { MetricSink } from '@peerwatch/peer/parts'

export interface MetricInit {
  /** A summary has no quantiles: the sum and the count of what was added. */
  readonly type: 'counter' | 'gauge' | 'summary'
  readonly help: string
  readonly label?: string | undefined
}

/** A number for each value of the label; that of a metric without a label is the empty one. */
export interface Series {
  readonly add: (by: number, value?: string) => void
  readonly set: (now: number, value?: string) => void
  readonly reset: () => void
}

/** What `/metrics` shows. */
export interface MetricPage {
  /**
   * Adds a metric; where there is one of that name already it is that one.
   *
   * `read` brings it up to date before it is shown. Where that rejects, so does `text`.
   */
  readonly metric: (name: string, init: MetricInit, read?: (series: Series) => void | Promise<void>) => Series
  readonly sink: MetricSink
  /** In Prometheus' text format. */
  readonly text: () => Promise<string>
}

/** Prometheus' own name of its text format. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

interface Metric extends Series {
  readonly read: () => void | Promise<void>
  readonly lines: () => string[]
}

/**
 * Holds the metrics of one node.
 *
 * `prom-client` does the same, and loads `node:http`, `node:tls`, `node:cluster` and OpenTelemetry for it, in a peer that nobody may ever ask.
 */
export function metricPage(): MetricPage {
  const metrics = new Map<string, Metric>()
  const metric: MetricPage['metric'] = (name, init, read) => {
    const known = metrics.get(name)
    if (known != null) return known
    const made = newMetric(name, init, read)
    metrics.set(name, made)
    return made
  }
  return {
    metric,
    sink: {
      counter: (name, { help, label }) => metric(name, { type: 'counter', help, label }).add,
      gauge: (name, { help, label }, read) => {
        metric(name, { type: 'gauge', help, label }, async ({ set }) => {
          const now = await read()
          if (typeof now === 'number') set(now)
          else for (const [value, count] of Object.entries(now)) set(count, value)
        })
      }
    },
    text: async () => {
      const all = [...metrics.values()]
      await Promise.all(all.map(async ({ read }) => read()))
      return all.map(({ lines }) => `${lines().join('\n')}\n`).join('\n')
    }
  }
}

function newMetric(name: string, { type, help, label }: MetricInit, read?: (series: Series) => void | Promise<void>): Metric {
  const values = new Map<string, { now: number; count: number }>()
  const held = (value: string): { now: number; count: number } => {
    const known = values.get(value)
    if (known != null) return known
    const fresh = { now: 0, count: 0 }
    values.set(value, fresh)
    return fresh
  }
  const series: Series = {
    add: (by, value = '') => {
      const sum = held(value)
      sum.now += by
      sum.count++
    },
    set: (now, value = '') => {
      held(value).now = now
    },
    reset: () => {
      values.clear()
      if (label == null) held('')
    }
  }
  series.reset()
  const shown = (value: string, { now, count }: { now: number; count: number }): string[] => {
    const at = label == null ? '' : `{${label}="${escaped(value).replaceAll('"', '\\"')}"}`
    return type === 'summary' ? [`${name}_sum${at} ${numberText(now)}`, `${name}_count${at} ${count}`] : [`${name}${at} ${numberText(now)}`]
  }
  return {
    ...series,
    read: () => read?.(series),
    lines: () => [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...[...values].flatMap(([value, numbers]) => shown(value, numbers))]
  }
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function numberText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}
