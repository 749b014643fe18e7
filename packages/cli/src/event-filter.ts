import { EVENT_TABLE } from '@peerwatch/node/events'
import { Option } from 'commander'
import { each, isPeerId, peerLike } from './parse-option.ts'
import { complain } from './terminal.ts'
import { quoted, UsageError } from './usage-error.ts'
import type { LogLevel } from '@peerwatch/node/events'
import type { Command } from 'commander'
import type { Names } from './known-peers.ts'
import type { LogLine } from './log-line.ts'

export interface EventFlags {
  readonly type?: readonly string[]
  readonly peer?: readonly string[]
}

const NAMES = Object.keys(EVENT_TABLE)
const GROUPS = [...new Set(NAMES.flatMap(name => (name.includes(':') ? [name.replace(/:.*/, '')] : [])))]

/** All events, a line for each group. */
export function eventsText(): string {
  const width = Math.max(...GROUPS.map(group => group.length))
  const lines = GROUPS.map(group => {
    const inGroup = NAMES.filter(name => name.startsWith(`${group}:`)).map(name => name.slice(group.length + 1))
    return `  ${group.padEnd(width)} ${inGroup.join(', ')}`
  })
  const single = NAMES.filter(name => !name.includes(':')).map(name => `  ${name}`)
  return [...lines, ...single].join('\n')
}

function eventType(text: string): string {
  if (NAMES.includes(text) || GROUPS.includes(text)) return text
  throw new UsageError(`--type is ${quoted(text)}`, `an event (${NAMES.join(', ')}) or a group (${GROUPS.join(', ')})`)
}

/** `--type` and `--peer`, the same for all commands that show events. */
export function addEventFlags(command: Command): Command {
  const type = new Option('--type <event>', 'only this event, such as peer:evicted, or group, such as peer; may be repeated').argParser(each(eventType))
  type.argChoices = [...NAMES, ...GROUPS]
  return command.addOption(type).option('--peer <peer>', 'only what names this peer: its id, the beginning of it, or its name; may be repeated', each(peerLike))
}

/** Whether an id is of the one peer that is meant: the first that fits. Another that the same letters begin is not shown, so that nobody takes it for the one; it is told once. */
function matcher(like: string, names: Pick<Names, 'of'>, tell: (note: string) => void): (text: string) => boolean {
  if (isPeerId(like)) return text => text === like
  const [begin = '', end = ''] = like.split('…')
  let meant: string | undefined
  let isTold = false
  return text => {
    if (!isPeerId(text)) return false
    if (names.of(text) !== like && !(text.startsWith(begin) && text.endsWith(end))) return false
    meant ??= text
    if (meant === text) return true
    if (!isTold) tell(`--peer ${like} fits ${text} too, of which nothing is shown, but ${meant}: give more letters`)
    isTold = true
    return false
  }
}

function isNamed(value: unknown, matchers: readonly ((text: string) => boolean)[]): boolean {
  if (typeof value === 'string') return matchers.some(matches => matches(value))
  return typeof value === 'object' && value != null && Object.values(value).some(inner => isNamed(inner, matchers))
}

/** Whether a line is one of those asked for. */
export function eventFilter({ type, peer }: EventFlags, names: Pick<Names, 'of'>, tell = complain): (line: LogLine) => boolean {
  const matchers = peer?.map(like => matcher(like, names, tell))
  return line => {
    const event = String(line['event'])
    const isType = type == null || type.some(wanted => wanted === event || wanted === event.replace(/:.*/, ''))
    return isType && (matchers == null || isNamed(line, matchers))
  }
}

export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export function levelFilter(least: LogLevel | undefined): (line: LogLine) => boolean {
  if (least == null) return () => true
  const wanted = new Set<unknown>(LEVELS.slice(LEVELS.indexOf(least)))
  return ({ level }) => wanted.has(level)
}
