import { levelRecordStore } from './level-record-store.ts'
import { addStorageKey, openStorageKey } from './storage-key.ts'
import type { StorageKeys } from './storage-key.ts'

export interface RotationInit {
  /** Has `storage.key`. */
  readonly folder: string
  /** The folder of the database, which nobody has open. */
  readonly path: string
}

export interface Rotation {
  /** Of the key that seals from now on: 1 to 255. */
  readonly keyNumber: number
  /** Values that were sealed anew now. */
  readonly resealedCount: number
  /** It was begun before, and is finished now. */
  readonly wasBegun: boolean
}

/** Changes the storage key of a store, or finishes the change that was begun. Rejects with a `StoreError`; a wrong key changes nothing. */
export async function rotateStorageKey({ folder, path }: RotationInit): Promise<Rotation> {
  const found = await openStorageKey(folder)
  const resealedCount = await resealed(path, found)
  if (found.keys.length > 1) return { keyNumber: newestOf(found), resealedCount, wasBegun: true }
  const rotated = await addStorageKey(folder)
  return { keyNumber: newestOf(rotated), resealedCount: await resealed(path, rotated), wasBegun: false }
}

function newestOf({ keys }: StorageKeys): number {
  return keys[0]!.number
}

async function resealed(path: string, storageKey: StorageKeys): Promise<number> {
  const store = await levelRecordStore({ path, storageKey })
  try {
    return await store.resealed()
  } finally {
    await store.close()
  }
}
