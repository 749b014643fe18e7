/**
 * For tests of whatever keeps or uses records: the suite that every `RecordStore` passes, a small store in memory, and
 * a database that loses what a power cut would.
 *
 * @packageDocumentation
 */
export { crashableLevel } from './testing/crashable-level.ts'
export { memoryRecordStore } from './testing/memory-record-store.ts'
export { recordStoreSuite } from './testing/record-store-suite.ts'
export { testRecord } from './testing/test-record.ts'
export type { CrashableDisk } from './testing/crashable-level.ts'
export type { OpenStore } from './testing/open-store.ts'
