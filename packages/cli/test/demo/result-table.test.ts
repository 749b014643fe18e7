import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultTable, whatNext } from '../../src/demo/result-table.ts'
import { demoResult } from './state-fixture.ts'

test('the table says who was removed, evicted and acquitted, on whose word', () => {
  assert.equal(
    resultTable(demoResult()),
    `Removed from the registry, after tests by seeds (death is no crime)
removed  behaviour  tested by       after
peer-11  dies       seed-1, seed-2  14.2 s

Evicted, everywhere
evicted  behaviour  dimension  on reports of              after
peer-12  corrupts   integrity  peer-1, peer-2, peer-3 +1  6 windows, 12.3 s
  peer-12: 3 altered copies of 2 authors
    seen first-hand by trusted-1, trusted-3; signed by trusted-1, trusted-3

Examined and found innocent
acquitted  behaviour
peer-5     honest

ok: every misbehaving peer was found and nobody else, in 31.4 s`
  )
})

test('a run that failed names whom it missed and whom it wronged', () => {
  const [, , , , wronged] = demoResult().nodes
  const missed = demoResult().nodes.filter(({ behaviour }) => behaviour === 'corrupts')
  const text = resultTable({ ...demoResult(), ok: false, evictions: [], removed: [], acquitted: [], missed, wronglyEvicted: wronged == null ? [] : [wronged] })
  assert.equal(text.match(/nobody$/gm)?.length, 3)
  assert.match(text, /not ok after 31\.4 s: not found: peer-12 \(corrupts\); wrongly evicted: peer-1 \(honest\)$/)
})

test('after the table come the log folder and what to try next', () => {
  const text = whatNext('/tmp/logs', demoResult())
  assert.match(text, /^Logs, one file per node: \/tmp\/logs\n/)
  for (const command of ['demo --seed 42', 'demo --keep', 'demo --json', 'init my-network']) assert.ok(text.includes(`peerwatch ${command}`), command)
})
