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

/** The commands of a block, without comments and prompts; empty for what is none of a shell. Where prompts are shown, other lines are answers. */
export function commandsOf({ language, text }: Block): string[] {
  const lines = text.split('\n')
  const typed = language === 'sh' ? lines : language === '' ? lines.filter(line => line.startsWith('$ ')).map(line => line.slice(2)) : []
  return typed.map(line => line.replace(/(^|\s)#\s.*$/, '').trim()).filter(line => line !== '')
}

/** The word that a shell would run, after assignments and changes of folder. */
export function programOf(command: string): string {
  const [last = ''] = command.replace(/^cd \S+ && /, '').match(/^([A-Z_]+=\S* )*\S+/) ?? []
  return last.split(' ').at(-1) ?? ''
}

/** Programs whose commands are held against the files that they use; all others are run in a folder of their own. */
export const NOT_RUN = ['npm', 'docker', 'go', 'cargo']
