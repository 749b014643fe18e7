/**
 * A fault that is over must be over for the network too: nobody is cut, evicted or lost for it, and it leaves no traffic behind that keeps itself going.
 *
 * 27 hosts with the `demo` preset: 2 seeds, 3 trusted nodes with two watchers each inside, 16 peers; the tests follow each other on them.
 * What is waited for counts windows that every host closed in time, so that a machine with other work beside it takes longer and fails no more.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sentBytes, statusOf } from './asking.ts'
import { watchLogs, WINDOW_MS } from './good-windows.ts'
import { makeNetwork, startNetwork } from './network.ts'
import { keepOnFailure } from './support.ts'
import type { Watch } from './good-windows.ts'
import type { NetworkSize, ProcessNetwork } from './network.ts'
import type { LogLine, NodeProcess } from './processes.ts'

const PEERS = 16
/** The default of `--target-degree`. */
const TARGET_DEGREE = 8
const COMES_UP_WITHIN_WINDOWS = 60
/** Back at the degree, and as quiet as before. */
const WHOLE_WITHIN_WINDOWS = 5
const QUIET_AFTER_WINDOWS = 3
/** Windows over which traffic is added up: less than a burst lasts. */
const SPAN_WINDOWS = 3
const HEALTHY_WINDOWS = 10
const MOST_TIMES_HEALTHY = 4
/** What a node may send in a window beside: a healthy one that hardly speaks is no measure. */
const SPARE_BYTES = 32 * 1024

interface Street {
  readonly network: ProcessNetwork
  readonly watch: Watch
  readonly all: readonly NodeProcess[]
}

async function made(name: string, size: NetworkSize): Promise<Street> {
  const network = await makeNetwork(name, size, 2)
  return { network, watch: watchLogs(network.all()), all: network.all() }
}

async function comesUp(street: Street): Promise<void> {
  await startNetwork(street.network)
  await street.watch.within(COMES_UP_WITHIN_WINDOWS, street.all, 'all registered and linked', async () => isWhole(street))
}

async function isWhole({ network: { seeds, trusted, peers } }: Street): Promise<boolean> {
  const statuses = await Promise.all([...seeds, ...trusted, ...peers].map(statusOf))
  const registered = statuses.every(({ registry, role }) => role === 'seed' || registry.state === 'registered')
  const linked = statuses.filter(({ role }) => role === 'peer').every(({ neighbours }) => linksOf(neighbours) >= TARGET_DEGREE)
  return registered && linked && statuses.every(({ seed }) => seed == null || seed.registered >= PEERS)
}

function linksOf(neighbours: readonly { readonly state: string }[]): number {
  return neighbours.filter(({ state }) => state === 'connected').length
}

function told(lines: readonly LogLine[], fromMs: number, ...events: string[]): LogLine[] {
  return lines.filter(({ event, time }) => events.includes(event) && Date.parse(time) >= fromMs)
}

/** Misses per window, of all hosts together. */
async function missesPerWindow({ watch, all }: Street, windows: number): Promise<number> {
  const fromMs = Date.now()
  await watch.pass(windows, all)
  return told(watch.lines(), fromMs, 'neighbour:missed').length / ((Date.now() - fromMs) / WINDOW_MS)
}

/** Bytes sent by each node, read about once a window. */
interface Meter {
  readonly stop: () => Promise<void>
  /** Most bytes a window that this node sent over any `SPAN_WINDOWS` since `fromMs`. */
  readonly most: (node: NodeProcess, fromMs: number) => number
  readonly mean: (node: NodeProcess, fromMs: number, toMs: number) => number
}

function meter(nodes: readonly NodeProcess[], isStopped: (node: NodeProcess) => boolean): Meter {
  const readings = new Map<NodeProcess, { atMs: number; bytes: number }[]>(nodes.map(node => [node, []]))
  const over = new AbortController()
  const read = async (node: NodeProcess): Promise<void> => {
    // who is stopped answers when it runs again
    if (isStopped(node)) return
    const bytes = await sentBytes(node)
    readings.get(node)?.push({ atMs: Date.now(), bytes })
  }
  const reading = (async () => {
    while (!over.signal.aborted) {
      await Promise.all(nodes.map(read))
      await pause(WINDOW_MS)
    }
  })()
  const rates = (node: NodeProcess, fromMs: number, leastMs: number): number[] => {
    const since = (readings.get(node) ?? []).filter(({ atMs }) => atMs >= fromMs)
    return since.flatMap((first, index) => {
      const last = since.slice(index + 1).find(({ atMs }) => atMs - first.atMs >= leastMs)
      return last == null ? [] : [((last.bytes - first.bytes) * WINDOW_MS) / (last.atMs - first.atMs)]
    })
  }
  return {
    stop: async () => {
      over.abort()
      await reading
    },
    most: (node, fromMs) => Math.max(0, ...rates(node, fromMs, SPAN_WINDOWS * WINDOW_MS)),
    mean: (node, fromMs, toMs) => {
      const within = (readings.get(node) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
      const [first, last] = [within[0], within.at(-1)]
      return first == null || last == null || first === last ? 0 : ((last.bytes - first.bytes) * WINDOW_MS) / (last.atMs - first.atMs)
    }
  }
}

interface Fault {
  readonly stopped: readonly NodeProcess[]
  readonly forMs: number
}

/** What was told while the fault lasted and until the network was whole and quiet again. */
async function through(street: Street, { stopped, forMs }: Fault): Promise<LogLine[]> {
  const { watch, all } = street
  const still = new Set<NodeProcess>()
  const measured = meter(all, node => still.has(node))
  const healthyMs = Date.now()
  const missesBefore = await missesPerWindow(street, HEALTHY_WINDOWS)
  const fromMs = Date.now()
  for (const node of stopped) {
    still.add(node)
    node.signal('SIGSTOP')
  }
  await pause(forMs)
  for (const node of stopped) {
    node.signal('SIGCONT')
    still.delete(node)
  }
  await watch.within(WHOLE_WITHIN_WINDOWS, all, 'all registered and at their target of links', async () => isWhole(street))
  await watch.pass(QUIET_AFTER_WINDOWS, all)
  const missesAfter = await missesPerWindow(street, QUIET_AFTER_WINDOWS)
  await measured.stop()
  assert.ok(missesAfter <= missesBefore + 1, `${missesAfter} misses a window, ${missesBefore} before`)
  const lines = watch.lines()
  assert.deepEqual(told(lines, fromMs, 'neighbour:cut', 'peer:evicted', 'certificate:made'), [], 'nobody is cut or evicted')
  for (const node of all) {
    const healthy = measured.mean(node, healthyMs, fromMs)
    const most = measured.most(node, fromMs)
    assert.ok(most <= MOST_TIMES_HEALTHY * healthy + SPARE_BYTES, `${node.name} sent ${Math.round(most)} bytes a window, healthy ${Math.round(healthy)}`)
  }
  return lines.filter(({ time }) => Date.parse(time) >= fromMs)
}

function half({ seeds, trusted, peers }: ProcessNetwork, seedsCount: number): NodeProcess[] {
  return [...seeds.slice(0, seedsCount), ...trusted.slice(0, 1), ...peers.slice(0, PEERS / 2 + 1 - seedsCount)]
}

suite('faults of half a network', () => {
  let street: Street

  before(async () => {
    street = await made('half', { seeds: 2, trusted: 3, peers: PEERS })
    await comesUp(street)
  })
  afterEach(context => keepOnFailure(context, street.network.place))
  after(async () => street.network.place.close())

  test('half of the processes stand still for 4 s: nobody is removed, cut or evicted, and it is soon as if nothing had been', async () => {
    const lines = await through(street, { stopped: half(street.network, 1), forMs: 4_000 })
    assert.deepEqual(told(lines, 0, 'peer:removed'), [])
  })

  test('half of the processes stand still for 15 s: only they may be removed, and five windows later they are back', async () => {
    const stopped = half(street.network, 0)
    const lines = await through(street, { stopped, forMs: 15_000 })
    const removed = new Set(told(lines, 0, 'peer:removed').map(line => String(line['peer'])))
    const living = street.all.filter(node => !stopped.includes(node)).map(node => node.id())
    assert.deepEqual(
      living.filter(id => removed.has(id)),
      []
    )
  })
})

suite('the only seed', () => {
  /** Longer than a registration lasts without renewal. */
  const STOPPED_MS = 75_000
  let street: Street

  before(async () => {
    street = await made('one-seed', { seeds: 1, trusted: 3, peers: PEERS })
    await comesUp(street)
  })
  afterEach(context => keepOnFailure(context, street.network.place))
  after(async () => street.network.place.close())

  test('stands still for longer than a registration lasts: nobody is dropped, no stamp renewed, no report refused', async () => {
    const [seed] = street.network.seeds
    assert.ok(seed != null)
    const lines = await through(street, { stopped: [seed], forMs: STOPPED_MS })
    assert.deepEqual(told(lines, 0, 'peer:removed', 'peer:goodbye', 'report:refused'), [])
    assert.deepEqual(
      told(lines, 0, 'peer:registered').filter(line => line['isNew'] === true),
      [],
      'it never forgot anybody'
    )
  })
})
