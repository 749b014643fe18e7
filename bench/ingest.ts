import { windowAt, PRESETS } from '@peerwatch/model'
import { parseNetwork } from '../packages/link/src/network.ts'
import { atLeast, ratios, shown } from './figure.ts'
import { benchNetwork } from './network-keys.ts'
import { startWorker } from './workers.ts'
import type { Benchmark, BenchContext } from './benchmark.ts'
import type { NodeSpec } from './worker/nodes.ts'
import type { Worker } from './workers.ts'

const REPORTERS = 8
const SUBJECTS = 16
/** Windows whose reports one reporter sends in a run. */
const RUN_WINDOWS = 40
/** Long windows, so that none becomes too old while we measure. */
const PRESET = 'public'
const OLDEST = 350

async function cpuMsOf(workers: readonly Worker[]): Promise<number> {
  return (await Promise.all(workers.map(async worker => worker.call('cpuMs')))).reduce((sum, ms) => sum + ms, 0)
}

async function run({ quick, folder, say }: BenchContext) {
  const pairs = quick ? 2 : 7
  const each = RUN_WINDOWS * SUBJECTS
  const network = await benchNetwork({
    preset: PRESET,
    seeds: 1,
    trusted: 2,
    watchers: 0,
    folder: folder('network'),
    requestsPerSecond: 100_000,
    maxDegree: SUBJECTS
  })
  const { file } = network
  const { id: networkId } = await parseNetwork(file)
  const seedWorker = startWorker()
  await seedWorker.call('startNodes', { file, specs: network.seeds })
  const pair = network.trusted.map(() => startWorker())
  const entries: string[] = []
  for (const [index, worker] of pair.entries()) {
    await worker.call('countBatches')
    const [node] = await worker.call('startNodes', { file, specs: [network.trusted[index]!] })
    entries.push(node!.address)
  }
  const subjectSpecs = Array.from(
    { length: SUBJECTS },
    (_, index): NodeSpec => ({ role: 'peer', name: `subject-${index + 1}`, neighbours: false, chat: false })
  )
  const subjects = (await seedWorker.call('startNodes', { file, specs: subjectSpecs })).map(({ id }) => id)
  const load = startWorker()
  const firstWindow = windowAt(Date.now(), PRESETS[PRESET].windowMs) - OLDEST
  // one run warms up
  await load.call('prepareReporters', { file, seedKey: network.seeds[0]!.key!, count: REPORTERS, subjects, firstWindow, windows: (pairs + 1) * RUN_WINDOWS })
  await load.call('connectReporters', { entries })
  const signed = await load.call('signedReports')
  const ours: number[] = []
  const bare: number[] = []
  const batchSizes: number[] = []
  const oursUs: number[] = []
  const bareUs: number[] = []
  for (let at = 0; at <= pairs; at++) {
    await Promise.all(pair.map(async worker => worker.call('takeBatches')))
    const beforeMs = await cpuMsOf(pair)
    const { elapsedMs, answers } = await load.call('sendReports', { each })
    const usedMs = (await cpuMsOf(pair)) - beforeMs
    const total = REPORTERS * each
    if (answers['stored'] !== total) throw new Error(`not all of ${total} reports were stored: ${JSON.stringify(answers)}`)
    const batches = await Promise.all(pair.map(async worker => worker.call('takeBatches')))
    const batchRecords = batches.reduce((sum, { records }) => sum + records, 0) / batches.reduce((sum, { count }) => sum + count, 0)
    const reference = startWorker({ core: 0 })
    const some = signed.map(({ reporter, encoded }) => ({ reporter, encoded: encoded.slice(at * each, (at + 1) * each) }))
    const beforeRawMs = await cpuMsOf([reference])
    const raw = await reference.call('verifyAndWrite', { folder: folder('reference'), networkId, signed: some, batchRecords })
    const usedRawMs = (await cpuMsOf([reference])) - beforeRawMs
    await reference.stop()
    const figures = { ours: (1000 * total) / elapsedMs, bare: (1000 * raw.count) / raw.elapsedMs }
    say(
      `${at === 0 ? 'warm-up' : `pair ${at}`}: ${figures.ours.toFixed(0)} reports/s whole path, ${figures.bare.toFixed(0)}/s one core, ${batchRecords.toFixed(1)} records per batch`
    )
    if (at === 0) continue
    ours.push(figures.ours)
    bare.push(figures.bare)
    batchSizes.push(batchRecords)
    oursUs.push((1000 * usedMs) / total)
    bareUs.push((1000 * usedRawMs) / raw.count)
  }
  return [
    atLeast('ingest: whole path of one core verify + write', '×', 0.6, ratios(ours, bare)),
    shown('ingest: whole path, one trusted pair', 'reports/s', ours),
    shown('ingest: one core verifies and writes', 'reports/s', bare),
    shown('ingest: records per synced batch', 'records', batchSizes),
    shown('ingest: CPU of both trusted nodes per report', 'µs', oursUs),
    shown('ingest: CPU of one core verifying and writing per report', 'µs', bareUs)
  ]
}

/** Report ingest through stream, signature check, two durable copies and answer. */
export const ingest: Benchmark = { name: 'ingest', about: 'reports per second through a trusted pair, against one core', run }
