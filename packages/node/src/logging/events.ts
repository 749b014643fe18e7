/**
 * Names and lines of events, for programs that follow a node: loads neither libp2p nor the log's writer.
 *
 * @packageDocumentation
 */
export { EVENT_TABLE } from './event-table.ts'
export { describeEvent, hearAll } from './node-event.ts'
export type { LogLevel, NodeEvent } from './node-event.ts'
export { prettyLine } from './pretty-line.ts'
