import { dirname, resolve } from 'node:path'
import { nearest, textOf } from '@peerwatch/model'
import { NodeError } from '../errors.ts'
import { STDOUT } from '../files/layout.ts'
import { fileRemedy, fileTrouble, readSmallFile } from '../files/read-text.ts'
import { expectation } from './kind.ts'
import { findOption, OPTION_NAMES } from './table.ts'
import type { Document, LineCounter, Node, Pair } from 'yaml'
import type { OptionName } from './table.ts'

/** Where a value stands in a file; both count from 1. */
export interface Place {
  readonly path: string
  readonly line: number
  readonly column: number
}

export interface FileValue {
  readonly value: unknown
  readonly place: Place
}

/** A file that was read to its end and found right: nothing of a wrong one is ever used. */
export interface ConfigFile {
  readonly path: string
  readonly values: ReadonlyMap<OptionName, FileValue>
}

interface Problem {
  readonly place: Place
  readonly found: string
  readonly expected: string
}

const SCHEMA = '$schema'
const LIST = '`peerwatch config` lists all options'
const SHOWN_MOST = 60

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN_MOST ? `${text.slice(0, SHOWN_MOST)}…` : text
}

/** Reads and checks a YAML file. Rejects with NodeError `bad-config` that names file, line and column of the first thing that is wrong. */
export async function readConfigFile(path: string, nameAnother = 'name another one with --config or PEERWATCH_CONFIG'): Promise<ConfigFile> {
  let text: string
  try {
    text = textOf(await readSmallFile(path), { fatal: true })
  } catch (error) {
    const found = error instanceof TypeError ? 'is no UTF-8 text' : fileTrouble(error)
    throw new NodeError(
      'bad-config',
      { found: `the configuration ${path} ${found}`, expected: 'a YAML file', remedy: fileRemedy(error, nameAnother) },
      { cause: error }
    )
  }
  return parseConfigFile(path, text)
}

/** The same, of a text. */
export async function parseConfigFile(path: string, text: string): Promise<ConfigFile> {
  const { parseDocument, LineCounter: Lines } = await import('yaml')
  const lines = new Lines()
  // not 'silent', which would let a second document pass; nothing is printed either way
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', prettyErrors: false, version: '1.2', uniqueKeys: true })
  const reader = await documentReader(path, document, lines)
  const { problems, values } = reader
  const [first, ...more] = problems.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  if (first == null) return { path, values }
  const { place, found, expected } = first
  const others = more.length === 0 ? '' : `, and ${more.length} more below it`
  throw new NodeError('bad-config', { found: `${place.path}:${place.line}:${place.column}: ${found}`, expected, remedy: `correct it${others}: ${LIST}` })
}

async function documentReader(
  path: string,
  document: Document.Parsed,
  lines: LineCounter
): Promise<{ problems: Problem[]; values: Map<OptionName, FileValue> }> {
  const { isAlias, isMap, isScalar, isSeq } = await import('yaml')
  const problems: Problem[] = []
  const values = new Map<OptionName, FileValue>()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { path, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const placeOf = (node: unknown): Place => placeAt((node as Node | null)?.range?.[0] ?? 0)
  const plain = (node: unknown): unknown => {
    if (isScalar(node)) return node.value
    if (isSeq(node)) return node.items.map(plain)
    if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [String(plain(key)), plain(value)]))
    return isAlias(node) ? `*${node.source}` : null
  }
  const checkItem = (name: OptionName, node: unknown): void => {
    const { kind } = findOption(name)
    const place = placeOf(node)
    const found = plain(node)
    // in a list, the entry that does not fit is the one to look at
    const wrong = kind.item != null && isSeq(node) ? node.items.find(item => isAlias(item) || kind.item?.read(plain(item)) === undefined) : undefined
    const value = isAlias(node) || wrong != null ? undefined : kind.read(found)
    if (value !== undefined) {
      values.set(name, { value: kind.isPath && value !== STDOUT ? resolve(dirname(path), value as string) : value, place })
      return
    }
    const problem = { place, found: `${name} is ${shown(found)}`, expected: expectation(kind, found) }
    const inList =
      wrong == null || kind.item == null
        ? {}
        : { place: placeOf(wrong), found: `${name} is ${shown(plain(wrong))}`, expected: expectation(kind.item, plain(wrong)) }
    problems.push({ ...problem, ...inList })
  }
  const checkPair = ({ key, value }: Pair, prefix: string): void => {
    const word = String(plain(key))
    const name = `${prefix}${word}`
    // for editors: where the schema lies
    if (name === SCHEMA && isScalar(value) && typeof value.value === 'string') return
    if (word.includes('.')) problems.push({ place: placeOf(key), found: `${shown(word)} is no option`, expected: `each word of it on a level of its own` })
    else if (OPTION_NAMES.some(known => known === name)) checkItem(name as OptionName, value)
    else if (OPTION_NAMES.some(known => known.startsWith(`${name}.`))) checkMap(value, `${name}.`)
    else {
      const siblings = namesBelow(prefix)
      const like = nearest(name.slice(prefix.length), siblings)
      problems.push({
        place: placeOf(key),
        found: `${shown(name)} is no option`,
        expected: like == null ? `one of ${siblings.join(', ')}` : `${prefix}${like}, perhaps`
      })
    }
  }
  const checkMap = (node: unknown, prefix: string): void => {
    if (isMap(node)) {
      for (const pair of node.items) checkPair(pair, prefix)
      return
    }
    const where = prefix === '' ? 'the file' : prefix.slice(0, -1)
    problems.push({ place: placeOf(node), found: `${where} is ${shown(plain(node))}`, expected: `options below it: ${namesBelow(prefix).join(', ')}` })
  }
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    problems.push({ place: placeAt(pos[0]), found: message.replaceAll(/\s+/g, ' '), expected: 'YAML 1.2' })
  }
  // an empty file says nothing, which is right
  if (problems.length === 0 && document.contents != null && !(isScalar(document.contents) && document.contents.value == null)) checkMap(document.contents, '')
  return { problems, values }
}

/** The keys that may stand at one level. */
function namesBelow(prefix: string): string[] {
  const names = OPTION_NAMES.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length).replace(/\..*/, ''))
  return [...new Set(names)]
}
