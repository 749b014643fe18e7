import type { LogLevel } from './node-event.ts'

/** Colours a text, or leaves it as it is. */
export type LinePaint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'cyan', text: string) => string

const PLAIN: LinePaint = (_style, text) => text

const LEVEL_STYLES: Readonly<Record<LogLevel, Parameters<LinePaint>[0]>> = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' }

/** How lines are shown to people. */
export interface LineStyle {
  /** Default: no colours. */
  readonly paint?: LinePaint
  /** What a person calls a peer: it stands behind the id. Default: nobody has a name. */
  readonly nameOf?: (peer: string) => string | undefined
  /** How a peer's id is shown. Default: whole. */
  readonly idText?: (peer: string) => string
}

const BARE_WORD = /^[\w./:+@-]+$/
const PEER_ID = /^(?:12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{38,60}$/

/** What moves a cursor or turns the direction of a line, and JSON leaves as it is. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSEEN, letter => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}

function peerText(id: string, { nameOf, idText }: LineStyle): string {
  const name = nameOf?.(id)
  return `${idText?.(id) ?? id}${name == null ? '' : `(${BARE_WORD.test(name) ? name : quoted(name)})`}`
}

function wordText(word: string, style: LineStyle): string {
  if (PEER_ID.test(word)) return peerText(word, style)
  return BARE_WORD.test(word) ? word : quoted(word)
}

/** Others choose some of the texts: whatever is no bare word is quoted, control characters included. */
function valueText(value: unknown, style: LineStyle = {}): string {
  if (typeof value === 'string') return wordText(value, style)
  if (Array.isArray(value) && value.every(item => typeof item === 'string' && BARE_WORD.test(item)))
    return value.length === 0 ? 'none' : value.map((word: string) => wordText(word, style)).join(',')
  return value === undefined ? 'none' : quoted(value)
}

function isLevel(value: unknown): value is LogLevel {
  return typeof value === 'string' && Object.hasOwn(LEVEL_STYLES, value)
}

/** One event or log line for people: time, level, node, event, and its fields as `name=value`. */
export function prettyLine(line: Readonly<Record<string, unknown>>, style: LineStyle = {}): string {
  const { paint = PLAIN } = style
  const { time, level, node, role: _role, event, ...fields } = line
  const when = typeof time === 'string' && /^[\dT:.Z-]{20,30}$/.test(time) ? time.replace('T', ' ') : ''
  const parts = [
    paint('dim', when),
    isLevel(level) ? paint(LEVEL_STYLES[level], level.padEnd(5)) : '',
    node == null ? '' : valueText(node),
    paint('bold', valueText(event)),
    ...Object.entries(fields).map(([name, value]) => `${paint('dim', `${valueText(name)}=`)}${valueText(value, style)}`)
  ]
  return parts.filter(part => part !== '').join(' ')
}
