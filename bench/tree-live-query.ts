import { PRESETS, TOLD_AFTER_WINDOWS } from '@peerwatch/model'
import { atMost, quantile, ratios, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { liveReporters, liveTier, somePeers } from './live-tier.ts'
import { startWorker } from './workers.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'
import type { Asked } from './worker/nodes.ts'
import type { Worker } from './workers.ts'

const TRUSTED = 15
const REPORTERS = 64
const SUBJECTS = 1_000
const DEGREE = 32
const CHUNK = 100
const PRESET = 'lan'
const { windowMs } = PRESETS[PRESET]
/** All have reported, and it is so long ago that it is told. */
const TOLD_MS = (TOLD_AFTER_WINDOWS + 2) * windowMs

/** Each reporter sends what it has of a window in the course of the next: some 200 reports a second. Stops when `over` aborts. */
async function flow(load: Worker, over: AbortSignal): Promise<void> {
  for (let sent = 0; !over.aborted; sent++) {
    if (sent % DEGREE === 0) await load.call('signMore', { windows: 1 })
    const startedMs = performance.now()
    const { answers } = await load.call('sendReports', { each: 1 })
    // a node that is late itself takes a report at the next try
    if (answers['stored'] !== REPORTERS) throw new Error(`reports were not stored: ${JSON.stringify(answers)}`)
    await sleep(Math.max(0, windowMs / DEGREE - (performance.now() - startedMs)))
  }
}

/** Some at a time: on a busy machine all of them take longer than one command may. */
async function askedFor(peer: Worker, subjects: readonly PeerIdString[], routes: readonly (PeerIdString | undefined)[]): Promise<Asked> {
  const parts: Asked[] = []
  for (let at = 0; at < subjects.length; at += CHUNK) {
    parts.push(await peer.call('askThrough', { subjects: subjects.slice(at, at + CHUNK), routes: routes.slice(at, at + CHUNK) }))
  }
  const all = (name: Exclude<keyof Asked, 'known'>): number[] => parts.flatMap(part => part[name])
  return { known: parts.reduce((sum, { known }) => sum + known, 0), coldMs: all('coldMs'), warmMs: all('warmMs'), hopMs: all('hopMs'), hopsMs: all('hopsMs') }
}

/** What a question costs where most answers lie at another trusted node, while reports come in. */
export async function queries(context: BenchContext): Promise<Figure[]> {
  const { quick, say } = context
  const runs = quick ? 1 : 5
  const tier = await liveTier(context, { trusted: TRUSTED, preset: PRESET, maxDegree: DEGREE })
  const subjects = await somePeers(SUBJECTS)
  const load = await liveReporters(tier, { count: REPORTERS, subjects, degree: DEGREE, windows: 0, firstBefore: 1 })
  for (const { worker } of tier.trusted) {
    await worker.call('startEcho')
    await worker.call('startRelay')
  }
  const peer = startWorker()
  await peer.call('startNodes', { file: tier.network.file, specs: [{ role: 'peer', name: 'asker', neighbours: false, chat: false }] })
  const entry = await peer.call('entryOf')
  const { worker } = tier.trusted.find(({ id }) => id === entry)!
  const over = new AbortController()
  const flowing = flow(load, over.signal)
  flowing.catch((error: unknown) => say(`the flow of reports ended: ${String(error)}`))
  await sleep(TOLD_MS)
  const values = { cold50: [], cold99: [], warm50: [], warm99: [], hop50: [], hop99: [], hops50: [], hops99: [] } as Record<string, number[]>
  // the first goes to open streams and compile
  for (let run = 0; run <= runs; run++) {
    // an answer is remembered until the window ends: none of this run comes from a cache
    await sleep(windowMs - (Date.now() % windowMs))
    const routes = await worker.call('routes', { subjects })
    const { known, ...all } = await askedFor(peer, subjects, routes)
    say(`${run === 0 ? 'warm-up' : `run ${run}`}: ${known} of ${SUBJECTS} standings known, ${routes.filter(route => route != null).length} lie at another node`)
    if (run === 0) continue
    for (const [name, ms] of Object.entries({ cold: all.coldMs, warm: all.warmMs, hop: all.hopMs, hops: all.hopsMs })) {
      values[`${name}50`]!.push(quantile(ms, 0.5))
      values[`${name}99`]!.push(quantile(ms, 0.99))
    }
  }
  over.abort()
  await flowing
  const of = (one: string, other: string): number[] => ratios(values[one]!, values[other]!)
  return [
    atMost('tree: cold query, p50 of an echo over as many hops', '×', 2, of('cold50', 'hops50')),
    atMost('tree: cold query, p99 of an echo over as many hops', '×', 2, of('cold99', 'hops99')),
    atMost('tree: warm query, p50 of an echo of one hop', '×', 2, of('warm50', 'hop50')),
    atMost('tree: warm query, p99 of an echo of one hop', '×', 2, of('warm99', 'hop99')),
    ...Object.entries(values).map(([name, ms]) => shown(`tree: ${NAMES[name]}`, 'ms', ms))
  ]
}

const NAMES: Readonly<Record<string, string>> = {
  cold50: 'cold query, p50',
  cold99: 'cold query, p99',
  warm50: 'warm query, p50',
  warm99: 'warm query, p99',
  hop50: 'echo of one hop, p50',
  hop99: 'echo of one hop, p99',
  hops50: 'echo over as many hops, p50',
  hops99: 'echo over as many hops, p99'
}
