import type { Paint, Style } from '../paint.ts'

/** A piece of a line and its colour. */
export type Piece = string | readonly [Style, string]

function textOf(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece[1]
}

/** Latin letters, punctuation, box drawing and marks: each exactly one column wide on every terminal. */
const STRANGE = /[^\u0020-\u007E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027\u2500-\u25FF\u2700-\u27BF]/gu

/** Control characters would move the cursor and wide ones wrap; what a peer gives as a reason may hold some. */
export function printable(text: string): string {
  return text.replaceAll(STRANGE, '?')
}

/** Exactly `width` characters, or as many as there are where `fill` is false; cut before it is coloured, so that nothing ever wraps. */
export function line(pieces: readonly Piece[], width: number, paint: Paint, fill = false): string {
  let left = width
  let result = ''
  for (const piece of pieces) {
    const whole = printable(textOf(piece))
    const text = whole.length <= left ? whole : left === 0 ? '' : `${whole.slice(0, left - 1)}…`
    left -= text.length
    if (text !== '') result += typeof piece === 'string' ? text : paint(piece[0], text)
  }
  return fill ? result + ' '.repeat(left) : result
}
