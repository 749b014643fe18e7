import CliTable from 'cli-table3'
import type { Paint } from './paint.ts'

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  '
}

export interface TableInit {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** Columns by index that are numbers. */
  readonly right?: readonly number[]
}

/** Columns without borders: easy to read, to cut and to grep. The only place that knows the table library. */
export function table(init: TableInit, paint: Paint): string {
  const made = new CliTable({
    head: init.head.map(text => paint('bold', text)),
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: init.head.map((_, column) => (init.right?.includes(column) === true ? 'right' : 'left'))
  })
  made.push(...init.rows.map(row => [...row]))
  return withoutTrailingSpace(made.toString())
}

/** Names and values below each other. */
export function fields(pairs: readonly (readonly [string, string])[], paint: Paint): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return withoutTrailingSpace(pairs.map(([name, value]) => `${paint('bold', name.padEnd(width))}  ${value}`).join('\n'))
}

function withoutTrailingSpace(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '')
}
