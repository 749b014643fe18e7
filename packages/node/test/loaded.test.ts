import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const LOADS = `
import { createRequire } from 'node:module'
const modules = createRequire(${JSON.stringify(import.meta.url)}).cache
await import(${JSON.stringify(new URL('../src/testnet.ts', import.meta.url))})
console.log(JSON.stringify([...process.moduleLoadList, ...Object.keys(modules)]))
process.exit()`

test('a host without an API loads no HTTP client, no server and no exporter of metrics', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(LOADS)}`, import.meta.filename])
  const loaded = JSON.parse(stdout) as string[]
  const unwanted = loaded.filter(name => /internal\/deps\/undici|NativeModule http$|node_modules\/(?:fastify|prom-client|ws)\//.test(name))
  assert.deepEqual(unwanted, [])
})
