import { randomBytes } from 'node:crypto'
import { ClassicLevel } from 'classic-level'
import { placeOf } from '@peerwatch/model'
import { levelRecordStore } from '@peerwatch/store'
import { atLeast, ratios, shown } from './figure.ts'
import type { Pseudonym, RecordId, StoredRecord } from '@peerwatch/model'
import type { Benchmark, BenchContext } from './benchmark.ts'

const BATCH = 64
const PAYLOAD_BYTES = 400
/** Batches before we measure. */
const WARM_UP = 100
/** Key and seal of a stored record. */
const KEY_BYTES = 113
const SEAL_BYTES = 30

function record(window: number): StoredRecord {
  const subject = randomBytes(32).toString('hex') as Pseudonym
  return {
    kind: 'report',
    epoch: 10,
    place: placeOf(subject),
    subject,
    window,
    author: randomBytes(32).toString('hex') as Pseudonym,
    id: randomBytes(32).toString('hex') as RecordId,
    payload: randomBytes(PAYLOAD_BYTES)
  }
}

/** Records per second through the store, one batch after the other. */
async function sealed(path: string, batches: number): Promise<number> {
  const store = await levelRecordStore({ path, storageKey: randomBytes(32) })
  const work = Array.from({ length: WARM_UP + batches }, () => Array.from({ length: BATCH }, (_, window) => record(window)))
  for (const records of work.splice(0, WARM_UP)) await store.write(records)
  const startedMs = performance.now()
  for (const records of work) await store.write(records)
  const elapsedMs = performance.now() - startedMs
  await store.close()
  return (1000 * BATCH * batches) / elapsedMs
}

function put(): { type: 'put'; key: Buffer; value: Buffer } {
  return { type: 'put', key: randomBytes(KEY_BYTES), value: randomBytes(PAYLOAD_BYTES + SEAL_BYTES) }
}

/** The same bytes in the same batches. */
async function raw(path: string, batches: number): Promise<number> {
  const level = new ClassicLevel<Buffer, Buffer>(path, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await level.open()
  const work = Array.from({ length: WARM_UP + batches }, () => Array.from({ length: BATCH }, put))
  for (const operations of work.splice(0, WARM_UP)) await level.batch(operations, { sync: true })
  const startedMs = performance.now()
  for (const operations of work) await level.batch(operations, { sync: true })
  const elapsedMs = performance.now() - startedMs
  await level.close()
  return (1000 * BATCH * batches) / elapsedMs
}

async function run({ quick, folder }: BenchContext) {
  const batches = quick ? 100 : 400
  const ours: number[] = []
  const bare: number[] = []
  for (let pair = 0; pair < (quick ? 2 : 5); pair++) {
    ours.push(await sealed(folder('sealed'), batches))
    bare.push(await raw(folder('raw'), batches))
  }
  return [
    atLeast('store: records per second, batches of 64', 'records/s', 15_000, ours),
    shown('store: raw synced LevelDB, same bytes', 'records/s', bare),
    shown('store: share of raw', '×', ratios(ours, bare))
  ]
}

/** The record store by itself: existence check, sealing, group commit. */
export const store: Benchmark = { name: 'store', about: 'the record store against raw LevelDB', run }
