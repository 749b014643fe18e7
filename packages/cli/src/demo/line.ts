import { printable } from '../paint.ts'
import type { Paint, Style } from '../paint.ts'

/** A piece of a line and its colour. */
export type Piece = string | readonly [Style, string]

function textOf(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece[1]
}

/** The last word that fits may be as long as this; a longer one is cut within. */
const WORD_MOST = 20

function cut(text: string, width: number): string {
  const short = text.slice(0, width - 1)
  const lastSpace = short.lastIndexOf(' ')
  const isWithinWord = /\S/.test(text[width - 1] ?? ' ') && short.length - lastSpace <= WORD_MOST
  return `${isWithinWord && lastSpace > 0 ? short.slice(0, lastSpace + 1) : short}…`
}

/** Exactly `width` characters, or as many as there are where `fill` is false; cut between words and before it is coloured, so that nothing ever wraps. */
export function line(pieces: readonly Piece[], width: number, paint: Paint, fill = false): string {
  let left = width
  let isCut = false
  let result = ''
  for (const piece of pieces) {
    const whole = printable(textOf(piece))
    if (isCut || whole === '') continue
    isCut = whole.length > left
    const text = isCut ? (left === 0 ? '' : cut(whole, left)) : whole
    left -= text.length
    if (text !== '') result += typeof piece === 'string' ? text : paint(piece[0], text)
  }
  return fill ? result + ' '.repeat(left) : result
}
