import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { DEFAULT_PORTS } from '@peerwatch/node/roles'

const cwd = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const PAGES = ['README.md', 'docs/*.md', 'packages/*/README.md', 'interop/*/README.md', 'examples/*.md', 'docker-compose.yml', 'deploy/**/*.{yml,service,md}']
/** Examples of hosts that are not ours keep the port of theirs. */
const OF_OTHERS = /guest|vanilla/

test('C84: pages name the default ports of the table, and the one of IPFS as that of guests only', () => {
  const network = read('docs/running-a-network.md')
  assert.ok(network.includes(`| ${DEFAULT_PORTS.seeds} | seeds |`))
  assert.ok(network.includes(`| ${DEFAULT_PORTS.trusted} | trusted nodes |`))
  assert.ok(read('docs/commands.md').includes(`from ${DEFAULT_PORTS.seeds} for seeds and ${DEFAULT_PORTS.trusted} for trusted nodes`))
  const lines = globSync(PAGES, { cwd }).flatMap(path =>
    read(path)
      .split('\n')
      .map(line => `${path}: ${line}`)
  )
  assert.ok(lines.length > 1_000)
  assert.deepEqual(
    lines.filter(line => /\b4[01]0[0-9]\b/.test(line) && !OF_OTHERS.test(line)),
    []
  )
})
