/**
 * A trusted node's part in the trust tree: durable writes and reads, the entry for reports, and queries.
 *
 * @packageDocumentation
 */
export { reportEntry } from './entry.ts'
export type { Entry, EntryInit, EntryLimits } from './entry.ts'
export type { ProposalAnswer, Told } from './judge-line.ts'
export type { LinkTimes } from './link.ts'
export { queryClient } from './query-client.ts'
export type { QueryClient, QueryClientInit } from './query-client.ts'
export { QUERY_PROTOCOL, queryServer } from './query-server.ts'
export type { QueryServerInit } from './query-server.ts'
export type { EpochSpan, ReadResult } from './reader.ts'
export type { TreeNodeStatus, TreeStatus } from './status.ts'
export type { TreeRecord } from './tree-record.ts'
export { trustTree } from './trust-tree.ts'
export type { Broadcast, TrustTree, TrustTreeInit } from './trust-tree.ts'
export type { DurableOutcome } from './writer.ts'
