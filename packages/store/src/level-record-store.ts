import { groupCommit } from '@peerwatch/model'
import { absenceFilter } from './absence-filter.ts'
import { openDatabase } from './database.ts'
import { StoreError, storeClosed, storeErrorFrom } from './errors.ts'
import { levelInFolder } from './folder-level.ts'
import { checkCanary, floorOperation, readFloor } from './metadata.ts'
import { oldestEpochFrom, readRecords } from './read-records.ts'
import { EPOCHS_END, epochBounds, indexBoundsUpTo, isEpoch, recordKey } from './record-key.ts'
import { STORAGE_KEY_BYTES, sealer } from './sealing.ts'
import { planWrite } from './write-plan.ts'
import type { RecordOutcome, RecordStore } from '@peerwatch/model'
import type { Database, Level } from './database.ts'
import type { Sealer } from './sealing.ts'
import type { Offered } from './write-plan.ts'

export interface LevelRecordStoreInit {
  /** The folder of the database. The store makes it if it is missing. Give either this or `level`. */
  readonly path?: string
  /** Another abstract-level database. The store opens, reopens and closes it. */
  readonly level?: Level
  /** 32 bytes, for instance from `openStorageKey`. */
  readonly storageKey: Uint8Array
  /** The store raises its floor to this on opening. Higher: older records are gone. */
  readonly epochFloor?: number
}

/** Records that one group of writes takes at most. */
const GROUP_RECORDS = 4_096

/** Opens the durable record store; rejects with a `StoreError`. */
export async function levelRecordStore({ path, level, storageKey, epochFloor }: LevelRecordStoreInit): Promise<RecordStore> {
  if (storageKey.length !== STORAGE_KEY_BYTES) {
    throw new StoreError('wrong-key', `the storage key has ${storageKey.length} bytes: expected ${STORAGE_KEY_BYTES}; use openStorageKey`)
  }
  if (level == null && path == null) throw new TypeError('levelRecordStore needs a path or a level')
  const where = path ?? 'the given database'
  const filter = absenceFilter()
  const seals = sealer(storageKey)
  const { level: opened, release } = level == null ? await levelInFolder(where) : { level, release: () => {} }
  const database = await openDatabase(opened, where, { onReopened: filter.clear, onClosed: release })
  try {
    await checkCanary(database, seals, where)
    const store = recordStore(database, seals, filter, await readFloor(database, seals, where), where)
    await store.finishRemoval()
    if (epochFloor != null) await store.raiseFloor(epochFloor)
    const { finishRemoval: _, ...finished } = store
    return finished
  } catch (error) {
    await database.close()
    throw error
  }
}

function recordStore(
  database: Database,
  seals: Sealer,
  filter: ReturnType<typeof absenceFilter>,
  storedFloor: number,
  where: string
): RecordStore & { readonly finishRemoval: () => Promise<void> } {
  let floor = storedFloor
  let closing: Promise<void> | undefined
  let compacting: Promise<void> = Promise.resolve()
  /** Per epoch, what went to disk since opening: the tables do not show what is still in the log. */
  const written = new Map<number, number>()
  const queue = groupCommit<readonly Offered[], RecordOutcome[]>({
    mostWeight: GROUP_RECORDS,
    weightOf: ({ length }) => length,
    concurrency: 1,
    soon: queueMicrotask,
    commit
  })

  async function commit(group: readonly (readonly Offered[])[]): Promise<RecordOutcome[][]> {
    try {
      await database.ready()
      const offered = group.flat()
      const { operations, outcomes } = await planWrite(offered, floor, database, filter, seals)
      if (operations.length > 0) await database.write(operations)
      count(offered, outcomes)
      let from = 0
      return group.map(({ length }) => outcomes.slice(from, (from += length)))
    } catch (error) {
      throw storeErrorFrom(error, where)
    }
  }

  function count(offered: readonly Offered[], outcomes: readonly RecordOutcome[]): void {
    for (const [index, { epoch, key, payload }] of offered.entries()) {
      if (outcomes[index] === 'stored') written.set(epoch, (written.get(epoch) ?? 0) + key.length + payload.length)
    }
  }

  /** The floor is durable before anything goes; a removal that a crash cut short ends at the next opening. */
  async function removeBelowFloor(): Promise<void> {
    if (floor < 0) return
    for (const epoch of written.keys()) if (epoch <= floor) written.delete(epoch)
    await database.clear(epochBounds(0, floor))
    await database.clear(indexBoundsUpTo(floor))
  }

  return {
    write: async records => {
      if (closing != null) throw storeClosed()
      const offered = records.map(record => ({ epoch: record.epoch, key: recordKey(record), payload: record.payload }))
      if (offered.length === 0) return []
      return queue.push(offered)
    },
    read: query => readRecords(query, floor, database, seals, where),
    raiseFloor: async raised => {
      if (closing != null) throw storeClosed()
      if (!isEpoch(raised)) throw new TypeError(`a floor is an epoch from 0 to ${EPOCHS_END - 1}, not ${raised}`)
      await queue.alone(async () => {
        if (raised <= floor) return
        await database.write([floorOperation(raised, seals)])
        floor = raised
        await removeBelowFloor()
      })
      // readers and writers need not wait for this, and where it fails only disk space comes back later
      compacting = compacting.then(async () => database.compact(epochBounds(0, raised))).catch(() => {})
      await compacting
    },
    floor: () => floor,
    sizeBytes: async () => {
      let recent = 0
      for (const bytes of written.values()) recent += bytes
      return Math.max(recent, await database.approximateSize(epochBounds(floor + 1, EPOCHS_END)))
    },
    oldestEpoch: async () => oldestEpochFrom(floor + 1, EPOCHS_END - 1, database),
    close: async () => {
      closing ??= queue.alone(async () => {
        await compacting
        await database.close()
      })
      await closing
    },
    finishRemoval: removeBelowFloor
  }
}
