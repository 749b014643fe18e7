import { seededRng, shuffled } from '@peerwatch/model'
import { atMost, ratios, shown } from './figure.ts'
import { gossipRun, valuesOf } from './gossip-run.ts'
import { benchNetwork } from './network-keys.ts'
import { startWorker } from './workers.ts'
import type { Rng } from '@peerwatch/model'
import type { Benchmark, BenchContext } from './benchmark.ts'
import type { GossipRun } from './gossip-run.ts'

const HONEST = 20
const FLOODED = 7
/** Slow enough that two cores carry the hosts, the tier and the flooder together; else the figure would be the machine's. */
const LOAD = { processes: [HONEST], degree: 8, messagesPerSecond: 4, bytes: 200 }
const SETTLE_MS = 8_000
/** The flooder is cut two windows after it began: all of this is flooded. */
const MEASURED_MS = 15_000

async function honest(context: BenchContext, isFlooded: boolean, rng: Rng): Promise<GossipRun> {
  const folder = context.folder(isFlooded ? 'flooded' : 'quiet')
  const { file, seeds, trusted } = await benchNetwork({ preset: 'lan', seeds: 1, trusted: 3, watchers: 1, folder })
  const tier = startWorker({ elsewhere: true })
  const flooder = startWorker()
  const before = async (addresses: readonly string[]): Promise<void> => {
    if (!isFlooded) return
    await flooder.call('startNodes', {
      file,
      specs: [{ role: 'peer', name: 'flooder', neighbours: false, chat: { everyMs: 5_000, count: 0, firstSights: false } }]
    })
    await flooder.call('dialFromNodes', { addresses: shuffled(addresses, rng).slice(0, FLOODED) })
    await flooder.call('misbehave', { behaviour: 'floods' })
  }
  try {
    await tier.call('startNodes', { file, specs: [...seeds, ...trusted] })
    return await gossipRun({ ...LOAD, settleMs: SETTLE_MS, measuredMs: MEASURED_MS, folder, rng, file, before })
  } finally {
    await Promise.all([tier.stop(), flooder.stop()])
  }
}

async function run(context: BenchContext) {
  const { quick, say } = context
  const quiet: GossipRun[] = []
  const flooded: GossipRun[] = []
  for (let pair = 1; pair <= (quick ? 2 : 7); pair++) {
    // both over the same links
    const links = Math.floor(context.rng() * 2 ** 32)
    const first = await honest(context, false, seededRng(links))
    const second = await honest(context, true, seededRng(links))
    say(`pair ${pair}: p99 ${first.p99Ms.toFixed(1)} → ${second.p99Ms.toFixed(1)} ms, delivered ${first.delivered.toFixed(4)} → ${second.delivered.toFixed(4)}`)
    quiet.push(first)
    flooded.push(second)
  }
  return [
    atMost('flood: p99 flooded of quiet', '×', 1.5, ratios(valuesOf(flooded, 'p99Ms'), valuesOf(quiet, 'p99Ms'))),
    shown('flood: p99 quiet', 'ms', valuesOf(quiet, 'p99Ms')),
    shown('flood: p99 flooded', 'ms', valuesOf(flooded, 'p99Ms')),
    shown('flood: delivered flooded', 'share', valuesOf(flooded, 'delivered')),
    shown('flood: CPU flooded of quiet', '×', ratios(valuesOf(flooded, 'cpuMs'), valuesOf(quiet, 'cpuMs')))
  ]
}

/** Gossip of 20 honest peers while a flooder, in its own process, opens ping streams to seven of them: from the first stream on. */
export const flood: Benchmark = { name: 'flood', about: 'gossip of honest peers with a flooder among them', run }
