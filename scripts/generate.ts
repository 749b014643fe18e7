/**
 * Turns every `packages/*\/src/*.proto` into `src/generated/*.js` and `*.d.ts`.
 *
 * protons writes namespaces and enums, which Node cannot strip, so its output is compiled here and the result is committed.
 */
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const run = (tool: string, ...args: string[]): void => {
  execFileSync(tool, args, { stdio: 'inherit' })
}
const sources = join('build', 'protons')

const protos = globSync('packages/*/src/*.proto')
for (const proto of protos) rmSync(join(dirname(proto), 'generated'), { recursive: true, force: true })
for (const proto of protos) {
  const target = join(dirname(proto), 'generated')
  rmSync(sources, { recursive: true, force: true })
  mkdirSync(sources, { recursive: true })
  run('protons', '--strict', '-o', sources, proto)
  run(
    'tsc',
    '--ignoreConfig',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--strict',
    '--skipLibCheck',
    '--declaration',
    '--removeComments',
    'false',
    '--outDir',
    target,
    join(sources, basename(proto, '.proto') + '.ts')
  )
}
for (const file of globSync('packages/*/src/generated/*.d.ts')) edit(file, withoutEvents)
for (const file of globSync('packages/*/src/generated/*.js')) edit(file, withoutStreaming)

/** protons asks for bytes on a plain ArrayBuffer and needs none: with it each message of ours would take a cast. */
function withoutEvents(text: string): string {
  return text
    .replaceAll('Uint8Array<ArrayBuffer>', 'Uint8Array')
    .replaceAll(/ {4}interface \w+FieldEvent \{\n[^}]*\}\n/g, '')
    .replaceAll(/ {4}function stream\(.*\n/g, '')
}

/** The third part of each codec yields the fields of a message one by one: nobody here asks for it, and it is half of the code. */
function withoutStreaming(text: string): string {
  return text
    .replaceAll(/, function\* \(reader, length, prefix, opts = \{\}\) \{\n[^]*?\n {12}\}\);/g, ');')
    .replaceAll(/ {4}function stream\(buf, opts\) \{\n.*\n {4}\}\n {4}\w+\.stream = stream;\n/g, '')
    .replace(', streamMessage', '')
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}
