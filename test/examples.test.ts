import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HANGS_AFTER_MS } from './support/until.ts'

const FOLDER = fileURLToPath(new URL('../examples/', import.meta.url))
const MOST_LINES = 79

/** What each example has to say in the end. */
const examples: Record<string, readonly RegExp[]> = {
  'embed.ts': [/^ada watches 12D3/m, /^a trusted node keeps what ada reported on 12D3/m, /^bob heard: first post$/m],
  'create-node.ts': [/^registry: registered at 1 seeds$/m, /^reports go to 12D3/m, /role: 'peer'/],
  'testnet.ts': [/a peer that corrupts gossip is evicted by all/, /^ℹ pass 1$/m],
  'dry-run.ts': [/^dry run: 12D3\w+ would be cut for integrity: /m, /^still connected: true$/m],
  'observe.ts': [/^alice reports of bob: \{/m, /^the network says of bob: unknown/m]
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
}

async function run(file: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { NODE_TEST_CONTEXT: _inside, ...env } = process.env
    const child = spawn(process.execPath, [file], { cwd: FOLDER, env: { ...env, NO_COLOR: '1' } })
    let output = ''
    const silence = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER_MS)
    const take = (data: Buffer): void => {
      output += data.toString()
      silence.refresh()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(silence)
      resolve({ code, signal, output })
    })
  })
}

test('every example is run by this test', () => {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.ts'))
  assert.deepEqual(files.toSorted(), Object.keys(examples).toSorted())
})

for (const [name, says] of Object.entries(examples)) {
  test(`examples/${name} is short, imports packages by name only, and ends by itself`, async () => {
    const text = readFileSync(new URL(name, `file://${FOLDER}`), 'utf8')
    assert.ok(text.trimEnd().split('\n').length <= MOST_LINES, `more than ${MOST_LINES} lines`)
    for (const [, specifier = ''] of text.matchAll(/\bfrom '([^']+)'/g)) assert.doesNotMatch(specifier, /^[./]/, 'an example imports what a user can')
    const { code, signal, output } = await run(name)
    assert.deepEqual([code, signal], [0, null], output)
    for (const pattern of says) assert.match(output, pattern)
  })
}
