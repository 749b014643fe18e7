/**
 * Encodes and decodes Peerwatch's messages, with their size limits and the bytes that signatures cover. Pure. docs/protocol.md says what they mean.
 *
 * @packageDocumentation
 */
export { ANSWER_CODES, ANSWER_STATUS, answerWord, isReportWaiting } from './answer-codes.ts'
export type { AnswerCode } from './answer-codes.ts'
export { wireCodec } from './codec.ts'
export type { WireCodec } from './codec.ts'
export { CountedReader } from './counted-reader.ts'
export { WireError } from './errors.ts'
export type { WireErrorCode } from './errors.ts'
export { LIMITS } from './limits.ts'
export { messages } from './messages.ts'
export { PROTOCOLS } from './protocols.ts'
export { StrictReader } from './strict-reader.ts'
export { APPEAL_STATUS, QUERY_STATUS, REGISTRY_STATUS, TREE_STATUS } from './statuses.ts'
export type { RegistryStatusCode } from './statuses.ts'
export { networkIdBytes, signingBytes } from './signing.ts'
export type { Domain } from './signing.ts'
export { readVarint, varintBytes } from './varint.ts'
export type { AppealRequest, AppealResponse } from './generated/appeal.js'
export type { QueryRequest, QueryResponse } from './generated/query.js'
export type { Change, ListedPeer, RegistryRequest, RegistryResponse } from './generated/registry.js'
export type { Answer, NumberedReport, ReportDown, ReportUp } from './generated/report.js'
export type * from './generated/signed.js'
export type { CaseNotice, Erasures, RecordMessage, StandingMessage, TreeHello, TreeRequest, TreeResponse, View, Write } from './generated/tree.js'
export type { Look, Seen, WatcherDown, WatcherUp } from './generated/watch.js'
