import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultTable, whatNext } from '../../src/demo/result-table.ts'
import { plain } from '../../src/paint.ts'
import { demoResult } from './state-fixture.ts'

test('the table says who was removed, evicted and acquitted, on whose word, and what becomes of slanderers', () => {
  assert.equal(
    resultTable(demoResult()),
    `Removed from the registry, after tests by seeds (death is no crime)
removed  behaviour  tested by       after
peer-11  dies       seed-1, seed-2  14.2 s

Evicted, everywhere
evicted  behaviour  dimension  after
peer-12  corrupts   integrity  6 windows, 12.3 s
  peer-12: 3 altered copies of 2 authors
    seen first-hand by the watchers of trusted-1, trusted-3; signed by trusted-1, trusted-3
    no reports were needed: the watchers saw it before enough neighbours had reported it
    accused by peer-1, peer-2, peer-3, peer-4 at the end of the run

Examined and found innocent
acquitted  behaviour
peer-5     slandered

Nothing happens to those who slander (peer-14, peer-15, peer-16): slander has its victim examined,
and the acquittal keeps these accusers from opening another case for 30 windows. Their reports are
not dropped, so the reputation of peer-5 stays disputed: the ledger of reporters takes away the
weight of those who contradict most of the others, not of those who lie about one peer.

ok: peer-11 was removed, peer-12 was evicted everywhere, peer-5 was acquitted, and nobody else was
harmed, in 31.4 s`
  )
})

for (const columns of [80, 100, 160]) {
  test(`the table fits ${columns} columns`, () => {
    for (const text of resultTable(demoResult(), { columns, paint: plain }).split('\n')) assert.ok(text.length <= columns, text)
  })
}

test('a case that was opened on reports says on whose', () => {
  const [eviction] = demoResult().evictions
  const text = resultTable({ ...demoResult(), evictions: [{ ...eviction!, reporterGroups: eviction!.accusedBy.slice(0, 3) }] })
  assert.match(text, /the case was opened on reports of peer-1, peer-2, peer-3\n/)
})

test('a run that failed names whom it missed and whom it wronged', () => {
  const [, , , , wronged] = demoResult().nodes
  const missed = demoResult().nodes.filter(({ behaviour }) => behaviour === 'corrupts')
  const failed = { ...demoResult(), ok: false, evictions: [], removed: [], acquitted: [], missed }
  const text = resultTable({ ...failed, end: 'missed', wronglyEvicted: wronged == null ? [] : [wronged] }, { columns: 200, paint: plain })
  assert.equal(text.match(/nobody$/gm)?.length, 3)
  assert.match(text, /not ok after 31\.4 s \(11 windows in time, 1 late\): missed: peer-12 \(corrupts\); wrongly evicted or removed: peer-1 \(honest\)$/)
})

test('a machine that was too busy is no failure of the network, unless an innocent was harmed', () => {
  const [, , , , wronged] = demoResult().nodes
  const missed = demoResult().nodes.filter(({ behaviour }) => behaviour === 'corrupts')
  const busy = { ...demoResult(), ok: false, end: 'too-busy' as const, missed, windows: { good: 2, late: 50 } }
  assert.match(resultTable(busy), /this machine is too busy to show it \(2 windows in time, 50 late\), after 31\.4 s: missed: /)
  assert.match(resultTable({ ...busy, wronglyEvicted: [wronged!] }), /\nnot ok after 31\.4 s/)
})

test('of misdeeds that had not begun none is missed, and no windows are counted', () => {
  const { misdeedsAtMs: _, ...rest } = demoResult()
  const stopped = {
    ...rest,
    ok: false,
    end: 'stopped' as const,
    evictions: [],
    removed: [],
    acquitted: [],
    misdeedsAtMs: undefined,
    windows: { good: 0, late: 0 }
  }
  assert.match(
    resultTable(stopped, { columns: 200, paint: plain }),
    /\nnot ok after 31\.4 s: its misdeeds had not begun, [^\n]*; it was stopped before its end$/
  )
})

test('after the table come the log folder and commands that work as they are typed', () => {
  const text = whatNext('/tmp/logs', { seed: 1_198_797_321 }, 'npx peerwatch')
  assert.match(text, /^Logs, one file per host: \/tmp\/logs\n/)
  assert.match(text, /^ {2}npx peerwatch demo --seed 1198797321 {2}# the same choices again$/m)
  for (const command of ['demo --keep', 'demo --json', 'init my-network', '--help']) assert.match(text, new RegExp(`^  npx peerwatch ${command} +# `, 'm'))
})

test('the same choices again are those of the cast too', () => {
  const again = { seed: 7, peers: 20, behaviour: { corrupts: 2, floods: 1 }, preset: 'lan' } as const
  assert.match(
    whatNext('/tmp/logs', again, 'peerwatch', { columns: 160, paint: plain }),
    /peerwatch demo --seed 7 --peers 20 --behaviour corrupts=2,floods=1 --preset lan {2}#/
  )
  assert.match(whatNext('/tmp/logs', { seed: 7, behaviour: {} }, 'peerwatch'), /demo --seed 7 --behaviour none {2}#/)
  // where a line has no room for both, what it does stands above the command
  const narrow = whatNext('/tmp/logs', again, 'npx peerwatch', { columns: 60, paint: plain }).split('\n')
  assert.ok(
    narrow.every(text => text.length <= 60),
    narrow.join('\n')
  )
  assert.ok(narrow.includes('  # the same choices again'))
})
