import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { buildGo, checkGo, findGo } from './support/go.ts'
import { buildRust, findCargo } from './support/rust.ts'

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(0)} s`
}

const go = findGo()
console.log(go == null ? 'go is not installed: the Go peers are left out' : `${go}: building and checking interop/go`)
if (go != null) {
  const sinceMs = performance.now()
  buildGo()
  checkGo()
  console.log(`interop/go: ${seconds(sinceMs)}`)
}
const cargo = findCargo()
console.log(cargo == null ? 'cargo is not installed: the Rust peer is left out' : `${cargo}: building interop/rust`)
if (cargo != null) {
  const sinceMs = performance.now()
  buildRust()
  console.log(`interop/rust: ${seconds(sinceMs)}`)
}
/** Whether what a test file needs is there. */
function canRun(file: string): boolean {
  return file.endsWith('/rust.test.ts') ? cargo != null : go != null
}
const files = globSync(new URL('*.test.ts', import.meta.url).pathname)
  .toSorted()
  .filter(canRun)
// without files the test runner would look for some by itself
const { status } =
  files.length === 0 ? { status: 0 } : spawnSync(process.execPath, ['--test', '--test-timeout=1200000', '--test-concurrency=1', ...files], { stdio: 'inherit' })
process.exitCode = status ?? 1
