import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ACCEPTED_PAST_WINDOWS, EPOCH_PARTS, epochOf, windowAt } from '@peerwatch/model'
import { DIMENSIONS } from '@peerwatch/detection'
import { readNetwork } from '@peerwatch/peer'
import { initNetwork } from '@peerwatch/node/init'
import { freePorts } from '@peerwatch/node/testnet'
import { levelRecordStore, openStorageKey } from '@peerwatch/store'
import { checkpoints } from '../packages/tier/src/tree/checkpoint.ts'
import { placement } from '../packages/tier/src/tree/placement.ts'
import { atMost, ratios, shown } from './figure.ts'
import { sleep } from './gossip-run.ts'
import { startMeasured } from './measured.ts'
import { reportsOf } from './tree-records.ts'
import type { RecordStore, StoredRecord } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { StampBook } from '../packages/tier/src/entry/stamps.ts'
import type { RecordParser } from '../packages/tier/src/tree/tree-record.ts'
import type { BenchContext } from './benchmark.ts'
import type { Figure } from './figure.ts'
import type { Measured } from './measured.ts'

const BIN = join(import.meta.dirname, '../packages/cli/bin/peerwatch.js')
const PRESET = 'lan'
const BATCH = 4_096
/** A node that has started comes to rest, and takes a look at the epoch before. */
const SETTLED_MS = 8_000
/** A window until it begins with its checkpoints, and then it rests three quarters of the time. */
const CHECKPOINTS_MS = 40_000
const ROUNDS_MOST = 10
/** What the limits are for. A quick run has a tenth. */
const FEW = 100_000
const FULL = 1_000_000

interface Ground {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

function networkOf({ folder }: Ground): string {
  return join(folder, 'net/public')
}

async function openStore({ folder }: Ground, data: string): Promise<RecordStore> {
  return levelRecordStore({ path: join(folder, data, 'records'), storageKey: await openStorageKey(join(folder, data)) })
}

interface Started {
  readonly ms: number
  readonly node: Measured
}

/** A trusted node, as it is typed, without watchers; how long it takes until it has started. */
async function begin(ground: Ground, data: string): Promise<Started> {
  const { folder, env } = ground
  const startedMs = performance.now()
  const places = ['--network', networkOf(ground), '--node', join(folder, 'net/nodes/trusted-1'), '--data', join(folder, data)]
  const node = await startMeasured(BIN, ['trusted', '--json-ready', '--watchers', '0', ...places], env)
  return { ms: performance.now() - startedMs, node }
}

interface Measurement {
  readonly startMs: number
  readonly bytes: number
}

/** It ends as though it were killed. */
async function measured(ground: Ground, data: string, restMs: number): Promise<Measurement> {
  const { ms, node } = await begin(ground, data)
  try {
    await sleep(restMs)
    return { startMs: ms, bytes: (await node.memory()).collectedBytes }
  } finally {
    await node.end()
  }
}

function megabytes(all: readonly number[]): number[] {
  return all.map(each => each / 1e6)
}

/** Lets a node run until it has made the checkpoints of all epochs that are over; returns how long its first start took. */
async function makeCheckpoints(ground: Ground, data: string): Promise<number> {
  const first = await measured(ground, data, CHECKPOINTS_MS)
  const network = await readNetwork(networkOf(ground))
  const core = { network, dimensions: DIMENSIONS } as Core
  const { form } = checkpoints(core, {} as StampBook, {} as RecordParser)
  const { epochWindows, windowMs } = network.roster.preset
  for (let round = 1; ; round++) {
    const store = await openStore(ground, data)
    const last = epochOf(windowAt(Date.now(), windowMs) - 2 * epochWindows, epochWindows)
    const oldest = Math.max((await store.oldestEpoch()) ?? last, last - Math.floor(ACCEPTED_PAST_WINDOWS / epochWindows) + 3)
    let count = 0
    for (let epoch = oldest; epoch <= last; epoch++) for await (const { part } of store.checkpoints(epoch, form)) count += Number(part >= 0)
    await store.close()
    if (count >= (last - oldest + 1) * EPOCH_PARTS) return first.startMs
    if (round === ROUNDS_MOST) throw new Error(`only ${count} checkpoints of ${last - oldest + 1} epochs were made`)
    await measured(ground, data, CHECKPOINTS_MS)
  }
}

/** Fills data folders with reports of the same reporters about the same subjects, back from now: each folder is copied to the next, which gets more. */
async function fill(ground: Ground, folders: ReadonlyMap<string, number>): Promise<void> {
  const { folder } = ground
  const network = await readNetwork(networkOf(ground))
  const pepper = Buffer.from((await readFile(join(folder, 'net/nodes/trusted-1/pepper'), 'utf8')).trim(), 'hex')
  const reports = reportsOf(network, placement(pepper))
  let written = 0
  let before = 'empty'
  for (const [data, count] of folders) {
    await cp(join(folder, before), join(folder, data), { recursive: true })
    before = data
    const store = await openStore(ground, data)
    while (written < count) {
      const batch: StoredRecord[] = []
      while (written + batch.length < count && batch.length < BATCH) batch.push((await reports.next()).value as StoredRecord)
      await store.write(batch)
      written += batch.length
    }
    await store.close()
  }
}

/** What many records cost a node that keeps them: a start, and memory. */
export async function scaleFigures({ quick, folder: newFolder, say }: BenchContext): Promise<Figure[]> {
  const folder = newFolder('scale')
  const ground: Ground = { folder, env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') } }
  const [few, many]: readonly [number, number] = quick ? [10_000, FEW] : [FEW, FULL]
  const [seedPort = 0, trustedPort = 0] = await freePorts(2)
  await initNetwork({ directory: join(folder, 'net'), nowMs: Date.now(), preset: PRESET, seeds: 1, trusted: 1, seedPort, trustedPort })
  const places = ['--network', networkOf(ground), '--node', join(folder, 'net/nodes/seed-1'), '--data', join(folder, 'seed')]
  const seed = await startMeasured(BIN, ['seed', '--json-ready', ...places], ground.env)
  try {
    return await compared(ground, [few, many], quick ? 1 : 5, say)
  } finally {
    await seed.end()
  }
}

async function compared(ground: Ground, [few, many]: readonly [number, number], rounds: number, say: BenchContext['say']): Promise<Figure[]> {
  await measured(ground, 'empty', 0)
  const startedMs = performance.now()
  await fill(
    ground,
    new Map([
      ['few', few],
      ['many', many]
    ])
  )
  say(`${many} records are there after ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`)
  const wholeMs = await makeCheckpoints(ground, 'many')
  await makeCheckpoints(ground, 'few')
  const runs: Record<'empty' | 'few' | 'many', Measurement[]> = { empty: [], few: [], many: [] }
  for (let run = 0; run < rounds; run++) {
    for (const data of ['empty', 'few', 'many'] as const) runs[data].push(await measured(ground, data, SETTLED_MS))
  }
  const [starts, bytes] = (['startMs', 'bytes'] as const).map(key => (data: keyof typeof runs) => runs[data].map(each => each[key]))
  const [growth, grown] = [`scale: resident memory, ${many} records, of ${few}`, ratios(bytes!('many'), bytes!('few'))]
  if (many !== FULL) say(`memory has no limit here: that is for ${FULL} records beside ${FEW}, and one run with fewer says little`)
  return [
    atMost(`scale: start, ${many} records from checkpoints, of an empty store`, 'x', 3, ratios(starts!('many'), starts!('empty'))),
    many === FULL ? atMost(growth, 'x', 1.2, grown) : shown(growth, 'x', grown),
    shown('scale: start, empty store', 'ms', starts!('empty')),
    shown(`scale: start, ${many} records from checkpoints`, 'ms', starts!('many')),
    shown(`scale: start, ${many} records without checkpoints`, 'ms', [wholeMs]),
    shown(`scale: resident memory, ${few} records`, 'MB', megabytes(bytes!('few'))),
    shown(`scale: resident memory, ${many} records`, 'MB', megabytes(bytes!('many')))
  ]
}
