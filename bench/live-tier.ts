import { PRESETS, windowAt } from '@peerwatch/model'
import { benchNetwork, keyPairs, peerOf } from './network-keys.ts'
import { sleep } from './gossip-run.ts'
import { startWorker } from './workers.ts'
import type { PeerIdString, Place, PresetName } from '@peerwatch/model'
import type { BenchContext } from './benchmark.ts'
import type { BenchNetwork } from './network-keys.ts'
import type { Worker } from './workers.ts'

const OLDEST = 350
const LINKED_WITHIN_MS = 120_000
const POLL_MS = 250

export interface LiveTier {
  readonly network: BenchNetwork
  readonly seed: Worker
  /** A process for each trusted node. */
  readonly trusted: readonly { readonly worker: Worker; readonly id: PeerIdString; readonly address: string }[]
  /** CPU that all have used so far, in ms, each. */
  readonly cpuMs: () => Promise<number[]>
}

export interface LiveTierInit {
  readonly trusted: number
  readonly preset: PresetName
  readonly maxDegree?: number
  readonly starts?: readonly Place[]
}

/** A tier of real nodes, a process each; all are linked with all. */
export async function liveTier({ folder }: BenchContext, { trusted: count, preset, maxDegree = 32, starts }: LiveTierInit): Promise<LiveTier> {
  const network = await benchNetwork({
    preset,
    seeds: 1,
    trusted: count,
    watchers: 0,
    folder: folder(`tier-of-${count}`),
    requestsPerSecond: 100_000,
    maxDegree,
    ...(starts != null && { starts })
  })
  const { file } = network
  const seed = startWorker()
  await seed.call('startNodes', { file, specs: network.seeds })
  const trusted = await Promise.all(
    network.trusted.map(async spec => {
      const worker = startWorker()
      const [node] = await worker.call('startNodes', { file, specs: [spec] })
      return { worker, id: node!.id, address: node!.address }
    })
  )
  const tier: LiveTier = { network, seed, trusted, cpuMs: async () => Promise.all(trusted.map(async ({ worker }) => worker.call('cpuMs'))) }
  await linked(tier)
  return tier
}

/** Until every trusted node reaches every other. */
export async function linked({ trusted }: Pick<LiveTier, 'trusted'>): Promise<void> {
  const endMs = performance.now() + LINKED_WITHIN_MS
  for (const { worker } of trusted) {
    while (!(await worker.call('isLinkedWithAll'))) {
      if (performance.now() > endMs) throw new Error(`the trusted nodes are not linked within ${LINKED_WITHIN_MS} ms`)
      await sleep(POLL_MS)
    }
  }
}

export interface Reporting {
  readonly count: number
  readonly subjects: readonly PeerIdString[]
  /** Subjects of each reporter. */
  readonly degree: number
  readonly windows: number
  /** How many windows ago the first is of which they report. Default: as many as a report may be late, and a few less. */
  readonly firstBefore?: number
}

/** Reporters in a process of their own, linked with the entries by turns. */
export async function liveReporters({ network, trusted }: LiveTier, { count, subjects, degree, windows, firstBefore = OLDEST }: Reporting): Promise<Worker> {
  for (const { worker } of trusted) await worker.call('registered', { subjects })
  const load = startWorker()
  const { windowMs } = PRESETS[network.preset]
  const firstWindow = windowAt(Date.now(), windowMs) - firstBefore
  await load.call('prepareReporters', { file: network.file, seedKey: network.seeds[0]!.key!, count, subjects, degree, firstWindow, windows })
  await load.call('connectReporters', { entries: trusted.map(({ address }) => address) })
  return load
}

export async function somePeers(count: number): Promise<PeerIdString[]> {
  return (await keyPairs(count)).map(peerOf)
}
