import { globSync, readFileSync } from 'node:fs'

/** A fenced block of a document. */
export interface Block {
  readonly file: string
  /** Of its fence, from 1. */
  readonly line: number
  /** What the fence says: `sh`, `ts` …; empty where it says nothing. */
  readonly language: string
  readonly text: string
}

const ROOT = new URL('../../', import.meta.url)
const FENCE = /^(?<indent> *)```(?<language>[a-z]*)$/

/** Whose blocks a reader may type or copy. */
export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: ROOT })].toSorted()
export const COVER_PAGES = globSync('packages/*/README.md', { cwd: ROOT }).toSorted()

export function blocksOf(file: string): Block[] {
  const blocks: Block[] = []
  let open: { readonly line: number; readonly language: string; readonly indent: string; readonly lines: string[] } | undefined
  for (const [index, text] of readFileSync(new URL(file, ROOT), 'utf8').split('\n').entries()) {
    const { indent, language } = FENCE.exec(text)?.groups ?? {}
    if (open == null && indent != null) open = { line: index + 1, language: language ?? '', indent, lines: [] }
    else if (open != null && indent === open.indent) {
      blocks.push({ file, line: open.line, language: open.language, text: open.lines.join('\n') })
      open = undefined
    } else open?.lines.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text)
  }
  if (open != null) throw new Error(`${file}:${open.line}: a fence without end`)
  return blocks
}

/** Where a block is, for people. */
export function placeOf({ file, line }: Block): string {
  return `${file}:${line}`
}

/** The commands of a block, without comments and prompts; empty for what is none of a shell. */
export function commandsOf({ language, text }: Block): string[] {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const isTyped = language === '' && lines.every(line => line.startsWith('$ '))
  if (language !== 'sh' && !isTyped) return []
  return lines
    .map(line =>
      line
        .replace(/^\$ /, '')
        .replace(/(^|\s)#\s.*$/, '')
        .trim()
    )
    .filter(line => line !== '')
}

/** The word that a shell would run, after assignments. */
export function programOf(command: string): string {
  return command.split(/\s+/).find(word => !/^[A-Z_]+=/.test(word)) ?? ''
}
