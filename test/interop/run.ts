import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { buildGo, checkGo, findGo } from './support/go.ts'

// The vectors need no Go to be checked by us; all else does.
const startedMs = performance.now()
const go = findGo()
console.log(go == null ? 'go is not installed: only the test vectors are checked' : `${go}: building and checking interop/go`)
if (go != null) {
  buildGo()
  checkGo()
}
const all = globSync(new URL('*.test.ts', import.meta.url).pathname).toSorted()
const files = go == null ? all.filter(file => file.endsWith('/vectors.test.ts')) : all
const { status } = spawnSync(process.execPath, ['--test', '--test-timeout=300000', '--test-concurrency=1', ...files], { stdio: 'inherit' })
console.log(`took ${Math.round((performance.now() - startedMs) / 1000)} s`)
process.exitCode = status ?? 1
