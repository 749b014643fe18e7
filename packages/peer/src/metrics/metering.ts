import { valuesOf } from './metric.ts'
import { METRICS } from './table.ts'
import type { Part, PeerwatchEvents } from '@peerwatch/link'
import type { CounterRow, GaugeRow, MeteredNode, MetricText, Reading } from './metric.ts'

/** Where metrics go. */
export interface MetricSink {
  /** Returns what adds to the counter; `value` is that of its label, empty for a counter that has none. */
  readonly counter: (name: string, text: MetricText) => (by: number, value: string) => void
  /** `read` is called at each scrape. It gives a number, or where the gauge has a label one per value, the same values each time. */
  readonly gauge: (name: string, text: MetricText, read: () => Promise<Reading>) => void
}

export interface MeteringInit {
  readonly node: MeteredNode
  readonly sink: MetricSink
  /** Tells every typed event of the node; returns what ends it. */
  readonly hear: (listener: Hears) => () => void
}

export type Hears = <K extends keyof PeerwatchEvents>(event: K, detail: PeerwatchEvents[K]['detail']) => void

/** Values of one label; further ones are counted as `other`, since a peer may choose some of them. */
const LABEL_VALUES_MOST = 32

/** Registers the metrics that a node has, once, and feeds them from `beforeStart` to `stop`. */
export function metering({ node, sink, hear }: MeteringInit): Required<Pick<Part, 'beforeStart' | 'stop'>> {
  const feeds = new Map<string, ((detail: unknown) => void)[]>()
  let isRunning = false
  let end: (() => void) | undefined
  for (const [name, row] of Object.entries(METRICS)) {
    if (row.of != null && node[row.of] == null) continue
    if ('event' in row) feeds.set(row.event, [...(feeds.get(row.event) ?? []), counterFeed(sink, name, row, valuesOf(row, node))])
    else
      sink.gauge(
        name,
        row,
        gaugeReader(node, row, () => isRunning)
      )
  }
  return {
    beforeStart: () => {
      isRunning = true
      end = hear((event, detail) => {
        for (const feed of feeds.get(event) ?? []) feed(detail)
      })
    },
    stop: () => {
      isRunning = false
      end?.()
    }
  }
}

function counterFeed(sink: MetricSink, name: string, row: CounterRow, values: readonly string[]): (detail: unknown) => void {
  const { label, count } = row
  const add = sink.counter(name, row)
  if (label == null) return detail => add(Number(count(detail)), '')
  const shown = new Set(values)
  for (const value of values) add(0, value)
  return detail => {
    for (const [value, by] of Object.entries(count(detail))) {
      if (shown.size < LABEL_VALUES_MOST) shown.add(value)
      add(by, shown.has(value) ? value : 'other')
    }
  }
}

/** A scrape may come before the node starts, and after it has stopped and closed what it read: it sees what was read last. */
function gaugeReader(node: MeteredNode, row: GaugeRow, isRunning: () => boolean): () => Promise<Reading> {
  const { label, read } = row
  const zeros = Object.fromEntries(valuesOf(row, node).map(value => [value, 0]))
  let last: Reading = label == null ? 0 : zeros
  return async () => {
    if (!isRunning()) return last
    const now = await read(node)
    // a series that vanishes at zero is no zero
    last = typeof now === 'number' ? now : { ...zeros, ...now }
    return last
  }
}
