/**
 * Keeps the records of a trusted node. A record is durable before it is acknowledged, and sealed on disk. A slot has two records at most.
 *
 * ```ts
 * const store = await levelRecordStore({ path: 'data/records', storageKey: await openStorageKey('data') })
 * const outcomes = await store.write(records)
 * for await (const record of store.read({ fromEpoch: 1, toEpoch: 2, subject })) use(record)
 * ```
 *
 * @packageDocumentation
 */
export { StoreError } from './errors.ts'
export { levelRecordStore } from './level-record-store.ts'
export { rotateStorageKey } from './rotate-storage-key.ts'
export { openStorageKey } from './storage-key.ts'
export type { StoreErrorCode } from './errors.ts'
export type { LevelRecordStore, LevelRecordStoreInit } from './level-record-store.ts'
export type { Rotation, RotationInit } from './rotate-storage-key.ts'
export type { StorageKey } from './sealing.ts'
export type { StorageKeys } from './storage-key.ts'
