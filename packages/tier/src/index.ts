/**
 * The trusted tier. A trusted node keeps reports, examines suspects and signs evictions, and its watchers look for it.
 *
 * @packageDocumentation
 */
export { ENTRY_LIMITS } from './entry/entry.ts'
export type { EntryLimits } from './entry/entry.ts'
export { trusted } from './trusted.ts'
export type { TrustedAssembly, TrustedOptions, TrustedTier } from './trusted.ts'
export { watcher } from './watcher.ts'
export type { WatcherAssembly, WatcherOptions } from './watcher.ts'
