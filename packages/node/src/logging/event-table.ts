import type { PeerwatchEvents } from '@peerwatch/link'
import type { FirstSight } from '../chat.ts'
import type { LogLevel } from './node-event.ts'

/** The events of the node package itself, besides the typed events of `@peerwatch/peer`. */
export interface NodeOwnEvents {
  'node:started': { peer: string; network: string; rosterVersion: number; addresses: string[]; version: string; pid: number }
  'node:stopped': { uptimeMs: number }
  /** The configuration was read again: names of options that took force, and of those that wait for a restart. */
  'node:reloaded': { changed: string[]; restart: string[] }
  /** It was wrong, and nothing changed. */
  'node:reload-refused': { code: string; message: string }
  /** So many lines of the named event were not written: it had its number within a minute. */
  'node:lines-left-out': { of: string; lines: number }
  /** Ground truth, of a node that was made to misbehave: how, about whom, and in which window it began (`isOn`) or ended. */
  'node:misbehaves': { behaviour: string; isOn: boolean; window: number; victim?: string }
  /** A chat message seen for the first time: who made it, and the neighbour that passed it on. */
  'chat:first-sight': FirstSight
}

export interface EventRow<Detail> {
  readonly level: LogLevel | ((detail: Detail) => LogLevel)
  /** Default: the whole detail. */
  readonly fields?: (detail: Detail) => object
  /** For an event that strangers can cause as often as they like: the log takes so many lines of it a minute. Absent: it takes all. */
  readonly linesPerMinute?: number
}

type Table = { readonly [K in keyof PeerwatchEvents]: EventRow<PeerwatchEvents[K]['detail']> } & {
  readonly [K in keyof NodeOwnEvents]: EventRow<NodeOwnEvents[K]>
}

const FOREIGN_LINES = 600

/** How each event is logged. An event that is missing here does not compile. */
export const EVENT_TABLE: Table = Object.freeze({
  'node:started': { level: 'info' },
  'node:stopped': { level: 'info' },
  'node:reloaded': { level: 'info' },
  'node:reload-refused': { level: 'error' },
  'node:lines-left-out': { level: 'warn' },
  'node:misbehaves': { level: 'warn' },
  // 100 peers that talk every 5 s make 1,200
  'chat:first-sight': { level: 'info', linesPerMinute: 6_000 },
  'peer:evicted': { level: 'warn' },
  'peer:reinstated': { level: 'info' },
  'peer:allowed': { level: 'warn' },
  'peer:removed': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'peer:goodbye': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'peer:registered': { level: ({ isNew }) => (isNew ? 'info' : 'debug'), linesPerMinute: FOREIGN_LINES },
  'guest:admitted': { level: ({ isNew }) => (isNew ? 'info' : 'debug') },
  'guest:taken-back': { level: 'info' },
  'dead:reported': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'dead:tested': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'registry:state': { level: ({ state }) => (state === 'registered' ? 'info' : 'warn') },
  'seed:failed': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'neighbour:connected': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'neighbour:lost': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'neighbour:turned-away': { level: 'debug', linesPerMinute: FOREIGN_LINES },
  'neighbour:missed': { level: 'info', linesPerMinute: FOREIGN_LINES },
  'neighbour:dead': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'neighbour:cut': { level: 'warn' },
  'neighbour:refuses': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'gossip:limited': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'gossip:refused': { level: 'info' },
  'window:closed': {
    level: 'debug',
    fields: ({ window, observations }) => ({
      window,
      subjects: observations.length,
      bad: observations.filter(({ counts }) => Object.values(counts).some(({ bad }) => bad > 0)).map(({ subject, counts, cuts }) => ({ subject, counts, cuts }))
    })
  },
  'report:acknowledged': { level: 'debug' },
  'report:refused': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'report:checked': { level: ({ outcome }) => (outcome === 'missing' ? 'warn' : 'debug') },
  'entry:changed': { level: ({ entry }) => (entry == null ? 'warn' : 'info'), fields: ({ entry }) => ({ entry: entry ?? null }) },
  'health:changed': { level: ({ state }) => (state === 'well' ? 'info' : 'warn') },
  'roster:changed': {
    level: 'info',
    fields: ({ version, terms, seedsAdded, seedsRemoved, trustedAdded, trustedRemoved }) => ({
      version,
      ...Object.fromEntries(terms.map(({ name, from, to }) => [name, { from, to }])),
      ...(seedsAdded.length > 0 && { seedsAdded }),
      ...(seedsRemoved.length > 0 && { seedsRemoved }),
      ...(trustedAdded.length > 0 && { trustedAdded }),
      ...(trustedRemoved.length > 0 && { trustedRemoved })
    })
  },
  'registry:limited': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'time:limited': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'budget:spent': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'writes:dropped': { level: 'error', linesPerMinute: FOREIGN_LINES },
  alarm: { level: 'error' },
  'peer:fault': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'trusted:reached': { level: 'info' },
  'trusted:lost': { level: 'warn' },
  'report:stored': { level: 'debug' },
  'case:opened': { level: 'info' },
  'case:closed': { level: 'info' },
  'finding:signed': { level: 'info' },
  'verdict:signed': { level: 'info' },
  'verdict:refused': { level: 'warn', linesPerMinute: FOREIGN_LINES },
  'certificate:made': { level: 'warn' },
  'reinstatement:asked': { level: 'warn' },
  'erasure:refused': { level: ({ why }) => (why === 'older' ? 'debug' : 'warn'), linesPerMinute: FOREIGN_LINES },
  'standing:changed': { level: 'info' }
})
