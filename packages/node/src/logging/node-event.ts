import { EVENT_TABLE } from './event-table.ts'
import type { PeerId, TypedEventTarget } from '@libp2p/interface'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { EventRow, NodeOwnEvents } from './event-table.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One event, as a person or program follows it: a line of the log, or of `GET /v1/events`. */
export interface NodeEvent {
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly event: EventName
  readonly [field: string]: unknown
}

export type EventName = keyof PeerwatchEvents | keyof NodeOwnEvents

export type EventDetail<K extends EventName> = K extends keyof PeerwatchEvents
  ? PeerwatchEvents[K]['detail']
  : K extends keyof NodeOwnEvents
    ? NodeOwnEvents[K]
    : never

/** Names of all typed events of `@peerwatch/peer`. */
const PEERWATCH_EVENTS = (Object.keys(EVENT_TABLE) as EventName[]).filter(
  (name): name is keyof PeerwatchEvents => !name.startsWith('node:') && name !== 'chat:first-sight'
)

export function levelOf<K extends EventName>(name: K, detail: EventDetail<K>): LogLevel {
  const { level } = EVENT_TABLE[name] as EventRow<EventDetail<K>>
  return typeof level === 'function' ? level(detail) : level
}

/** Lines of what strangers can bring about that the log takes in a minute; undefined: it is this node's own doing. */
export function linesPerMinuteOf(name: EventName): number | undefined {
  const { linesPerMinute } = EVENT_TABLE[name] as EventRow<never>
  return linesPerMinute
}

/** Level and fields of one event: PeerIds as text, nothing that JSON cannot hold. */
export function describeEvent<K extends EventName>(name: K, detail: EventDetail<K>): { level: LogLevel; fields: Record<string, unknown> } {
  const { fields } = EVENT_TABLE[name] as EventRow<EventDetail<K>>
  return {
    level: levelOf(name, detail),
    fields: plain(fields == null ? detail : fields(detail)) as Record<string, unknown>
  }
}

function isPeerId(value: object): value is PeerId {
  return 'toMultihash' in value
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value == null) return value
  if (isPeerId(value)) return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/** Hears every typed event of a node; returns a function that ends it. */
export function hearAll(
  source: Pick<TypedEventTarget<PeerwatchEvents>, 'addEventListener' | 'removeEventListener'>,
  hear: <K extends keyof PeerwatchEvents>(name: K, detail: PeerwatchEvents[K]['detail']) => void
): () => void {
  const listener = ({ type, detail }: CustomEvent<unknown>): void => {
    hear(type as keyof PeerwatchEvents, detail as never)
  }
  for (const name of PEERWATCH_EVENTS) source.addEventListener(name, listener)
  return () => {
    for (const name of PEERWATCH_EVENTS) source.removeEventListener(name, listener)
  }
}
