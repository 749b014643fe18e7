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

/** A typed line, and the lines that are shown as its answer. */
export interface Exchange {
  readonly command: string
  readonly answer: readonly string[]
}

/** What a block with prompts shows. */
export function exchangesOf({ text }: Block): Exchange[] {
  const exchanges: { command: string; answer: string[] }[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) exchanges.push({ command: line.slice(2), answer: [] })
    else if (line.trim() !== '') exchanges.at(-1)?.answer.push(line)
  }
  return exchanges
}

/** The first line of an answer that was not said, in this order; `…` stands for anything, and blanks for as many as there are. */
export function unsaid(answer: readonly string[], said: string): string | undefined {
  const lines = said.split('\n')
  let next = 0
  return answer.find(shown => {
    const words = shown.trim().split(/\s+/)
    const pattern = new RegExp(`^\\s*${words.map(word => (word === '…' ? '.*' : word.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))).join('\\s*')}\\s*$`)
    const at = lines.findIndex((line, index) => index >= next && pattern.test(line))
    next = at + 1
    return at < 0
  })
}

/** The word that a shell would run, after assignments and changes of folder. */
export function programOf(command: string): string {
  const [last = ''] = command.replace(/^cd \S+ && /, '').match(/^([A-Z_]+=\S* )*\S+/) ?? []
  return last.split(' ').at(-1) ?? ''
}

/** Programs whose commands are held against the files that they use; all others are run in a folder of their own. */
export const NOT_RUN = ['npm', 'docker', 'go', 'cargo']
