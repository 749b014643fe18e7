import { shuffled } from '@peerwatch/model'
import { areaUnderCurve, train } from './classifier.ts'
import { atMost, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { benchNetwork } from './network-keys.ts'
import { startWorker } from './workers.ts'
import type { Benchmark, BenchContext } from './benchmark.ts'
import type { Sample } from './classifier.ts'
import type { NodeSpec } from './worker/nodes.ts'

const TRUSTED = 3
const WATCHERS = 4
const PEERS = 16
/** As peers speak by default. */
const CHAT = { everyMs: 5_000, count: Infinity, firstSights: false }
const POLL_MS = 100
const WATCHERS_WITHIN_MS = 60_000

/** A neighbour as one peer saw it, with the answer. */
interface Seen {
  readonly isWatcher: boolean
  readonly atTrustedHost: number
  readonly features: Readonly<Record<string, number>>
}

async function look(context: BenchContext, livedMs: number): Promise<Seen[]> {
  const folder = context.folder('network')
  const { file, seeds, trusted } = await benchNetwork({ preset: 'demo', seeds: 1, trusted: TRUSTED, watchers: WATCHERS, folder })
  // all in one process: else peers would be told by being in the process of the one who looks
  const all = startWorker()
  const hosts = { trusted: new Set(['127.0.0.1']) }
  let named = 0
  const startPeer = async (): Promise<void> => {
    // each peer is a machine of its own; watchers listen where their trusted node does
    const name = `peer-${++named}`
    const spec: NodeSpec = { role: 'peer', name, dataDir: `${folder}/${name}`, listen: `/ip4/127.0.2.${named}/tcp/0`, chat: CHAT }
    await all.call('startNodes', { file, specs: [spec] })
  }
  const startTrusted = async (node: NodeSpec): Promise<void> => {
    const before = (await all.call('watcherIds')).length
    await all.call('startNodes', { file, specs: [{ ...node, chat: CHAT }] })
    const endMs = performance.now() + WATCHERS_WITHIN_MS
    while ((await all.call('watcherIds')).length < before + WATCHERS) {
      if (performance.now() > endMs) throw new Error('a watcher did not start')
      await sleep(POLL_MS)
    }
  }
  try {
    await all.call('startNodes', { file, specs: seeds })
    // in any order, each when the one before is there with its watchers: age must not tell by the order in which we start things
    const starts = [...trusted.map(node => async () => startTrusted(node)), ...Array.from({ length: PEERS }, () => startPeer)]
    for (const start of shuffled(starts, context.rng)) await start()
    await sleep(livedMs)
    const watchers = new Set<string>(await all.call('watcherIds'))
    const infrastructure = new Set(file.seeds.map(address => address.split('/').at(-1)!))
    const seen = await all.call('seenNeighbours')
    const roster = new Set<string>(await all.call('rosterMembers'))
    return seen
      .filter(({ neighbour }) => !infrastructure.has(neighbour) && !roster.has(neighbour))
      .map(({ neighbour, hosts: listened, features }) => ({
        isWatcher: watchers.has(neighbour),
        atTrustedHost: Number(listened.some(host => hosts.trusted.has(host))),
        features
      }))
  } finally {
    await all.stop()
  }
}

function sampleOf(seen: Seen, names: readonly string[], withAddress: boolean): Sample {
  const features = names.map(name => seen.features[name] ?? 0)
  return { isPositive: seen.isWatcher, features: withAddress ? [...features, seen.atTrustedHost] : features }
}

/** Learns on all networks but one and is tried on that one, each in turn. */
function areasByNetwork(networks: readonly (readonly Seen[])[], names: readonly string[], withAddress: boolean): number[] {
  return networks.map((tried, at) => {
    const learned = networks.filter((_, other) => other !== at).flat()
    const score = train(learned.map(seen => sampleOf(seen, names, withAddress)))
    return areaUnderCurve(tried.map(seen => ({ score: score(sampleOf(seen, names, withAddress).features), isPositive: seen.isWatcher })))
  })
}

async function run(context: BenchContext) {
  const { quick, say } = context
  const networks: Seen[][] = []
  for (let at = 1; at <= (quick ? 3 : 6); at++) {
    const seen = await look(context, quick ? 10_000 : 20_000)
    say(`network ${at}: ${seen.length} neighbours seen, ${seen.filter(({ isWatcher }) => isWatcher).length} of them watchers`)
    networks.push(seen)
  }
  const all = networks.flat()
  const names = Object.keys(all[0]!.features)
  const single = names
    .map(name => ({ name, area: areaUnderCurve(all.map(seen => ({ score: seen.features[name]!, isPositive: seen.isWatcher }))) }))
    .toSorted((a, b) => Math.abs(b.area - 0.5) - Math.abs(a.area - 0.5))
  say(`by one feature alone (AUC): ${single.map(({ name, area }) => `${name} ${area.toFixed(2)}`).join(', ')}`)
  return [
    atMost('tell: AUC without the address', 'AUC', 0.6, areasByNetwork(networks, names, false)),
    shown('tell: AUC with the address', 'AUC', areasByNetwork(networks, names, true))
  ]
}

/** Tries to tell watchers from peers by what a peer sees of its neighbours. 0.5 is guessing. */
export const tell: Benchmark = { name: 'tell', about: 'a classifier tries to tell watchers from peers', run }
