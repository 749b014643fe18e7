import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { Registry } from 'prom-client'
import { applicationMetrics } from '../src/application-metrics.ts'
import { toPeerId } from '@peerwatch/link'
import { peerwatch } from '../src/peerwatch.ts'
import { testHost, testNetwork } from '../../link/test/support/core.ts'
import type { Core } from '@peerwatch/link'

async function counted(t: { after: (end: () => Promise<void>) => void }): Promise<{ core: Core; read: () => Promise<string[]> }> {
  const { network } = await testNetwork()
  const { node, core: bare } = await testHost(network)
  const registry = new Registry()
  const metrics = prometheusMetrics({ registry, collectDefaultMetrics: false })({ logger: node.logger })
  const core: Core = { ...bare, components: Object.create(bare.components, { metrics: { value: metrics } }) }
  const part = applicationMetrics(core)
  await part.beforeStart?.()
  t.after(async () => {
    await part.stop?.()
    await node.stop()
  })
  return { core, read: async () => (await registry.metrics()).split('\n').filter(line => line.startsWith('peerwatch_')) }
}

test('what a node observed, reported, cut and evicted is counted in the metrics of its application, from zero on', async t => {
  const { core, read } = await counted(t)
  const zero = await read()
  assert.deepEqual(zero, [
    'peerwatch_observations_total{outcome="ok"} 0',
    'peerwatch_observations_total{outcome="bad"} 0',
    'peerwatch_reports_acknowledged_total 0',
    'peerwatch_cuts_total{dimension="integrity"} 0',
    'peerwatch_cuts_total{dimension="resource"} 0',
    'peerwatch_evictions_total{dimension="integrity"} 0',
    'peerwatch_evictions_total{dimension="resource"} 0'
  ])
  const subject = core.self
  const peer = toPeerId(subject)
  core.emit('window:closed', { window: 7, observations: [{ subject, counts: { integrity: { ok: 17, bad: 3 }, liveness: { ok: 2, bad: 0 } } }] as never })
  core.emit('report:acknowledged', { subject: peer, window: 7, entry: peer })
  core.emit('report:refused', { subject: peer, window: 7, entry: peer, reason: 'old-window' })
  core.emit('neighbour:cut', { peer, dimension: 'resource', evidence: '', untilWindow: 37 })
  core.emit('peer:evicted', { peer, dimension: 'integrity', reason: '', issuedAtMs: 0, expiresAtMs: 0, serial: 1, signers: [] })
  assert.deepEqual(await read(), [
    'peerwatch_observations_total{outcome="ok"} 19',
    'peerwatch_observations_total{outcome="bad"} 3',
    'peerwatch_reports_acknowledged_total 1',
    'peerwatch_reports_refused_total{reason="old-window"} 1',
    'peerwatch_cuts_total{dimension="integrity"} 0',
    'peerwatch_cuts_total{dimension="resource"} 1',
    'peerwatch_evictions_total{dimension="integrity"} 1',
    'peerwatch_evictions_total{dimension="resource"} 0'
  ])
})

test('an entry that makes up reasons cannot make more than 33 series', async t => {
  const { core, read } = await counted(t)
  const peerId = toPeerId(core.self)
  for (let code = 0; code < 100; code++) core.emit('report:refused', { subject: peerId, window: 1, entry: peerId, reason: `code-${code}` })
  const series = (await read()).filter(line => line.startsWith('peerwatch_reports_refused_total'))
  assert.equal(series.length, 33)
  assert.ok(series.includes('peerwatch_reports_refused_total{reason="other"} 68'))
})

test('a node without metrics counts nothing', async t => {
  const { network } = await testNetwork()
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  assert.deepEqual(applicationMetrics(core), {})
})

test('a libp2p node with metrics has those counters by the line `peerwatch` alone', async t => {
  const { network } = await testNetwork()
  const registry = new Registry()
  const node = await createLibp2p({
    metrics: prometheusMetrics({ registry, collectDefaultMetrics: false }),
    start: false,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), pubsub: gossipsub(), peerwatch: peerwatch({ network, neighbours: false }) }
  })
  t.after(async () => node.stop())
  await node.start()
  assert.match(await registry.metrics(), /^peerwatch_observations_total\{outcome="bad"\} 0$/m)
})
