import type { LogLevel } from './node-event.ts'

/** Colours a text, or leaves it as it is. */
export type LinePaint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'cyan', text: string) => string

const PLAIN: LinePaint = (_style, text) => text

const LEVEL_STYLES: Readonly<Record<LogLevel, Parameters<LinePaint>[0]>> = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' }

const BARE_WORD = /^[\w./:+@-]+$/

/** Others choose some of the texts: whatever is no bare word is quoted, control characters included. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return BARE_WORD.test(value) ? value : JSON.stringify(value)
  if (Array.isArray(value) && value.every(item => typeof item === 'string' && BARE_WORD.test(item))) return value.length === 0 ? 'none' : value.join(',')
  return JSON.stringify(value) ?? 'none'
}

function isLevel(value: unknown): value is LogLevel {
  return typeof value === 'string' && value in LEVEL_STYLES
}

/** One event or log line for people: time, level, node, event, and its fields as `name=value`. */
export function prettyLine(line: Readonly<Record<string, unknown>>, paint: LinePaint = PLAIN): string {
  const { time, level, node, role: _role, event, ...fields } = line
  const when = typeof time === 'string' && /^[\dT:.Z-]{20,30}$/.test(time) ? time.replace('T', ' ') : ''
  const parts = [
    paint('dim', when),
    isLevel(level) ? paint(LEVEL_STYLES[level], level.padEnd(5)) : '',
    node == null ? '' : valueText(node),
    paint('bold', valueText(event)),
    ...Object.entries(fields).map(([name, value]) => `${paint('dim', `${valueText(name)}=`)}${valueText(value)}`)
  ]
  return parts.filter(part => part !== '').join(' ')
}
