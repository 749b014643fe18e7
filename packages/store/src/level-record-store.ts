import { groupCommit, inOrder } from '@peerwatch/model'
import { absenceFilter } from './absence-filter.ts'
import { checkpoints } from './checkpoints.ts'
import { openDatabase } from './database.ts'
import { StoreError, storeClosed, storeErrorFrom } from './errors.ts'
import { fingerprints } from './fingerprints.ts'
import { levelInFolder } from './folder-level.ts'
import { erasing } from './erasing.ts'
import { floors as floorsFrom } from './floors.ts'
import { checkCanary, floorOperation, readFloors } from './metadata.ts'
import { oldestEpochFrom, readKeys, readRecords } from './read-records.ts'
import { EPOCHS_END, boundsBesideUpTo, epochBounds, isEpoch, nameFrom, recordKey, summaryBounds } from './record-key.ts'
import { removal, removeNow } from './removal.ts'
import { resealing } from './resealing.ts'
import { STORAGE_KEY_BYTES, sealer } from './sealing.ts'
import { planWrite } from './write-plan.ts'
import { summaries } from './summaries.ts'
import { writtenBytes } from './written-bytes.ts'
import type { Pseudonym, RecordOutcome, RecordStore } from '@peerwatch/model'
import type { Database, Level, Operation } from './database.ts'
import type { Floors } from './floors.ts'
import type { Bounds } from './record-key.ts'
import type { ResealingInit } from './resealing.ts'
import type { Sealer, StorageKey } from './sealing.ts'
import type { StorageKeys } from './storage-key.ts'
import type { Offered } from './write-plan.ts'

export interface LevelRecordStoreInit {
  /** The folder of the database. The store makes it if it is missing. Give either this or `level`. */
  readonly path?: string
  /** Another abstract-level database. The store opens, reopens and closes it. */
  readonly level?: Level
  /** The keys that `openStorageKey` gives, or 32 bytes. */
  readonly storageKey: StorageKeys | Uint8Array
  /** The store raises its floor to this on opening. Higher: older records are gone. */
  readonly epochFloor?: number
}

export interface LevelRecordStore extends RecordStore {
  /**
   * Resolves once nothing is sealed with an older storage key and `storage.key` has the newest alone: to the number of values that this opening sealed
   * anew. Rejects with a `StoreError` where that was cut short; the next opening goes on with it.
   */
  readonly resealed: () => Promise<number>
}

/** Records that one group of writes takes at most. */
const GROUP_RECORDS = 4_096

/** Opens the durable record store; rejects with a `StoreError`. */
export async function levelRecordStore({ path, level, storageKey, epochFloor }: LevelRecordStoreInit): Promise<LevelRecordStore> {
  const { keys, forgetOlder } = keysOf(storageKey)
  if (level == null && path == null) throw new TypeError('levelRecordStore needs a path or a level')
  const where = path ?? 'the given database'
  const filter = absenceFilter()
  const seals = sealer(...keys)
  let onReopened = filter.clear
  const { level: opened, release } = level == null ? await levelInFolder(where) : { level, release: () => {} }
  const database = await openDatabase(opened, where, { onReopened: () => onReopened(), onClosed: release })
  try {
    const isRotating = await checkCanary(database, seals, where)
    const store = recordStore({ database, seals, filter, floors: floorsFrom(await readFloors(database, seals, where)), where })
    onReopened = store.forget
    await store.loadErasures()
    await store.finishRemoval()
    if (epochFloor != null) await store.raiseFloor(epochFloor)
    const { finishRemoval: _removal, forget: _forget, loadErasures: _load, reseal, ...finished } = store
    const resealed = reseal({ isRotating, forgetOlder })
    resealed.catch(() => {})
    return { ...finished, resealed: async () => resealed }
  } catch (error) {
    await database.close()
    throw error
  }
}

function keysOf(given: StorageKeys | Uint8Array): { readonly keys: [StorageKey, ...StorageKey[]]; readonly forgetOlder: () => Promise<void> } {
  const { keys, forgetOlder } = given instanceof Uint8Array ? { keys: [{ number: 1, bytes: given }], forgetOlder: async () => {} } : given
  const [newest, ...older] = keys
  if (newest?.bytes.length === STORAGE_KEY_BYTES) return { keys: [newest, ...older], forgetOlder }
  throw new StoreError('wrong-key', `the storage key has ${newest?.bytes.length ?? 0} bytes: expected ${STORAGE_KEY_BYTES}; use openStorageKey`)
}

interface Opened {
  readonly database: Database
  readonly seals: Sealer
  readonly filter: ReturnType<typeof absenceFilter>
  readonly floors: Floors
  readonly where: string
}

/** Only the opening of a store needs these. */
interface Opening {
  readonly loadErasures: () => Promise<void>
  readonly finishRemoval: () => Promise<void>
  readonly reseal: (rotation: Pick<ResealingInit, 'isRotating' | 'forgetOlder'>) => Promise<number>
  readonly forget: () => void
}

interface Commit extends Opened {
  readonly write: (operations: readonly Operation[]) => Promise<void>
  readonly count: (offered: readonly Offered[], outcomes: readonly RecordOutcome[]) => void
}

/** Writes a group in one batch. */
async function commit(group: readonly (readonly Offered[])[], { database, seals, filter, floors, where, write, count }: Commit): Promise<RecordOutcome[][]> {
  try {
    await database.ready()
    const offered = group.flat()
    const { operations, outcomes } = await planWrite(offered, floors, database, filter, seals)
    await write(operations)
    count(offered, outcomes)
    let from = 0
    return group.map(({ length }) => outcomes.slice(from, (from += length)))
  } catch (error) {
    throw storeErrorFrom(error, where)
  }
}

/** Readers and writers need not wait for these, and where one fails only disk space comes back later. */
function compactions(database: Pick<Database, 'compact'>) {
  const compacting = inOrder()
  return {
    compacted: async (): Promise<void> => compacting(() => {}),
    compactLater: async (bounds: Bounds): Promise<void> => compacting(async () => database.compact(bounds)).catch(() => {})
  }
}

interface BelowFloorsInit extends Pick<Opened, 'database' | 'seals' | 'floors'> {
  /** Erasures that say nothing any more. */
  readonly forget: (peers: readonly Pseudonym[]) => Promise<void>
  readonly onRemoved: (floor: number) => void
}

/** The floors are durable before anything goes; a removal that a crash cut short ends at the next opening. */
function belowFloors({ database, seals, floors, forget, onRemoved }: BelowFloorsInit) {
  const remove = async (): Promise<void> => {
    const floor = floors.all()
    if (floor < 0) return
    await database.clear(epochBounds(0, floor))
    await database.clear(boundsBesideUpTo(floor))
    if (floors.summaries() >= 0) await database.clear(summaryBounds(0, floors.summaries()))
    onRemoved(floor)
  }
  return {
    remove,
    raise: async (floor: number, summariesFrom: number): Promise<void> => {
      const all = Math.max(floor, floors.all())
      const below = Math.min(all, Math.max(summariesFrom - 1, floors.summaries()))
      if (all === floors.all() && below === floors.summaries()) return
      await database.write([floorOperation({ all, summaries: below }, seals)])
      await forget(floors.raise(all, below))
      await remove()
    }
  }
}

function recordStore({ database, seals, filter, floors, where }: Opened): RecordStore & Opening {
  let closing: Promise<void> | undefined
  const { compactLater, compacted } = compactions(database)
  const written = writtenBytes()
  const queue = groupCommit<readonly Offered[], RecordOutcome[]>({
    mostWeight: GROUP_RECORDS,
    weightOf: ({ length }) => length,
    concurrency: 1,
    soon: queueMicrotask,
    commit: async group => commit(group, { database, seals, filter, floors, where, write: async operations => made.write(operations), count: written.count })
  })
  const prints = fingerprints(database, seals, queue.alone)
  const read: RecordStore['read'] = query => readRecords(query, floors, database, seals, where)
  const made = checkpoints({ database, seals, floors, alone: queue.alone, write: prints.write, read })
  const removals = removal({
    write: async records => removeNow(records, { database, write: made.write, where, onRemoved: written.forget }),
    alone: queue.alone,
    compact: () => void compactLater(epochBounds(0, EPOCHS_END))
  })

  const erasures = erasing({ database, seals, floors, write: made.write, where })

  const below = belowFloors({
    database,
    seals,
    floors,
    forget: async passed => erasures.forget(passed),
    onRemoved: floor => {
      written.forgetUpTo(floor)
      prints.clear()
      made.clear()
    }
  })

  return {
    write: async records => {
      if (closing != null) throw storeClosed()
      const offered = records.map(record => ({ epoch: record.epoch, names: record, key: recordKey(record), payload: record.payload }))
      return offered.length === 0 ? [] : queue.push(offered)
    },
    read,
    names: async function* (query) {
      for await (const key of readKeys(query, floors, database)) yield nameFrom(key)
    },
    fingerprint: async query => {
      await Promise.all([removals.done(), erasures.done()])
      return prints.of(query, floors)
    },
    remove: async records => {
      if (closing != null) throw storeClosed()
      return removals.remove(records)
    },
    raiseFloor: async (raised, summariesFrom = raised + 1) => {
      if (closing != null) throw storeClosed()
      if (!isEpoch(raised)) throw new TypeError(`a floor is an epoch from 0 to ${EPOCHS_END - 1}, not ${raised}`)
      await queue.alone(async () => below.raise(raised, summariesFrom))
      await compactLater(epochBounds(0, raised))
      if (floors.summaries() >= 0) await compactLater(summaryBounds(0, floors.summaries()))
    },
    floor: floors.all,
    ...summaries({ database, seals, floors, where, alone: queue.alone, isClosing: () => closing != null }),
    erase: async (peer, upToEpoch) => {
      if (closing != null) throw storeClosed()
      if (!isEpoch(upToEpoch)) throw new TypeError(`records are erased up to an epoch from 0 to ${EPOCHS_END - 1}, not ${upToEpoch}`)
      // after what was written before, and before what comes later: nothing of it is left or comes back
      await queue.alone(async () => erasures.begin(peer, upToEpoch))
      const removed = erasures.finish(peer, queue.alone)
      // a removal that a close cuts short goes on at the next opening, whether or not somebody waits for it
      removed.catch(() => {})
      return { removed }
    },
    floorOf: floors.of,
    checkpoint: made.checkpoint,
    checkpoints: made.checkpoints,
    sizeBytes: async () =>
      Math.max(written.sum(), await database.approximateSize(epochBounds(floors.all() + 1, EPOCHS_END))) +
      (await database.approximateSize(summaryBounds(floors.summaries() + 1, EPOCHS_END))),
    oldestEpoch: async () => oldestEpochFrom(floors.all() + 1, EPOCHS_END - 1, database),
    close: async () => {
      closing ??= queue.alone(async () => {
        await compacted()
        await database.close()
      })
      await closing
    },
    loadErasures: erasures.load,
    finishRemoval: async () => {
      await below.remove()
      await erasures.finishAll()
    },
    reseal: async rotation => resealing({ ...rotation, database, seals, alone: queue.alone, compact: compactLater }),
    forget: () => {
      filter.clear()
      prints.clear()
      made.clear()
    }
  }
}
