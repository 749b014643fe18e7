import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { derivedVectors } from './support/derived.ts'

const file = new URL('../../../test/vectors/derived.json', import.meta.url)

// `go test` in interop/go checks what its peers compute too.
test('test/vectors/derived.json is what the nodes compute', async () => {
  const made = `${JSON.stringify(await derivedVectors(), undefined, 2)}\n`
  if (process.env['UPDATE'] === '1') writeFileSync(file, made)
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(made), 'run with UPDATE=1 only if the protocol is meant to change')
})
