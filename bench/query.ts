import { PRESETS, TOLD_AFTER_WINDOWS, windowAt } from '@peerwatch/model'
import { atMost, quantile, ratios, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { benchNetwork, keyPairs, peerOf } from './network-keys.ts'
import { startWorker } from './workers.ts'
import type { Benchmark, BenchContext } from './benchmark.ts'

const SUBJECTS = 1_000
const REPORTERS = 4
const WINDOWS = 2
/** Short windows: nobody is told of a standing before it is six windows old. */
const PRESET = 'demo'
const TOLD_MS = (TOLD_AFTER_WINDOWS + 3) * PRESETS[PRESET].windowMs
/** Between two runs: a trusted node takes 500 questions a second from one peer. */
const REST_MS = 1_500
const CHUNK = 500

async function run({ quick, folder, say }: BenchContext) {
  const network = await benchNetwork({ preset: PRESET, seeds: 1, trusted: 2, watchers: 0, folder: folder('network'), maxDegree: SUBJECTS })
  const { file } = network
  const tier = startWorker()
  await tier.call('startNodes', { file, specs: [...network.seeds, ...network.trusted] })
  await tier.call('startEcho')
  const subjects = (await keyPairs(SUBJECTS)).map(peerOf)
  const load = startWorker()
  const firstWindow = windowAt(Date.now(), PRESETS[PRESET].windowMs) - WINDOWS
  await load.call('prepareReporters', { file, seedKey: network.seeds[0]!.key!, count: REPORTERS, subjects, firstWindow, windows: WINDOWS })
  const reports = (await load.call('signedReports')).flatMap(({ encoded }) => encoded)
  await load.stop()
  for (let at = 0; at < reports.length; at += CHUNK) {
    const outcomes = await tier.call('keepReports', { reports: reports.slice(at, at + CHUNK) })
    if (outcomes.some(outcome => outcome !== 'stored')) throw new Error(`reports were not stored: ${[...new Set(outcomes)].join(', ')}`)
  }
  const peer = startWorker()
  await peer.call('startNodes', { file, specs: [{ role: 'peer', name: 'asker', neighbours: false, chat: false }] })
  await sleep(TOLD_MS)
  const ours = { p50: [] as number[], p99: [] as number[] }
  const bare = { p50: [] as number[], p99: [] as number[] }
  // the first goes to open streams and compile
  for (let at = 0; at <= (quick ? 2 : 5); at++) {
    const { queriesMs, echoesMs, known } = await peer.call('ask', { subjects })
    say(`${at === 0 ? 'warm-up' : `run ${at}`}: ${known} of ${SUBJECTS} standings known`)
    if (known < SUBJECTS) throw new Error('a standing that was stored is unknown')
    await sleep(REST_MS)
    if (at === 0) continue
    ours.p50.push(quantile(queriesMs, 0.5))
    ours.p99.push(quantile(queriesMs, 0.99))
    bare.p50.push(quantile(echoesMs, 0.5))
    bare.p99.push(quantile(echoesMs, 0.99))
  }
  return [
    atMost('query: p50 of a bare echo', '×', 2, ratios(ours.p50, bare.p50)),
    atMost('query: p99 of a bare echo', '×', 2, ratios(ours.p99, bare.p99)),
    shown('query: standing p50', 'ms', ours.p50),
    shown('query: standing p99', 'ms', ours.p99),
    shown('query: echo p50', 'ms', bare.p50),
    shown('query: echo p99', 'ms', bare.p99)
  ]
}

/** What it costs a peer to ask for a standing, 1,000 subjects stored. */
export const query: Benchmark = { name: 'query', about: 'standing query against a bare echo', run }
