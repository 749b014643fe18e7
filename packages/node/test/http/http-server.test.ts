import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { DIMENSIONS } from '@peerwatch/detection'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { NodeError } from '../../src/errors.ts'
import { httpServer } from '../../src/http/http-server.ts'
import { metering } from '@peerwatch/peer/parts'
import { hearAll } from '../../src/logging/index.ts'
import { metricPage } from '../../src/metrics/metric-page.ts'
import { until } from '../../../../test/support/until.ts'
import type { Neighbour } from '@peerwatch/link'
import type { TestContext } from 'node:test'
import type { HttpServer } from '../../src/http/http-server.ts'
import type { NodeView, StatusView } from '../../src/http/node-view.ts'
import type { NodeEvent } from '../../src/logging/index.ts'

const alice = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()
const bob = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()

const STATUS: StatusView = {
  version: '0.1.0',
  name: 'peer-1',
  role: 'peer',
  peer: bob,
  network: 'testnet',
  scope: 'local',
  preset: 'demo',
  window: 5,
  windowMs: 2_000,
  rosterVersion: 1,
  hasTwoRosters: false,
  quorum: 2,
  addresses: [],
  registry: { state: 'registered', seeds: [], failures: [] },
  health: { state: 'well', lateMs: 0, factor: 1 },
  neighbours: [],
  evictions: 0,
  allowed: [],
  cuts: [],
  cutBy: [],
  uptimeMs: 1
}

interface Stage {
  readonly server: HttpServer
  readonly events: EventTarget
  readonly allowed: [string, boolean][]
  readonly tell: (event: NodeEvent) => void
  readonly listeners: () => number
  readonly get: (path: string, init?: RequestInit & { token?: string }) => Promise<{ status: number; body: unknown }>
}

async function stage(t: TestContext, overrides: Partial<NodeView> = {}, host = '127.0.0.1'): Promise<Stage> {
  const page = metricPage()
  const events = new EventTarget()
  const listeners = new Set<(event: NodeEvent) => void>()
  const allowed: [string, boolean][] = []
  const meters = metering({
    node: {
      core: {
        writes: { waitingCount: () => 0 },
        certificates: { evictions: () => [] },
        roster: { current: () => ({ version: 1 }) },
        health: { now: () => ({ state: 'well', lateMs: 0, factor: 1 }) },
        dimensions: DIMENSIONS
      },
      neighbours: { list: () => (['connected', 'connected', 'lost', 'connected'] as const).map(neighbourThatIs) },
      cuts: () => [],
      reporting: { status: () => ({ pending: 4 }) },
      tier: { examination: { cases: () => [] }, watcherIds: () => [], storedBytes: async () => 4096 }
    },
    sink: page.sink,
    hear: listener => hearAll(events, listener)
  })
  await meters.beforeStart()
  const view: NodeView = {
    status: () => STATUS,
    peers: async like => ({ peers: [{ peer: alice, kind: 'neighbour' as const }].filter(({ peer }) => peer.startsWith(like)), isCut: false }),
    peer: async () => undefined,
    evictions: () => [],
    standing: async peer =>
      peer === alice
        ? { detail: 'coarse', peer, state: 'good', reputation: 0.9, window: 3, windowMs: 2_000, registry: 'registered', isMember: false }
        : undefined,
    history: async () => undefined,
    export: () => undefined,
    publishErasure: async () => undefined,
    erasure: async () => undefined,
    publishRoster: async () => ({ taken: 'known', version: 1, ending: [] }),
    tree: () => undefined,
    allow: async (peer, isAllowed) => {
      allowed.push([peer, isAllowed])
    },
    guests: () => undefined,
    addGuest: async () => undefined,
    removeGuest: async () => undefined,
    reinstate: async () => undefined,
    appeal: async () => ({ peer: bob, quorum: 2, trusted: [] }),
    reload: async () => undefined,
    surroundings: async () => ({ clockOffsetMs: 7, windowMs: 2_000, reachable: 'yes', registry: 'registered', seeds: ['/ip4/127.0.0.1/tcp/1/p2p/A'] }),
    recentEvents: () => [],
    eventsLeftOut: () => ({ 'window:closed': 4 }),
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ready: () => ({ ready: true }),
    ...overrides
  }
  const server = await httpServer({ view, metrics: page.text, host })
  t.after(async () => {
    await meters.stop()
    await server.close()
  })
  return {
    server,
    events,
    allowed,
    listeners: () => listeners.size,
    tell: event => {
      for (const listener of listeners) listener(event)
    },
    get: async (path, { token = server.token, ...init } = {}) => {
      const response = await fetch(`${server.address}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } })
      return { status: response.status, body: await response.json() }
    }
  }
}

function neighbourThatIs(state: Neighbour['state']): Neighbour {
  return { peer: alice as Neighbour['peer'], state, sinceWindow: 1, direction: 'inbound', misses: 0, lastAnswerMs: undefined, guest: false }
}

function errorOf({ status, body }: { status: number; body: unknown }): [number, string] {
  return [status, (body as { error: { code: string; message: string } }).error.code]
}

async function reinstate({ address, token }: HttpServer, peer: string, reason?: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${address}/v1/reinstate/${peer}`, { method: 'POST', headers, body: JSON.stringify({ reason }) })
  return { status: response.status, body: await response.json() }
}

async function statusWithHost(address: string, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address)
    request({ hostname, port, path, headers: { host } }, response => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

suite('the HTTP API', () => {
  test('reloads where there is something to reload, and gives the three parts of what is wrong with it', async t => {
    const reloaded = { changed: [{ name: 'log.level', from: 'info', to: 'debug' }], restart: [] }
    const problem = { found: 'pw.yaml:1:1: "x" is no option', expected: 'one of y', remedy: 'correct it' }
    const refuse = async (): Promise<never> => {
      throw new NodeError('bad-config', problem)
    }
    const [without, right, wrong] = await Promise.all([stage(t), stage(t, { reload: async () => reloaded }), stage(t, { reload: refuse })])
    assert.deepEqual(errorOf(await without.get('/v1/reload', { method: 'POST' })), [404, 'not-on-this-role'])
    assert.deepEqual(await right.get('/v1/reload', { method: 'POST' }), { status: 200, body: reloaded })
    const { status, body } = await wrong.get('/v1/reload', { method: 'POST' })
    assert.deepEqual(
      [status, (body as { error: unknown }).error],
      [422, { code: 'bad-config', message: new NodeError('bad-config', problem).message, problem }]
    )
    assert.deepEqual(errorOf(await right.get('/v1/reload', { method: 'POST', token: 'x' })), [401, 'bad-token'])
  })

  test('tells the peers that it knows and that are like what is asked for', async t => {
    const { get } = await stage(t)
    assert.deepEqual((await get(`/v1/peers?like=${alice.slice(0, 20)}`)).body, { peers: [{ peer: alice, kind: 'neighbour' }], isCut: false })
    assert.deepEqual((await get('/v1/peers?like=nobody')).body, { peers: [], isCut: false })
    for (const query of [`like=${'x'.repeat(81)}`, 'like=a&like=b']) assert.equal((await get(`/v1/peers?${query}`)).status, 400)
  })

  test('tells surroundings and recent events', async t => {
    const event = { time: '2026-11-21T00:00:00.000Z', event: 'node:stopped', uptimeMs: 1 } as const
    const { get } = await stage(t, { recentEvents: () => [event] })
    assert.deepEqual((await get('/v1/events/recent')).body, { events: [event], leftOut: { 'window:closed': 4 } })
    assert.deepEqual((await get('/v1/surroundings')).body, {
      clockOffsetMs: 7,
      windowMs: 2_000,
      reachable: 'yes',
      registry: 'registered',
      seeds: ['/ip4/127.0.0.1/tcp/1/p2p/A']
    })
  })

  test('admits guests on a seed only, for a multiaddr with a peer id and a time that makes sense', async t => {
    const guest = { peer: alice, reachable: true, removed: false, addresses: [`/ip4/192.0.2.1/tcp/1/p2p/${alice}`], expiresAtMs: 5 }
    const added: [string, number][] = []
    const seed = await stage(t, {
      guests: () => [guest],
      addGuest: async (address, forMs) => {
        added.push([address, forMs])
        return guest
      },
      removeGuest: async peer => (peer === alice ? { peer, untilMs: 6 } : null)
    })
    const post = { method: 'POST' }
    const path = `/v1/guests?address=${encodeURIComponent(guest.addresses[0]!)}`
    assert.deepEqual(await seed.get(`${path}&forMs=1000`, post), { status: 200, body: guest })
    assert.deepEqual(added, [[guest.addresses[0], 1000]])
    assert.deepEqual(await seed.get('/v1/guests'), { status: 200, body: { guests: [guest] } })
    assert.deepEqual(await seed.get(`/v1/guests/${alice}`, { method: 'DELETE' }), { status: 200, body: { peer: alice, untilMs: 6 } })
    assert.deepEqual(errorOf(await seed.get(`/v1/guests/${bob}`, { method: 'DELETE' })), [404, 'unknown-peer'])
    assert.deepEqual(errorOf(await seed.get('/v1/guests?address=nowhere', post)), [400, 'bad-request'])
    assert.deepEqual(errorOf(await seed.get(`${path}&forMs=-1`, post)), [400, 'bad-request'])
    const peer = await stage(t)
    assert.deepEqual(errorOf(await peer.get(path, post)), [404, 'not-on-this-role'])
    assert.deepEqual(errorOf(await peer.get(`/v1/guests/${alice}`, { method: 'DELETE' })), [404, 'not-on-this-role'])
    assert.deepEqual(errorOf(await peer.get('/v1/guests')), [404, 'not-on-this-role'])
  })
  test('tells the status to who has the token, and to nobody else', async t => {
    const { get, server } = await stage(t)
    assert.deepEqual(await get('/v1/status'), { status: 200, body: STATUS })
    assert.deepEqual(errorOf(await get('/v1/status', { token: 'wrong' })), [401, 'bad-token'])
    assert.deepEqual(errorOf(await get('/%761/status', { token: '' })), [401, 'bad-token'])
    assert.deepEqual(errorOf(await get('/v1/status/', { token: '' })), [404, 'not-found'])
    const bare = await fetch(`${server.address}/v1/evictions`)
    assert.equal(bare.status, 401)
    await bare.body?.cancel()
  })

  test('refuses every path where the Host header is not its own', async t => {
    const { server } = await stage(t)
    const { port } = new URL(server.address)
    for (const path of ['/healthz', '/metrics', '/v1/status']) {
      assert.equal(await statusWithHost(server.address, 'evil.example', path), 403)
      assert.equal(await statusWithHost(server.address, `evil.example:${port}`, path), 403)
      assert.equal(await statusWithHost(server.address, '127.0.0.1', path), 403)
    }
    assert.equal(await statusWithHost(server.address, `localhost:${port}`, '/healthz'), 200)
    assert.equal(await statusWithHost(server.address, `127.0.0.1:${port}`, '/healthz'), 200)
  })

  test('shown to the network, health and metrics take any Host, as a scraper names the node; the rest takes its own alone', async t => {
    const { server } = await stage(t, {}, '0.0.0.0')
    for (const path of ['/healthz', '/readyz', '/metrics', '/metrics?x=1']) assert.equal(await statusWithHost(server.address, 'peer-7:9464', path), 200)
    for (const path of ['/v1/status', '/%761/status', '/metrics/', '/nothing']) {
      assert.equal(await statusWithHost(server.address, 'peer-7:9464', path), 403)
    }
  })

  test('listens on loopback only', async t => {
    const { server } = await stage(t)
    assert.equal(new URL(server.address).hostname, '127.0.0.1')
  })

  test('tells a bad peer id, an unknown peer and a role without a tree apart', async t => {
    const { get } = await stage(t)
    assert.deepEqual(await get(`/v1/standing/${alice}`), {
      status: 200,
      body: { detail: 'coarse', peer: alice, state: 'good', reputation: 0.9, window: 3, windowMs: 2_000, registry: 'registered', isMember: false }
    })
    assert.deepEqual(errorOf(await get('/v1/standing/nonsense')), [400, 'bad-peer'])
    assert.deepEqual(errorOf(await get(`/v1/standing/${'1'.repeat(5_000)}`)), [400, 'bad-request'])
    assert.deepEqual(errorOf(await get(`/v1/standing/${bob}`)), [404, 'unknown-peer'])
    assert.deepEqual(errorOf(await get('/v1/tree')), [404, 'not-on-this-role'])
    assert.deepEqual(errorOf(await get('/v1/other')), [404, 'not-found'])
  })

  test('the history of a standing takes 1 to 360 windows, 60 unless said otherwise, and a role that keeps no records has none', async t => {
    const asked: number[] = []
    const { get } = await stage(t, {
      history: async (peer, windowsCount) => {
        asked.push(windowsCount)
        const row = { window: 3, reputation: 0.5, dimension: 'integrity', reporters: 1, accusers: 0 }
        return { peer, windowMs: 2_000, registry: 'registered' as const, isComplete: true, windows: peer === alice ? [row] : [] }
      }
    })
    assert.equal((await get(`/v1/standing/${alice}/history`)).status, 200)
    assert.equal((await get(`/v1/standing/${alice}/history?windows=360`)).status, 200)
    assert.deepEqual(errorOf(await get(`/v1/standing/${bob}/history?windows=1`)), [404, 'unknown-peer'])
    assert.deepEqual(asked, [60, 360, 1])
    for (const windows of ['0', '361', '1.5', 'all', '-1', '']) {
      assert.deepEqual(errorOf(await get(`/v1/standing/${alice}/history?windows=${windows}`)), [400, 'bad-request'], windows)
    }
    assert.deepEqual(errorOf(await get('/v1/standing/nonsense/history')), [400, 'bad-peer'])
    const elsewhere = await stage(t)
    assert.deepEqual(errorOf(await elsewhere.get(`/v1/standing/${alice}/history`)), [404, 'not-on-this-role'])
  })

  test('four histories are read at a time; one more is told to ask again, until one of them is over', async t => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let underWay = 0
    const { get } = await stage(t, {
      history: async peer => {
        underWay++
        await promise
        return {
          peer,
          windowMs: 2_000,
          registry: 'registered' as const,
          isComplete: true,
          windows: [{ window: 3, reputation: 0.5, dimension: 'integrity', reporters: 1, accusers: 0 }]
        }
      }
    })
    const asked = Array.from({ length: 4 }, async () => get(`/v1/standing/${alice}/history`))
    await until(() => underWay === 4, 'four are read')
    assert.deepEqual(errorOf(await get(`/v1/standing/${alice}/history`)), [503, 'busy'])
    resolve()
    assert.deepEqual(new Set((await Promise.all(asked)).map(({ status }) => status)), new Set([200]))
    assert.equal((await get(`/v1/standing/${alice}/history`)).status, 200)
  })

  test('an error of the node shows its code where it has one, and never its text', async t => {
    const noRoute = Object.assign(new Error('no trusted node answers'), { code: 'no-route' })
    const first = await stage(t, { standing: async () => Promise.reject(noRoute) })
    assert.deepEqual(errorOf(await first.get(`/v1/standing/${bob}`)), [503, 'no-route'])
    const second = await stage(t, { standing: async () => Promise.reject(new Error('/secret/path')) })
    const answer = await second.get(`/v1/standing/${bob}`)
    assert.deepEqual(errorOf(answer), [500, 'internal'])
    assert.doesNotMatch(JSON.stringify(answer.body), /secret/)
  })

  test('allows a peer and takes it back', async t => {
    const { get, allowed } = await stage(t)
    assert.deepEqual(await get(`/v1/allow/${alice}`, { method: 'POST' }), { status: 200, body: { peer: alice, allowed: true } })
    assert.deepEqual(await get(`/v1/allow/${alice}`, { method: 'DELETE' }), { status: 200, body: { peer: alice, allowed: false } })
    assert.deepEqual(errorOf(await get('/v1/allow/nonsense', { method: 'POST' })), [400, 'bad-peer'])
    assert.deepEqual(allowed, [
      [alice, true],
      [alice, false]
    ])
  })

  test('takes the word of a trusted node’s operator with a reason in one line, and says where there is no eviction or no such role', async t => {
    const heard: string[] = []
    const { server } = await stage(t, {
      reinstate: async (peer, reason) => {
        heard.push(reason)
        return peer === alice ? { peer, isDone: false, reason, quorum: 2, spoken: [bob], missing: [], expiresAtMs: 1 } : null
      }
    })
    const ask = async (peer: string, reason?: unknown) => reinstate(server, peer, reason)
    const { status, body } = await ask(alice, ' wrong finding ')
    assert.deepEqual([status, (body as { reason: string }).reason], [200, 'wrong finding'])
    for (const wrong of [undefined, 7, '', '  ', 'two\nlines', 'ü'.repeat(101)]) assert.deepEqual(errorOf(await ask(alice, wrong)), [400, 'bad-request'])
    assert.deepEqual(errorOf(await ask(bob, 'wrong finding')), [409, 'not-evicted'])
    assert.equal(heard.length, 2)
    const elsewhere = await stage(t)
    assert.deepEqual(errorOf(await reinstate(elsewhere.server, alice, 'wrong finding')), [404, 'not-on-this-role'])
  })

  test('N85: what speaks HTTP is loaded when somebody asks; all who ask at once are answered, and an end cuts those that still wait', async () => {
    const script = `
import { connect } from 'node:net'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { httpServer } from ${JSON.stringify(new URL('../../src/http/http-server.ts', import.meta.url).href)}
const { cache } = createRequire(import.meta.url)
const isLoaded = () => Object.keys(cache).some(path => path.includes('/node_modules/fastify/'))
const start = async () => httpServer({ view: { subscribe: () => () => {}, ready: () => ({ ready: true }) }, metrics: {} })
const asked = await start()
const before = isLoaded()
const { host, port } = new URL(asked.address)
const first = connect(Number(port), '127.0.0.1')
first.on('error', () => {})
first.write('GET /readyz HTTP/1.1\\r\\nHost: ' + host + '\\r\\n\\r\\n')
await once(first, 'data')
const answers = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(asked.address + '/readyz')).status))
const after = isLoaded()
await Promise.all([asked.close(), once(first, 'close')])
const ended = await start()
const waits = connect(Number(new URL(ended.address).port), '127.0.0.1')
waits.on('error', () => {})
await once(waits, 'connect')
const closed = once(waits, 'close')
await Promise.all([ended.close(), closed])
console.log(JSON.stringify({ before, after, answers: [...new Set(answers)] }))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    // it ends by itself: nothing stays open
    assert.deepEqual(JSON.parse(await textOf(child.stdout)), { before: false, after: true, answers: [200] })
  })

  test('is ready when the node is', async t => {
    const { get } = await stage(t, { ready: () => ({ ready: false, reason: 'no seed answers' }) })
    assert.deepEqual(await get('/readyz'), { status: 503, body: { ready: false, reason: 'no seed answers' } })
    assert.deepEqual(await get('/healthz'), { status: 200, body: { ok: true } })
  })

  test('streams events as lines until the reader goes', async t => {
    const { server, tell, listeners } = await stage(t)
    const abort = new AbortController()
    const response = await fetch(`${server.address}/v1/events`, { headers: { authorization: `Bearer ${server.token}` }, signal: abort.signal })
    assert.equal(response.headers.get('content-type'), 'application/x-ndjson')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    tell({ time: '2026-01-01T00:00:00.000Z', event: 'alarm', code: 'x' })
    const { value } = await reader.read()
    assert.deepEqual(JSON.parse(value ?? ''), { time: '2026-01-01T00:00:00.000Z', event: 'alarm', code: 'x' })
    const busy = await Promise.all(
      Array.from({ length: 8 }, async () => fetch(response.url, { headers: { authorization: `Bearer ${server.token}` }, signal: abort.signal }))
    )
    assert.equal(busy.filter(({ status }) => status === 503).length, 1)
    assert.equal(listeners(), 8)
    abort.abort()
    await assert.rejects(reader.read())
    while (listeners() > 0) await new Promise(setImmediate)
  })

  test('a port that is taken is a clear error', async t => {
    const { server } = await stage(t)
    const { port } = new URL(server.address)
    const view = {} as NodeView
    await assert.rejects(httpServer({ view, metrics: metricPage().text, port: Number(port) }), { code: 'port-in-use' })
  })

  test('metrics are Prometheus text with our counters and gauges, and few label values', async t => {
    const { server, events } = await stage(t)
    const emit = (type: string, detail: object): boolean => events.dispatchEvent(new CustomEvent(type, { detail }))
    emit('case:closed', { outcome: 'evicted' })
    emit('report:stored', { count: 64, reporter: alice })
    emit('neighbour:cut', { dimension: 'integrity' })
    emit('window:closed', { window: 1, observations: [{ subject: alice, counts: { integrity: { ok: 17, bad: 3 }, liveness: { ok: 2, bad: 0 } } }] })
    for (let count = 0; count < 100; count++) emit('peer:fault', { peer: alice, protocol: `/made-up/${count}`, what: 'x' })
    const text = await (await fetch(`${server.address}/metrics`)).text()
    for (const line of text.split('\n').filter(one => one !== '')) {
      assert.match(line, /^(# (HELP|TYPE) peerwatch_[a-z_]+ .+|peerwatch_[a-z_]+(\{[a-z]+="[^"\n]*"\})? [0-9.e+]+)$/)
    }
    assert.match(text, /^peerwatch_cases_total\{outcome="evicted"\} 1$/m)
    assert.match(text, /^peerwatch_reports_stored_total 64$/m)
    assert.match(text, /^peerwatch_cuts_total\{dimension="integrity"\} 1$/m)
    assert.match(text, /^peerwatch_cuts_total\{dimension="resource"\} 0$/m)
    assert.match(text, /^peerwatch_observations_total\{outcome="bad"\} 3$/m)
    assert.match(text, /^peerwatch_neighbours\{state="connected"\} 3$/m)
    assert.match(text, /^peerwatch_pending_reports 4$/m)
    assert.match(text, /^peerwatch_stored_bytes 4096$/m)
    assert.doesNotMatch(text, /peerwatch_registered_peers/, 'no seed')
    assert.match(text, /^peerwatch_faults_total\{protocol="other"\} 68$/m)
    assert.equal(text.match(/^peerwatch_faults_total\{/gm)?.length, 33)
  })
})
