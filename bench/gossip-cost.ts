import { PRESETS, seededRng } from '@peerwatch/model'
import { atMost, ratios, shown } from './figure.ts'
import { gossipRun, valuesOf } from './gossip-run.ts'
import { benchNetwork } from './network-keys.ts'
import { startWorker } from './workers.ts'
import type { Rng } from '@peerwatch/model'
import type { Benchmark, BenchContext } from './benchmark.ts'
import type { GossipRun } from './gossip-run.ts'

/** At most 30 hosts saturate no process. */
const PROCESSES = [25, 25]
const LOAD = { processes: PROCESSES, degree: 8, messagesPerSecond: 10, bytes: 200 }
const TRUSTED = 3
const WATCHERS = 6
/** Meshes form; with Peerwatch, everybody registers. */
const SETTLE_MS = 8_000
/** So that the interval of the median is narrower than what is to be seen. */
const PAIRS = 21

/** What the trusted nodes, the seed and their watchers took in the same time; they run on other machines in a real network. */
interface Watched extends GossipRun {
  readonly tierCpuMs: number
}

async function watched(context: BenchContext, measuredMs: number, rng: Rng): Promise<Watched> {
  const folder = context.folder('watched')
  const network = await benchNetwork({ preset: 'lan', seeds: 1, trusted: TRUSTED, watchers: WATCHERS / TRUSTED, folder })
  const tier = startWorker({ elsewhere: true })
  await tier.call('startNodes', { file: network.file, specs: [...network.seeds, ...network.trusted] })
  try {
    let beforeMs = 0
    const before = async (): Promise<void> => {
      beforeMs = (await tier.call('usage')).cpuMs
    }
    const ours = await gossipRun({ ...LOAD, settleMs: SETTLE_MS, measuredMs, folder, rng, file: network.file, before })
    return { ...ours, tierCpuMs: (await tier.call('usage')).cpuMs - beforeMs }
  } finally {
    await tier.stop()
  }
}

async function run(context: BenchContext) {
  const { quick, say } = context
  // whole windows, so that what happens once in each counts as often as it should
  const measuredMs = 2 * PRESETS.lan.windowMs
  const ours: Watched[] = []
  const bare: GossipRun[] = []
  for (let pair = 1; pair <= (quick ? 2 : PAIRS); pair++) {
    // both over the same links
    const links = Math.floor(context.rng() * 2 ** 32)
    const first = await gossipRun({ ...LOAD, settleMs: SETTLE_MS, measuredMs, folder: context.folder('bare'), rng: seededRng(links), company: WATCHERS })
    const second = await watched(context, measuredMs, seededRng(links))
    say(
      `pair ${pair}: CPU ${(second.cpuMs / first.cpuMs).toFixed(3)} ×, p99 ${first.p99Ms.toFixed(1)} → ${second.p99Ms.toFixed(1)} ms, delivered ${first.delivered.toFixed(4)} → ${second.delivered.toFixed(4)}`
    )
    bare.push(first)
    ours.push(second)
  }
  const bareP99 = valuesOf(bare, 'p99Ms')
  const seconds = measuredMs / 1000
  return [
    atMost('gossip-cost: CPU with of without', '×', 1.06, ratios(valuesOf(ours, 'cpuMs'), valuesOf(bare, 'cpuMs'))),
    atMost('gossip-cost: memory with of without', '×', 1.1, ratios(valuesOf(ours, 'rssBytes'), valuesOf(bare, 'rssBytes'))),
    atMost('gossip-cost: p99 with of without', '×', 1.15, ratios(valuesOf(ours, 'p99Ms'), bareP99)),
    shown(
      'gossip-cost: CPU of 50 hosts, without',
      'cores',
      valuesOf(bare, 'cpuMs').map(ms => ms / 1000 / seconds)
    ),
    shown(
      'gossip-cost: CPU of 50 hosts, with',
      'cores',
      valuesOf(ours, 'cpuMs').map(ms => ms / 1000 / seconds)
    ),
    shown(
      'gossip-cost: memory of 50 hosts, without',
      'MB',
      valuesOf(bare, 'rssBytes').map(bytes => bytes / 1e6)
    ),
    shown(
      'gossip-cost: memory of 50 hosts, with',
      'MB',
      valuesOf(ours, 'rssBytes').map(bytes => bytes / 1e6)
    ),
    shown('gossip-cost: p99 without', 'ms', bareP99),
    shown('gossip-cost: p99 with', 'ms', valuesOf(ours, 'p99Ms')),
    shown(
      'gossip-cost: CPU of the tier and its watchers, apart',
      'cores',
      ours.map(({ tierCpuMs }) => tierCpuMs / 1000 / seconds)
    ),
    shown('gossip-cost: delivered without', 'share', valuesOf(bare, 'delivered')),
    shown('gossip-cost: delivered with', 'share', valuesOf(ours, 'delivered'))
  ]
}

/** 50 hosts, degree 8, with Peerwatch and without; 6 more peers are watchers on one side, plain on the other; the trusted tier and its watchers run in a process that is not counted. */
export const gossipCost: Benchmark = { name: 'gossip-cost', about: 'CPU, memory and propagation with Peerwatch and without', run }
