/** OpenTelemetry's own tracer takes the spans: nothing of it is a dependency of Peerwatch. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createTestnet } from '@peerwatch/node/testnet'
import { traced } from '@peerwatch/peer'

test('a report is one span of OpenTelemetry, from observation to acknowledgement', async t => {
  const exporter = new InMemorySpanExporter()
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 2 })
  t.after(testnet.stop)
  const [ada, bob] = testnet.peers
  assert.ok(ada && bob)
  const { peerwatch } = ada.libp2p.services
  const stop = traced(peerwatch, trace.getTracer('peerwatch'))
  const isAcknowledged = (): boolean => exporter.getFinishedSpans().some(({ attributes }) => attributes['outcome'] === 'acknowledged')
  while (!isAcknowledged()) {
    await new Promise(resolve => {
      peerwatch.addEventListener('report:acknowledged', resolve, { once: true })
    })
  }
  stop()
  const [span] = exporter.getFinishedSpans().filter(({ attributes }) => attributes['outcome'] === 'acknowledged')
  assert.equal(span?.name, 'peerwatch.report')
  assert.equal(span.attributes['subject'], bob.peerId.toString())
  assert.ok(span.duration[0] > 0 || span.duration[1] > 0)
})
