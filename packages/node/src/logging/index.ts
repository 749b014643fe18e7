/**
 * Typed events as JSON lines.
 *
 * @packageDocumentation
 */
export { jsonLog } from './json-log.ts'
export type { JsonLog, LogFormat } from './json-log.ts'
export { describeEvent, hearAll, levelOf, linesPerMinuteOf } from './node-event.ts'
export type { EventDetail, EventName, LogLevel, NodeEvent } from './node-event.ts'
