import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { Registry } from 'prom-client'
import { manualClock } from '@peerwatch/model/testing'
import { libp2pMetrics } from '../../src/metrics/libp2p-metrics.ts'
import { metricPage } from '../../src/metrics/metric-page.ts'
import type { Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'

/** All that libp2p does with its metrics, but for histograms. */
function use(metrics: Metrics): void {
  metrics.registerCounter('libp2p_noise:packets-total', { help: 'Packets' }).increment()
  metrics.registerCounter('libp2p_noise:packets-total').increment(4)
  const group = metrics.registerCounterGroup('dials', { label: 'by-what' })
  group.increment({ one: 2, two: true })
  const gone = metrics.registerCounterGroup('gone', { label: 'what' })
  gone.increment({ one: true })
  gone.reset()
  const size = metrics.registerMetric('size', { help: 'Size' })
  size.update(7)
  size.increment()
  size.decrement(3)
  const sizes = metrics.registerMetricGroup('sizes')
  sizes.update({ small: 1, large: 9 })
  sizes.increment({ small: true })
  sizes.decrement({ large: 4 })
  metrics.registerMetric('read', { help: 'Read', calculate: () => 42 })
  metrics.registerMetricGroup('read_each', { label: 'which', calculate: async () => ({ left: 1, right: 2 }) })
  metrics.registerCounter('grows', { help: 'By what it calculates', calculate: () => 3 })
  metrics.registerCounterGroup('grow', { label: 'which', calculate: () => ({ left: 5 }) })
}

/** What a connection and a stream do, as far as bytes are counted. */
function fakeStream(protocol: string): Stream & MultiaddrConnection {
  return Object.assign(new EventTarget(), { protocol, send: () => true }) as unknown as Stream & MultiaddrConnection
}

function transfer(metrics: Metrics): void {
  const connection = fakeStream('')
  const stream = fakeStream('/echo/1.0.0')
  metrics.trackMultiaddrConnection(connection)
  metrics.trackProtocolStream(stream)
  connection.send(new Uint8Array(100))
  stream.send(new Uint8Array(10))
  stream.dispatchEvent(Object.assign(new Event('message'), { data: new Uint8Array(7) }) as never)
  stream.dispatchEvent(new Event('drain'))
}

/** Without the text of help, which the two word differently where none was given. */
function shown(page: string): string[] {
  return page.split('\n').filter(line => line !== '' && !line.startsWith('# HELP') && !line.includes('nodejs_'))
}

test("libp2p's metrics have the names, labels and values that libp2p's own exporter gives them", async () => {
  const registry = new Registry()
  const logger = { forComponent: () => () => {} } as never
  const theirs = prometheusMetrics({ registry, collectDefaultMetrics: false })({ logger })
  const page = metricPage()
  const ours = libp2pMetrics(page, manualClock())
  for (const metrics of [theirs, ours]) {
    use(metrics)
    transfer(metrics)
  }
  assert.deepEqual(shown(await page.text()).toSorted(), shown(await registry.metrics()).toSorted())
  assert.deepEqual(shown(await page.text()).toSorted(), shown(await registry.metrics()).toSorted(), 'nor at the second scrape')
})

test('a histogram and a summary show how many were observed and their sum, and timers the seconds', async () => {
  const clock = manualClock()
  const page = metricPage()
  const metrics = libp2pMetrics(page, clock)
  metrics.registerHistogram('wait', { help: 'Wait' }).observe(3)
  const stop = metrics.registerSummaryGroup('dial', { label: 'to' }).timer('seed')
  clock.advance(1_500)
  stop()
  const text = await page.text()
  assert.match(text, /^# TYPE wait summary\nwait_sum 3\nwait_count 1$/m)
  assert.match(text, /^dial_sum\{to="seed"\} 1\.5\ndial_count\{to="seed"\} 1$/m)
})
