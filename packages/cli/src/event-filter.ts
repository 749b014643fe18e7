import { EVENT_TABLE } from '@peerwatch/node/events'
import { Option } from 'commander'
import { each, peerId } from './parse-option.ts'
import { UsageError } from './usage-error.ts'
import type { LogLevel } from '@peerwatch/node/events'
import type { Command } from 'commander'

export interface EventFlags {
  readonly type?: readonly string[]
  readonly peer?: readonly string[]
}

type Line = Readonly<Record<string, unknown>>

const NAMES = Object.keys(EVENT_TABLE)
const GROUPS = [...new Set(NAMES.flatMap(name => (name.includes(':') ? [name.replace(/:.*/, '')] : [])))]

/** All events, a line for each group. */
export function eventsText(): string {
  const lines = GROUPS.map(group => {
    const inGroup = NAMES.filter(name => name.startsWith(`${group}:`)).map(name => name.slice(group.length + 1))
    return `  ${group.padEnd(12)} ${inGroup.join(', ')}`
  })
  const single = NAMES.filter(name => !name.includes(':')).map(name => `  ${name}`)
  return [...lines, ...single].join('\n')
}

function eventType(text: string): string {
  if (NAMES.includes(text) || GROUPS.includes(text)) return text
  throw new UsageError(`--type is ${JSON.stringify(text)}`, `an event (${NAMES.join(', ')}) or a group (${GROUPS.join(', ')})`)
}

/** `--type` and `--peer`, the same for all commands that show events. */
export function addEventFlags(command: Command): Command {
  const type = new Option('--type <event>', 'only this event, such as peer:evicted, or group, such as peer; may be repeated').argParser(each(eventType))
  type.argChoices = [...NAMES, ...GROUPS]
  return command.addOption(type).option('--peer <peer>', 'only what names this peer; may be repeated', each(peerId))
}

function names(value: unknown, peers: readonly string[]): boolean {
  if (typeof value === 'string') return peers.includes(value)
  return typeof value === 'object' && value != null && Object.values(value).some(inner => names(inner, peers))
}

/** Whether a line is one of those asked for. */
export function eventFilter({ type, peer }: EventFlags): (line: Line) => boolean {
  return line => {
    const event = String(line['event'])
    const isType = type == null || type.some(wanted => wanted === event || wanted === event.replace(/:.*/, ''))
    return isType && (peer == null || names(line, peer))
  }
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export function levelFilter(least: LogLevel | undefined): (line: Line) => boolean {
  if (least == null) return () => true
  const wanted = new Set<unknown>(LEVELS.slice(LEVELS.indexOf(least)))
  return ({ level }) => wanted.has(level)
}
