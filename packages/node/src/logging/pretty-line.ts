import type { LogLevel } from './node-event.ts'

/** Colours a text, or leaves it as it is. */
export type LinePaint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'cyan', text: string) => string

const PLAIN: LinePaint = (_style, text) => text

const LEVEL_STYLES: Readonly<Record<LogLevel, Parameters<LinePaint>[0]>> = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' }

/** How lines are shown to people. */
export interface LineStyle {
  /** Default: no colours. */
  readonly paint?: LinePaint
  /** The name that a person gave a peer. It stands behind the id. Default: nobody has a name. */
  readonly nameOf?: (peer: string) => string | undefined
  /** How a peer's id is shown. Default: whole. */
  readonly idText?: (peer: string) => string
}

const BARE_WORD = /^[\w./:+@-]+$/
const PEER_ID = /^(?:12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{38,60}$/

/** Characters that move a cursor or turn the direction of a line, and that JSON leaves as they are. */
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
  if (Array.isArray(value) && value.length > 0 && value.every(isFlat)) return value.map(item => flatText(item, style)).join(',')
  return value == null ? 'none' : quoted(value)
}

/** An object of bare words, such as a finding. */
function isFlat(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value == null || Array.isArray(value)) return false
  const inner: unknown[] = Object.values(value)
  return inner.length > 0 && inner.every(each => typeof each === 'string' && BARE_WORD.test(each))
}

function flatText(item: Readonly<Record<string, string>>, style: LineStyle): string {
  return Object.values(item)
    .map(word => wordText(word, style))
    .join('/')
}

const INSTANT = /AtMs$/
/** Later years have more digits than a person reads. */
const LAST_MS = Date.UTC(9999, 11, 31)

/** An instant is a time of day, as everywhere where people read; the name tells no unit then. */
function fieldText([name, value]: [name: string, value: unknown], { paint, style }: { readonly paint: LinePaint; readonly style: LineStyle }): string {
  const isInstant = INSTANT.test(name) && typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_MS
  const [label, text] = isInstant ? [name.replace(/Ms$/, ''), new Date(value).toISOString().replace('.000Z', 'Z')] : [name, valueText(value, style)]
  return `${paint('dim', `${valueText(label)}=`)}${text}`
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
    ...Object.entries(fields).map(field => fieldText(field, { paint, style }))
  ]
  return parts.filter(part => part !== '').join(' ')
}
