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
  // protons asks for bytes on a plain ArrayBuffer and needs none: with it each message of ours would take a cast
  for (const file of globSync(join(target, '*.d.ts'))) writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Uint8Array<ArrayBuffer>', 'Uint8Array'))
}
