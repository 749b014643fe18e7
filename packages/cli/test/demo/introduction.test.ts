import assert from 'node:assert/strict'
import { test } from 'node:test'
import { introduction } from '../../src/demo/introduction.ts'

test('the demo begins with its cast and the constants of its preset', () => {
  assert.deepEqual(introduction({ seed: 7, preset: 'demo', misdeedsAfterMs: 10_000, limitMs: 60_000, logs: '/tmp/logs' }), [
    'Peerwatch demo: 2 seeds, 3 trusted nodes with 2 watchers each, 10 honest peers, 6 that misbehave; seed 7',
    'preset demo: window 2 s; ping every 1 s, 3 misses = dead; θ integrity 0.98, resource 0.8, forwarding 0.7 (shown only)',
    'k = 2 signatures evict; in windows: half-life of good evidence 30, of bad 60, look 4, case 12, refusal after a cut 30, rest after an acquittal 30',
    'misdeeds begin after 10 s; it ends within 60 s; logs in /tmp/logs',
    ''
  ])
})
