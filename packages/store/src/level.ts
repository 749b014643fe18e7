/**
 * LevelDB under one rule for every database: for nodes that keep no records, and so load nothing of what seals, reads and removes them.
 *
 * @packageDocumentation
 */
export { openDatabase } from './database.ts'
export { StoreError } from './errors.ts'
export { levelInFolder } from './folder-level.ts'
export type { Database, Level, Operation } from './database.ts'
