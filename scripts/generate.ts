/**
 * Turns every `packages/*\/src/*.proto` into `src/generated/*.js` and `*.d.ts`.
 *
 * protons writes namespaces and enums, which Node cannot strip, so its output is compiled here and the result is committed.
 */
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, rmSync } from 'node:fs'
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
