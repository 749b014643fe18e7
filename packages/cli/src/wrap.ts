import { stripVTControlCharacters } from 'node:util'

/** Letters of East Asia and pictures take two columns of a terminal, marks that join the letter before them none. */
const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/gu
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/gu
/** Colours: they move no cursor. */
// oxlint-disable-next-line no-control-regex
const STYLE = /(?<style>\u001B\[[\d;]*m)/

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text)
  // oxlint-disable-next-line no-control-regex
  if (/^[\x20-\x7E]*$/.test(shown)) return shown.length
  const visible = shown.replaceAll(INVISIBLE, '')
  return (visible.match(/./gsu)?.length ?? 0) + (visible.match(WIDE)?.length ?? 0)
}

export function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map(widthOf))
}

/** A word in pieces: after each of the marks that paths, addresses and lists have. */
function piecesOf(word: string): string[] {
  return word.match(/[^/,;:=@]*[/,;:=@]+|[^/,;:=@]+/g) ?? []
}

/** A word that is longer than a line in parts that are not, broken after a mark where there is one. */
function broken(word: string, columns: number): string[] {
  const parts: string[] = []
  let current = ''
  const take = (piece: string): void => {
    if (widthOf(current) + widthOf(piece) <= columns) current += piece
    else {
      if (current !== '') parts.push(current)
      current = piece
    }
  }
  for (const piece of piecesOf(word)) {
    if (widthOf(piece) <= columns) take(piece)
    else for (const part of piece.split(STYLE)) for (const letter of STYLE.test(part) ? [part] : part) take(letter)
  }
  return current === '' ? parts : [...parts, current]
}

/**
 * One line in lines of at most `columns`, broken between words; those after the first begin with `indent`. A word that is longer is broken after one of
 * its marks, or stays whole where `breaks` is false.
 */
export function wrapped(text: string, columns: number, indent = '', breaks = true): string[] {
  const lines: string[] = []
  const room = Math.max(1, columns - widthOf(indent))
  let current = ''
  let isFirst = true
  const end = (): void => {
    lines.push(current)
    current = indent
    isFirst = true
  }
  // the beginning of the line stays
  for (const [word, gap = '', letters = ''] of text.matchAll(/( *)([^ ]+)/g)) {
    const isBegin = lines.length === 0 && isFirst
    if (!isFirst && widthOf(current) + widthOf(word) > columns) end()
    const fits = widthOf(letters) <= room || !breaks
    const [first = '', ...more] = fits ? [letters] : broken(letters, room)
    current += `${isFirst && !isBegin ? '' : gap}${first}`
    isFirst = false
    for (const part of more) {
      end()
      current += part
      isFirst = false
    }
  }
  return [...lines, current]
}

/** Lines that are longer than the terminal is wide go on below, a little to the right of where they begin. */
export function fittedLines(text: string, columns: number | undefined): string {
  if (columns == null) return text
  return text
    .split('\n')
    .flatMap(line => (widthOf(line) <= columns ? [line] : wrapped(line, columns, `${/^ */.exec(line)?.[0] ?? ''}  `)))
    .join('\n')
}

/** A shorter line is a heading, or the last of its paragraph. */
const PARAGRAPH_LINE = 60

/** Help that was written in long lines: paragraphs are wrapped anew, what is indented stays and goes on below. */
export function fittedHelp(text: string, columns: number | undefined): string {
  if (columns == null || widest(text.split('\n')) <= columns) return text
  const lines: string[] = []
  let isParagraph = false
  for (const line of text.split('\n')) {
    const isFlush = /^\S/.test(line)
    if (isFlush && isParagraph && !line.endsWith(':')) lines.push(`${lines.pop()} ${line}`)
    else lines.push(line)
    isParagraph = isFlush && line.length > PARAGRAPH_LINE
  }
  return lines.flatMap(line => (/^\S/.test(line) ? wrapped(line, columns) : [fittedLines(line, columns)])).join('\n')
}

/** A command that is longer than the terminal is wide, in lines that a shell takes for one. */
export function commandLines(command: string, columns: number | undefined): string {
  if (columns == null || widthOf(command) <= columns) return command
  const lines: string[] = []
  let current = ''
  // an option stays with its value
  for (const [part] of command.matchAll(/ *(?:--?\S+ )?\S+/g)) {
    if (current !== '' && widthOf(current) + widthOf(part) + 2 > columns) {
      lines.push(`${current} \\`)
      current = `    ${part.trimStart()}`
    } else current += part
  }
  return [...lines, current].join('\n')
}
