import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

export const plain: Paint = (_style, text) => text

/** Colours for a stream: none where it is no terminal, for NO_COLOR and dumb terminals; FORCE_COLOR wins. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream, validateStream: true })
}

/** Latin letters, punctuation, box drawing and marks: each exactly one column wide on every terminal. */
const STRANGE = /[^\u0020-\u007E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027\u2192\u2500-\u25FF\u2700-\u27BF]/gu

/** Control characters would move the cursor and wide ones wrap; what a peer gives as a reason may hold some. */
export function printable(text: string): string {
  return text.replaceAll(STRANGE, '?')
}
