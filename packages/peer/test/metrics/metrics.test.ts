import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { toPeerId } from '@peerwatch/link'
import { seed } from '@peerwatch/seed'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { trusted } from '@peerwatch/tier'
import { Registry } from 'prom-client'
import { valuesOf } from '../../src/metrics/metric.ts'
import { METRICS } from '../../src/metrics/table.ts'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { application } from '../support/application.ts'
import type { TestContext } from 'node:test'
import type { RolePart } from '../../src/metrics/metric.ts'
import type { App, AppInit } from '../support/application.ts'
import type { TestKeys } from '../../../link/test/support/core.ts'

interface Counted {
  readonly app: App
  /** Lines of our metrics; one metric's, where it is named. */
  readonly read: (name?: string) => Promise<string[]>
  readonly names: () => Promise<string[]>
}

/** An application's node with libp2p's metrics, which has started. */
async function counted(t: TestContext, init: (keys: TestKeys) => AppInit = () => ({})): Promise<Counted> {
  const keys = await testNetwork()
  const registry = new Registry()
  const { libp2p, ...rest } = init(keys)
  const metrics = prometheusMetrics({ registry, collectDefaultMetrics: false })
  const app = await application(keys.network, { neighbours: false, ...rest, libp2p: { ...libp2p, metrics } })
  t.after(async () => app.stop())
  return {
    app,
    read: async (name = 'peerwatch_') => (await registry.metrics()).split('\n').filter(line => line.startsWith(name)),
    names: async () => (await registry.getMetricsAsJSON()).map(({ name }) => name).filter(name => name.startsWith('peerwatch_'))
  }
}

const roles: readonly { readonly role: string; readonly part: RolePart; readonly init?: (keys: TestKeys) => AppInit }[] = [
  { role: 'a peer', part: 'reporting' },
  { role: 'a seed', part: 'seed', init: ({ network, seeds }) => ({ service: seed({ network }), libp2p: { privateKey: seeds[0]! } }) },
  {
    role: 'a trusted node',
    part: 'tier',
    init: ({ network, trusted: keys }) => ({
      service: trusted({ network, pepper: new Uint8Array(32), store: memoryRecordStore(), isOwnWatcher: () => false }),
      libp2p: { privateKey: keys[0]! }
    })
  }
]

for (const { role, part, init } of roles) {
  test(`the application that runs ${role} has all metrics of it, and none that only others have`, async t => {
    const { app, names, read } = await counted(t, init)
    const expected = Object.entries(METRICS).filter(([, { of }]) => of == null || of === part)
    assert.deepEqual((await names()).toSorted(), expected.map(([name]) => name).toSorted())
    // read, and not only named
    for (const [name, row] of expected.filter(([, { label, values }]) => label == null || values != null)) {
      assert.equal((await read(name)).length, row.label == null ? 1 : valuesOf(row, app.services.peerwatch.assembly).length, name)
    }
  })
}

test('what a node observed, reported, cut and evicted is counted in the metrics of its application, from zero on', async t => {
  const { app, read } = await counted(t)
  const { core } = app.services.peerwatch.assembly
  assert.deepEqual(await read('peerwatch_cuts_total'), ['peerwatch_cuts_total{dimension="integrity"} 0', 'peerwatch_cuts_total{dimension="resource"} 0'])
  const subject = core.self
  const peer = toPeerId(subject)
  core.emit('window:closed', { window: 7, observations: [{ subject, counts: { integrity: { ok: 17, bad: 3 }, liveness: { ok: 2, bad: 0 } } }] as never })
  core.emit('report:acknowledged', { subject: peer, window: 7, entry: peer })
  core.emit('report:refused', { subject: peer, window: 7, entry: peer, reason: 'old-window' })
  core.emit('neighbour:cut', { peer, dimension: 'resource', evidence: '', untilWindow: 37 })
  core.emit('peer:evicted', { peer, dimension: 'integrity', reason: '', issuedAtMs: 0, expiresAtMs: 0, serial: 1, signers: [] })
  core.emit('gossip:limited', { peer, window: 7, messages: 12, bytes: 100 })
  const lines = await read()
  for (const line of [
    'peerwatch_observations_total{outcome="ok"} 19',
    'peerwatch_observations_total{outcome="bad"} 3',
    'peerwatch_reports_acknowledged_total 1',
    'peerwatch_reports_refused_total{reason="old-window"} 1',
    'peerwatch_cuts_total{dimension="integrity"} 0',
    'peerwatch_cuts_total{dimension="resource"} 1',
    'peerwatch_evictions_total{dimension="integrity"} 1',
    'peerwatch_evictions_total{dimension="resource"} 0',
    'peerwatch_gossip_dropped_total 12',
    'peerwatch_neighbours{state="connected"} 0',
    'peerwatch_roster_version 1'
  ]) {
    assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`)
  }
})

test('an entry that makes up reasons cannot make more than 33 series', async t => {
  const { app, read } = await counted(t)
  const { core } = app.services.peerwatch.assembly
  const peerId = toPeerId(core.self)
  for (let code = 0; code < 100; code++) core.emit('report:refused', { subject: peerId, window: 1, entry: peerId, reason: `code-${code}` })
  const series = await read('peerwatch_reports_refused_total')
  assert.equal(series.length, 33)
  assert.ok(series.includes('peerwatch_reports_refused_total{reason="other"} 68'))
})

test('a counted alarm still waits for the first listener', async t => {
  const { app, read } = await counted(t)
  const alarms = async (): Promise<string[]> => (await read('peerwatch_alarms_total')).filter(line => !line.includes('no-seed'))
  assert.deepEqual(await alarms(), ['peerwatch_alarms_total{code="volatile-datastore"} 1'])
  const told: string[] = []
  app.services.peerwatch.addEventListener('alarm', ({ detail }) => told.push(detail.code))
  await until(() => told.length > 0, 'the early alarm is told')
  assert.equal(told[0], 'volatile-datastore')
  assert.deepEqual(await alarms(), ['peerwatch_alarms_total{code="volatile-datastore"} 1'], 'it is counted once')
})

test('a node that has stopped shows what was read last, and counts nothing more', async t => {
  const store = memoryRecordStore()
  let isClosed = false
  const sizeBytes = async (): Promise<number> => {
    assert.ok(!isClosed, 'a closed store is read')
    return 4096
  }
  const { app, read } = await counted(t, ({ network, trusted: keys }) => ({
    service: trusted({ network, pepper: new Uint8Array(32), store: { ...store, sizeBytes }, isOwnWatcher: () => false }),
    libp2p: { privateKey: keys[0]! }
  }))
  assert.deepEqual(await read('peerwatch_stored_bytes'), ['peerwatch_stored_bytes 4096'])
  await app.stop()
  isClosed = true
  app.services.peerwatch.assembly.core.emit('peer:removed', { peer: app.peerId, seeds: [], window: 1 })
  assert.deepEqual(await read('peerwatch_stored_bytes'), ['peerwatch_stored_bytes 4096'])
  assert.deepEqual(await read('peerwatch_removals_total'), ['peerwatch_removals_total 0'])
})

test('`metrics: false` leaves the metrics of the application alone', async t => {
  const { names } = await counted(t, () => ({ metrics: false }))
  assert.deepEqual(await names(), [])
})
