import { widest, widthOf, wrapped } from './wrap.ts'
import type { Paint } from './paint.ts'

/** Where something is shown. */
export interface Page {
  readonly paint: Paint
  /** Room of a line; undefined where the output is no terminal: then programs read it, and nothing is wrapped. */
  readonly columns: number | undefined
  /** Whether columns of tables are made smaller and long words broken, so that all fits. Sentences are wrapped in any case. Default true. */
  readonly isTight?: boolean
}

export interface TableInit {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** Columns by index that are numbers. */
  readonly right?: readonly number[]
}

export const GAP = '  '
/** Narrower no column gets: what does not fit then is wrapped by whoever prints it. */
const LEAST_COLUMNS = 6

function padded(text: string, width: number, isRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return isRight ? space + text : text + space
}

/** Widths that fit: the widest column gives way first, none below its longest word as long as that will do. */
function narrowed(natural: readonly number[], words: readonly number[], columns: number): number[] {
  const widths = [...natural]
  const most = columns - GAP.length * (natural.length - 1)
  for (const least of [words, natural.map(() => LEAST_COLUMNS)]) {
    for (;;) {
      if (widths.reduce((sum, width) => sum + width, 0) <= most) return widths
      const spare = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0))
      const widestAt = spare.indexOf(Math.max(...spare))
      if ((spare[widestAt] ?? 0) === 0) break
      widths[widestAt] = (widths[widestAt] ?? 0) - 1
    }
  }
  return widths
}

/** Columns without borders: easy to read, to cut and to grep. A cell that does not fit goes on below. */
export function table({ head, rows, right = [] }: TableInit, { paint, columns, isTight = true }: Page): string {
  const cells = [head, ...rows.map(row => row.map(String))]
  const inColumn = head.map((_, column) => cells.map(row => row[column] ?? ''))
  const natural = inColumn.map(widest)
  // a number stays with its unit
  const words = inColumn.map(([title = '', ...texts], column) =>
    widest([...title.split(' '), ...(right.includes(column) ? texts : texts.flatMap(text => text.split(' ')))])
  )
  const widths = columns == null || !isTight ? natural : narrowed(natural, words, columns)
  const lines = cells.flatMap((row, index) => {
    const parts = widths.map((width, column) => wrapped(row[column] ?? '', width))
    const height = Math.max(...parts.map(({ length }) => length))
    return Array.from({ length: height }, (_, at) =>
      parts
        .map((part, column) => {
          const text = part[at] ?? ''
          return padded(index === 0 && text !== '' ? paint('bold', text) : text, widths[column] ?? 0, right.includes(column))
        })
        .join(GAP)
    )
  })
  return withoutTrailingSpace(lines.join('\n'))
}

/** Names and values below each other; a value may have several lines, and goes on below where it does not fit. */
export function fields(pairs: readonly (readonly [string, string])[], { paint, columns, isTight = true }: Page): string {
  const width = widest(pairs.map(([name]) => name))
  const next = `\n${' '.repeat(width)}${GAP}`
  const room = columns == null ? Infinity : Math.max(LEAST_COLUMNS, columns - width - GAP.length)
  const lines = (value: string): string =>
    value
      .split('\n')
      .flatMap(line => wrapped(line, room, '', isTight))
      .join(next)
  return withoutTrailingSpace(pairs.map(([name, value]) => `${paint('bold', name)}${' '.repeat(width - widthOf(name))}${GAP}${lines(value)}`).join('\n'))
}

/** Stands where there is no value. */
export const NONE = '–'

/** A heading with its table below, or a word where there is nothing. */
export function section(title: string, rows: TableInit['rows'], head: readonly string[], page: Page, right: readonly number[] = []): string {
  return [page.paint('bold', `${title} (${rows.length})`), rows.length === 0 ? 'none' : table({ head, rows, right }, page)].join('\n')
}

function withoutTrailingSpace(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '')
}
