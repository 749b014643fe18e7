/**
 * Fails on what only tests use: code that never runs, and tests that prove sentences about it. Part of `npm run check`.
 *
 * Exports are knip's word, with scripts, benches and examples as users beside the packages. A function of an exported interface or class is found by
 * its name: it is used where any code outside tests reads a property of that name, so a name that two of them share can hide one.
 */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'

const ROUTING = 'waits for the issue that routes along the tree where a view is partial'

/** What stays although only tests use it. Each name says what will use it. */
const ALLOWED: Readonly<Record<string, string>> = {
  nextHop: ROUTING,
  linksOf: ROUTING
}

interface KnipReport {
  readonly issues: readonly {
    readonly file: string
    readonly exports: readonly { readonly name: string }[]
    readonly types: readonly { readonly name: string }[]
  }[]
}

function declares(source: string, name: string): boolean {
  return new RegExp(`^export (async )?(function\\*?|const|class|interface|type) ${name}\\b`, 'm').test(source)
}

/** Exports, without those that an index only passes on: what they name is judged where it is declared. */
function unusedExports(): string[] {
  const args = [
    'knip',
    '--production',
    '--config',
    'knip.production.json',
    '--include',
    'exports,types',
    '--reporter',
    'json',
    '--no-config-hints',
    '--no-exit-code'
  ]
  const { issues } = JSON.parse(execFileSync('npx', args, { encoding: 'utf8' })) as KnipReport
  return issues.flatMap(({ file, exports, types }) => {
    const source = readFileSync(file, 'utf8')
    return [...exports, ...types].flatMap(({ name }) => (declares(source, name) ? [name] : []))
  })
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}

/** What a pattern takes apart: braces before `=`, `of`, a type, an arrow, or a further parameter. */
const TAKEN_APART = /\{((?:[^{}]|\{[^{}]*\})*)\}\s*(?:=(?!>)|:|of\b|\)\s*=>|\)\s*:|,)/g
const FUNCTION_MEMBER = /^ {2}readonly (\w+)\??: (?:<[^>]*>)?\(/gm
const EXPORTED_INTERFACE = /^export interface (\w+)[^{]*\{([^]*?)^\}/gm
const METHOD = /^ {2}(?:static |async |get |\*)*(?!constructor)(\w+)\(.*\{$/gm
/** Of what a class extends or implements, others call the methods. */
const EXPORTED_CLASS = /^export class (\w+)(?:<[^>]*>)? \{([^]*?)^\}/gm

function functionsOf(sources: readonly string[]): { readonly owner: string; readonly member: string }[] {
  const found = (owners: RegExp, members: RegExp): { readonly owner: string; readonly member: string }[] =>
    sources.flatMap(source =>
      [...source.matchAll(owners)].flatMap(([, owner = '', body = '']) => [...body.matchAll(members)].map(([, member = '']) => ({ owner, member })))
    )
  return [...found(EXPORTED_INTERFACE, FUNCTION_MEMBER), ...found(EXPORTED_CLASS, METHOD)]
}

function sourcesIn(pattern: string): string[] {
  const exclude = ['**/node_modules/**', '**/generated/**', '**/testing/**', '**/manual-clock.ts']
  return globSync(pattern, { exclude }).map(file => withoutComments(readFileSync(file, 'utf8')))
}

function unusedMembers(): string[] {
  const sources = sourcesIn('packages/*/src/**/*.ts')
  const all = [...sources, ...sourcesIn('{scripts,bench,examples,packages/*/template}/**/*.ts')].join('\n')
  const used = new Set([...all.matchAll(/\.(\w+)|'(\w+)'/g)].map(([, property, quoted]) => property ?? quoted))
  for (const [, inside = ''] of all.matchAll(TAKEN_APART)) for (const [name] of inside.matchAll(/\w+/g)) used.add(name)
  return functionsOf(sources).flatMap(({ owner, member }) => (used.has(member) ? [] : [`${owner}.${member}`]))
}

const found = [...unusedExports(), ...unusedMembers()]
const refused = found.filter(name => !(name in ALLOWED))
const stale = Object.keys(ALLOWED).filter(name => !found.includes(name))
for (const name of refused) console.error(`${name}: only tests use it: wire it, or delete it with its tests`)
for (const name of stale) console.error(`${name}: is used or gone: take it off the list of scripts/only-tests.ts`)
if (refused.length + stale.length > 0) process.exitCode = 1
