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
export { openDatabase } from './database.ts'
export { StoreError } from './errors.ts'
export { levelInFolder } from './folder-level.ts'
export { makeFolder } from './make-folder.ts'
export { levelRecordStore } from './level-record-store.ts'
export { openStorageKey } from './storage-key.ts'
export type { Database, Level, Operation } from './database.ts'
export type { StoreErrorCode } from './errors.ts'
export type { LevelRecordStoreInit } from './level-record-store.ts'
