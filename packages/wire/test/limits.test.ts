import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { LIMITS, messages } from '../src/index.ts'

const [, section = ''] = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8').split(/^## /m)
const documented = Object.fromEntries(
  [...section.matchAll(/^\| `(\w+)` +\| ([\d,]+) +\|/gm)].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))])
)

test('docs/limits.md and LIMITS tell the same', () => {
  assert.deepEqual(documented, { ...LIMITS })
})

test('every message stays below the 1 MiB that go-libp2p programs usually accept', () => {
  for (const [name, { maxBytes }] of Object.entries(messages)) assert.ok(maxBytes < 2 ** 20, name)
})

test('a full batch of the largest reports fits into a frame', () => {
  assert.ok(LIMITS.batch * (LIMITS.reportBytes + 16) <= LIMITS.frameBytes)
})

test('a full peer list of the largest records fits into a frame with its stamps', () => {
  assert.ok(LIMITS.listedPeers * (LIMITS.peerRecordBytes + LIMITS.stampBytes + 32) <= LIMITS.frameBytes)
})

test('all live certificates that one pull may carry fit into a frame', () => {
  assert.ok(LIMITS.certificates * (LIMITS.certificateBytes + 8) <= LIMITS.frameBytes)
})

test('a hello with the tokens of the largest roster and all erasures fits into a frame', () => {
  assert.ok(LIMITS.members * (LIMITS.tokenBytes + 8) + LIMITS.rosterBytes + LIMITS.erasures * (LIMITS.erasureBytes + 4) + 128 <= LIMITS.frameBytes)
})
