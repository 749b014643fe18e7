import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './paint.ts'

export interface TableInit {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** Columns by index that are numbers. */
  readonly right?: readonly number[]
}

const GAP = '  '
/** Letters of East Asia and pictures take two columns of a terminal, marks that join the letter before them none. */
const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/gu
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/gu

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text)
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7E]*$/.test(shown)) return shown.length
  const visible = shown.replaceAll(INVISIBLE, '')
  return (visible.match(/./gsu)?.length ?? 0) + (visible.match(WIDE)?.length ?? 0)
}

function padded(text: string, width: number, isRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return isRight ? space + text : text + space
}

/** Columns without borders: easy to read, to cut and to grep. */
export function table({ head, rows, right = [] }: TableInit, paint: Paint): string {
  const lines = [head.map(text => paint('bold', text)), ...rows.map(row => row.map(String))]
  const widths = head.map((_, column) => Math.max(...lines.map(cells => widthOf(cells[column] ?? ''))))
  return withoutTrailingSpace(lines.map(cells => cells.map((cell, column) => padded(cell, widths[column] ?? 0, right.includes(column))).join(GAP)).join('\n'))
}

/** Names and values below each other; a value may have several lines. */
export function fields(pairs: readonly (readonly [string, string])[], paint: Paint): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  const next = `\n${' '.repeat(width)}${GAP}`
  return withoutTrailingSpace(pairs.map(([name, value]) => `${paint('bold', name.padEnd(width))}${GAP}${value.replaceAll('\n', next)}`).join('\n'))
}

/** Stands where there is no value. */
export const NONE = '–'

/** A heading with its table below, or a word where there is nothing. */
export function section(title: string, rows: TableInit['rows'], head: readonly string[], paint: Paint, right: readonly number[] = []): string {
  return [paint('bold', `${title} (${rows.length})`), rows.length === 0 ? 'none' : table({ head, rows, right }, paint)].join('\n')
}

function withoutTrailingSpace(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '')
}
