import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gossipTopics } from '@peerwatch/peer'
import { atMost, ratios, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { startMeasured } from './measured.ts'
import { benchNetwork } from './network-keys.ts'
import { startWorker } from './workers.ts'
import type { Benchmark, BenchContext } from './benchmark.ts'
import type { Measured, Memory } from './measured.ts'

const NEIGHBOURS = 8
/** What twenty peers say by default. */
const GOSSIP = { everyMs: 250, bytes: 200 }
const OWN_GOSSIP_MS = 5_000
const PEERWATCH = join(import.meta.dirname, '../packages/cli/bin/peerwatch.js')
const BARE = join(import.meta.dirname, 'worker/bare-host.ts')

interface Pair {
  readonly ours: Measured
  readonly bare: Measured
  readonly end: () => Promise<void>
}

/** A peer in a network of its own, and a bare host, both linked with the same eight bare hosts. */
async function startPair({ folder: newFolder }: BenchContext, env: NodeJS.ProcessEnv): Promise<Pair> {
  const folder = newFolder('pair')
  const network = join(folder, 'public')
  // without watchers: they would be neighbours of the peer alone
  const { file, seeds, trusted } = await benchNetwork({ preset: 'lan', seeds: 1, trusted: 3, watchers: 0, folder })
  mkdirSync(network)
  writeFileSync(join(network, 'network.json'), JSON.stringify(file))
  const topic = gossipTopics(file.name).chat
  const tier = startWorker({ elsewhere: true })
  const hosts = startWorker({ elsewhere: true })
  const ends: (() => Promise<void>)[] = [tier.stop, hosts.stop]
  const end = async (): Promise<void> => {
    await Promise.all(ends.splice(0).map(async stop => stop()))
  }
  try {
    await tier.call('startNodes', { file, specs: [...seeds, ...trusted] })
    await hosts.call('startHosts', { count: NEIGHBOURS, folder: join(folder, 'hosts'), topic })
    const ours = await startMeasured(PEERWATCH, ['peer', '--json-ready', '--network', network, '--data', join(folder, 'peer')], env)
    ends.unshift(ours.end)
    const bare = await startMeasured(BARE, [topic, String(OWN_GOSSIP_MS)], env)
    ends.unshift(bare.end)
    const links = Array.from({ length: NEIGHBOURS }, (_, from) => [ours, bare].map(({ address }) => ({ from, to: address })))
    await hosts.call('dialFromHosts', { links: links.flat() })
    await hosts.call('publish', { topic, ...GOSSIP })
    return { ours, bare, end }
  } catch (error) {
    await end()
    throw error
  }
}

async function run(context: BenchContext) {
  const { quick, say, folder } = context
  const measuredMs = quick ? 30_000 : 300_000
  // as in the image: what is run is compiled already
  const env = { ...process.env, NODE_COMPILE_CACHE: folder('compiled') }
  await (await startPair(context, env)).end()
  const pairs: Pair[] = []
  try {
    for (let number = 1; number <= (quick ? 2 : 3); number++) pairs.push(await startPair(context, env))
    say(`${pairs.length} pairs side by side for ${measuredMs / 1000} s`)
    await sleep(measuredMs)
    const ours = await Promise.all(pairs.map(async pair => pair.ours.memory()))
    const bare = await Promise.all(pairs.map(async pair => pair.bare.memory()))
    const of = (key: keyof Memory): number[] => ratios(megabytes(ours, key), megabytes(bare, key))
    return [
      atMost('memory: a peer of a bare host', '×', 1.25, of('rssBytes')),
      atMost('memory: the same after a collection', '×', 1.25, of('collectedBytes')),
      shown('memory: a peer', 'MB', megabytes(ours, 'rssBytes')),
      shown('memory: a bare host', 'MB', megabytes(bare, 'rssBytes')),
      shown('memory: a peer, after a collection', 'MB', megabytes(ours, 'collectedBytes')),
      shown('memory: a bare host, after a collection', 'MB', megabytes(bare, 'collectedBytes'))
    ]
  } finally {
    await Promise.all(pairs.map(async ({ end }) => end()))
  }
}

function megabytes(memories: readonly Memory[], key: keyof Memory): number[] {
  return memories.map(memory => memory[key] / 1e6)
}

/** `peerwatch peer`, as it is typed, beside a process with libp2p and gossipsub alone. */
export const memory: Benchmark = { name: 'memory', about: 'memory of a peer process and of a bare one with the same neighbours', run }
