/**
 * A trusted node's part in the trust tree: durable writes and reads, the entry for reports, and queries.
 *
 * @packageDocumentation
 */
export { ENTRY_LIMITS, reportEntry } from './entry.ts'
export { queryClient } from './query-client.ts'
export type { QueryServerInit } from './query-server.ts'
export { QUERY_PROTOCOL, queryServer } from './query-server.ts'
export { trustTree } from './trust-tree.ts'
export type { Entry, EntryInit, EntryLimits } from './entry.ts'
export type { TrustTree } from './trust-tree.ts'
