import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

const SPARED = `import { spareCpu } from '${new URL('../src/spare-cpu.ts', import.meta.url).href}'
spareCpu()`
/** A thread that makes much of which a part stays for a while, and calls one function often: what that cost it. */
const WORK = `
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
setFlagsFromString('--allow-natives-syntax')
// not beside the thread, when others let it
setFlagsFromString('--no-concurrent-recompilation')
const THREAD = \`
import { PerformanceObserver } from 'node:perf_hooks'
import { parentPort } from 'node:worker_threads'
let collections = 0
new PerformanceObserver(list => { collections += list.getEntries().length }).observe({ entryTypes: ['gc'] })
const add = (a, b) => a + b
const isCompiled = () => (%GetOptimizationStatus(add) & 16) !== 0
let compiledAfter = 1e9
const kept = []
for (let made = 1; made <= 400000; made++) {
  kept[made % 50000] = { made }
  Reflect.apply(add, undefined, [made, made])
  if (compiledAfter === 1e9 && isCompiled()) compiledAfter = made
}
// collections are told a turn later
await new Promise(resolve => setTimeout(resolve, 10))
parentPort.postMessage({ collections, compiledAfter })
\`
new Worker(THREAD, { eval: true }).on('message', told => console.log(JSON.stringify(told)))`

function cost(script: string): { readonly collections: number; readonly compiledAfter: number } {
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env: {} })) as ReturnType<typeof cost>
}

test('threads of a demo collect new objects less often and compile for speed later than this V8 would have them do', () => {
  const [spared, usual] = [cost(SPARED + WORK), cost(WORK)]
  assert.ok(spared.collections < usual.collections, `${spared.collections} collections against ${usual.collections}`)
  assert.ok(usual.compiledAfter < spared.compiledAfter, `compiled after ${spared.compiledAfter} calls against ${usual.compiledAfter}`)
})
