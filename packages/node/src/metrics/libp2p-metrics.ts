import { serviceCapabilities } from '@libp2p/interface'
import type { MessageStream, Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'
import type { Clock } from '@peerwatch/model'
import type { MetricInit, MetricPage, Series } from './metric-page.ts'

type MetricType = MetricInit['type']
type Values = Readonly<Record<string, number | true>>

interface Options<T> {
  readonly help?: string
  readonly label?: string
  readonly calculate?: () => T | Promise<T>
}

/** Prometheus allows no others in names. */
function allowed(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]+/g, '_')
}

/** A counter grows by what it calculates, as with libp2p's exporter. */
function put(type: MetricType, series: Series): Series['set'] {
  return type === 'gauge' ? series.set : series.add
}

function each(values: Values, run: (by: number, value: string) => void, sign = 1): void {
  for (const [key, value] of Object.entries(values)) run(sign * (value === true ? 1 : value), key)
}

/** libp2p's own metrics, on a page: the names, labels and values that `@libp2p/prometheus-metrics` gives them. It buckets no histogram: count and sum are shown. */
export function libp2pMetrics(page: MetricPage, clock: Pick<Clock, 'monotonicMs'>): Metrics {
  const timer = (stop: (seconds: number) => void) => {
    const startedMs = clock.monotonicMs()
    return () => {
      stop((clock.monotonicMs() - startedMs) / 1000)
    }
  }
  const single =
    (type: MetricType) =>
    (given: string, { help = given, calculate }: Options<number> = {}) => {
      const reads =
        calculate &&
        (async (of: Series) => {
          put(type, of)(await calculate())
        })
      const series = page.metric(allowed(given), { type, help }, reads)
      if (calculate != null) return undefined
      return {
        update: (value: number) => series.set(value),
        observe: (value: number) => series.add(value),
        increment: (by = 1) => series.add(by),
        decrement: (by = 1) => series.add(-by),
        reset: series.reset,
        timer: () => timer(put(type, series))
      }
    }
  const group =
    (type: MetricType) =>
    (given: string, { help = given, label = given, calculate }: Options<Record<string, number>> = {}) => {
      const reads =
        calculate &&
        (async (of: Series) => {
          for (const [key, value] of Object.entries(await calculate())) put(type, of)(value, key)
        })
      const series = page.metric(allowed(given), { type, help, label: allowed(label) }, reads)
      if (calculate != null) return undefined
      return {
        update: (values: Values) => each(values, series.set),
        observe: (values: Values) => each(values, series.add),
        increment: (values: Values) => each(values, series.add),
        decrement: (values: Values) => each(values, series.add, -1),
        reset: series.reset,
        timer: (key: string) => timer(seconds => put(type, series)(seconds, key))
      }
    }
  const { add } = page.metric('libp2p_data_transfer_bytes_total', { type: 'counter', help: 'Bytes by protocol and direction', label: 'protocol' })
  return {
    [Symbol.toStringTag]: '@peerwatch/metrics',
    [serviceCapabilities]: ['@libp2p/metrics'],
    trackMultiaddrConnection: (connection: MultiaddrConnection) => countBytes(connection, 'global', add),
    trackProtocolStream: (stream: Stream) => countBytes(stream, stream.protocol, add),
    registerMetric: single('gauge'),
    registerMetricGroup: group('gauge'),
    registerCounter: single('counter'),
    registerCounterGroup: group('counter'),
    registerHistogram: single('summary'),
    registerHistogramGroup: group('summary'),
    registerSummary: single('summary'),
    registerSummaryGroup: group('summary'),
    // nobody traces with it
    createTrace: () => undefined,
    traceFunction: (_name: string, run: unknown) => run
  } as unknown as Metrics
}

/** A listener for messages would have them dispatched before whoever is meant to read them listens: `dispatchEvent` sees them all the same. */
function countBytes(stream: MessageStream, name: string, add: Series['add']): void {
  const dispatch = stream.dispatchEvent.bind(stream)
  const send = stream.send.bind(stream)
  const [received, sent] = [`${name} received`, `${name} sent`]
  stream.dispatchEvent = event => {
    if (event.type === 'message') add((event as unknown as { data: Uint8Array }).data.byteLength, received)
    return dispatch(event)
  }
  stream.send = data => {
    add(data.byteLength, sent)
    return send(data)
  }
}
