import { shuffled } from '@peerwatch/model'
import { gossipTopics } from '@peerwatch/peer'
import { quantile } from './figure.ts'
import { startWorker } from './workers.ts'
import type { Rng } from '@peerwatch/model'
import type { NetworkFile } from '../packages/link/src/network.ts'
import type { Worker } from './workers.ts'

export interface GossipInit {
  /** Hosts in each process. */
  readonly processes: readonly number[]
  readonly degree: number
  readonly messagesPerSecond: number
  readonly bytes: number
  readonly settleMs: number
  readonly measuredMs: number
  readonly folder: string
  readonly rng: Rng
  /** Absent: bare libp2p. */
  readonly file?: NetworkFile
  /** Further bare hosts, linked as much, in a process that is not counted: where the other side has watchers. */
  readonly company?: number
  /** Just before measuring begins. */
  readonly before?: (addresses: readonly string[]) => Promise<void>
}

export interface GossipRun {
  readonly p50Ms: number
  readonly p99Ms: number
  /** Share of the deliveries that there should be. */
  readonly delivered: number
  readonly cpuMs: number
  readonly rssBytes: number
}

/** The first messages of a process run code that nobody has compiled yet. */
const WARM_UP_MS = 4_000
/** What was published last still travels. */
const TRAVEL_MS = 2_000

/** Hosts in their own processes, gossip at a steady rate, and what it took. */
export async function gossipRun(init: GossipInit): Promise<GossipRun> {
  const topic = gossipTopics('bench').chat
  const workers = init.processes.map(() => startWorker())
  const company = init.company == null ? undefined : startWorker({ elsewhere: true })
  try {
    const addresses = await Promise.all(
      workers.map(async (worker, index) =>
        worker.call('startHosts', { count: init.processes[index]!, folder: `${init.folder}/${index}`, topic, ...(init.file != null && { file: init.file }) })
      )
    )
    await dialAll(workers, addresses, init)
    if (company != null) await join(company, init, topic, addresses.flat())
    await sleep(init.settleMs)
    await inAll(workers, async worker => worker.call('publish', { topic, bytes: init.bytes, everyMs: (1000 * workers.length) / init.messagesPerSecond }))
    await sleep(WARM_UP_MS)
    await init.before?.(addresses.flat())
    const fromMs = performance.timeOrigin + performance.now()
    const before = sum(await inAll(workers, async worker => worker.call('startCounting', { fromMs })))
    await sleep(init.measuredMs)
    await inAll(workers, async worker => worker.call('stopPublishing'))
    await sleep(TRAVEL_MS)
    const after = await inAll(workers, async worker => worker.call('usage'))
    const deliveries = await inAll(workers, async worker => worker.call('deliveries'))
    const latenciesMs = deliveries.flatMap(delivery => delivery.latenciesMs)
    const published = sum(deliveries.map(delivery => delivery.published))
    return {
      p50Ms: quantile(latenciesMs, 0.5),
      p99Ms: quantile(latenciesMs, 0.99),
      delivered: latenciesMs.length / (published * (addresses.flat().length - 1)),
      cpuMs: sum(after.map(({ cpuMs }) => cpuMs)) - before,
      rssBytes: sum(after.map(({ rssBytes }) => rssBytes))
    }
  } finally {
    await inAll(workers, async worker => worker.stop())
    await company?.stop()
  }
}

async function join(company: Worker, { company: count = 0, degree, folder, rng }: GossipInit, topic: string, addresses: readonly string[]): Promise<void> {
  await company.call('startHosts', { count, folder: `${folder}/company`, topic })
  const links = Array.from({ length: count }, (_, from) =>
    shuffled(addresses, rng)
      .slice(0, degree)
      .map(to => ({ from, to }))
  )
  await company.call('dialFromHosts', { links: links.flat() })
}

async function dialAll(workers: readonly Worker[], addresses: readonly (readonly string[])[], { degree, rng }: GossipInit): Promise<void> {
  const places = addresses.flatMap((own, worker) => own.map((address, from) => ({ worker, from, address })))
  const links = workers.map(() => [] as { from: number; to: string }[])
  for (const [a, b] of randomLinks(places.length, degree, rng)) links[places[a]!.worker]!.push({ from: places[a]!.from, to: places[b]!.address })
  await Promise.all(workers.map(async (worker, index) => worker.call('dialFromHosts', { links: links[index]! })))
}

/** Half as many random rings as the degree: connected, and everybody has about as many neighbours. */
export function randomLinks(count: number, degree: number, rng: Rng): [number, number][] {
  const links = new Map<string, [number, number]>()
  for (let ring = 0; ring < degree / 2; ring++) {
    const order = shuffled(
      Array.from({ length: count }, (_, index) => index),
      rng
    )
    for (const [at, a] of order.entries()) {
      const b = order[(at + 1) % count]!
      links.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [a, b])
    }
  }
  return [...links.values()]
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

async function inAll<R>(workers: readonly Worker[], run: (worker: Worker) => Promise<R>): Promise<R[]> {
  return Promise.all(workers.map(run))
}

export async function sleep(ms: number): Promise<void> {
  await new Promise(resolve => {
    setTimeout(resolve, ms)
  })
}

export function valuesOf(runs: readonly GossipRun[], what: keyof GossipRun): number[] {
  return runs.map(run => run[what])
}
