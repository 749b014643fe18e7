import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evictionsText, standingText, statusText, treeText } from '../src/commands/ask-tables.ts'
import { historyText } from '../src/commands/history-table.ts'
import { plain } from '../src/paint.ts'
import type { FullStandingView, StatusView } from '@peerwatch/node/node-view'

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

const peer: StatusView = {
  version: '0.1.0',
  name: 'peer',
  role: 'peer',
  peer: '12D3KooWself',
  network: 'street',
  scope: 'local',
  preset: 'lan',
  window: 177,
  rosterVersion: 3,
  quorum: 2,
  addresses: ['/ip4/127.0.0.1/tcp/14601/p2p/12D3KooWself'],
  registry: { state: 'degraded', seeds: ['12D3KooWseed'], failures: [] },
  health: { state: 'late', lateMs: 1_300, factor: 3.6 },
  neighbours: [
    { peer: '12D3KooWother', state: 'connected', direction: 'inbound', sinceWindow: 170, misses: 0, lastAnswerMs: 1.25, guest: false },
    { peer: '12D3KooWguest', state: 'lost', direction: 'outbound', sinceWindow: 12, misses: 2, lastAnswerMs: undefined, guest: true }
  ],
  entries: [
    { peer: '12D3KooWone', state: 'ready', inFlight: 0, isCurrent: true },
    { peer: '12D3KooWtwo', state: 'resting', inFlight: 0, isCurrent: false }
  ],
  reportsPending: 4,
  reportsDropped: 0,
  lastAcknowledged: { window: 176, atMs: NOW_MS - 7_000 },
  evictions: 1,
  allowed: [],
  cuts: [],
  cutBy: [],
  uptimeMs: 1
}

test('status of a peer says who and where it is, what is pending, and how its neighbours are', () => {
  assert.equal(
    statusText(peer, NOW_MS, plain),
    `version       0.1.0
role          peer
peer          12D3KooWself
network       street, preset lan, scope local, window 177
roster        version 3, k = 2
addresses     /ip4/127.0.0.1/tcp/14601/p2p/12D3KooWself
registry      degraded, 1 seed
health        late, by 1300 ms: waits 3.6 times as long for others
entries       12D3KooWone (in use), 12D3KooWtwo (resting)
reports       4 pending, 0 given up
acknowledged  window 176, 7 s ago
evictions     1 in force

neighbours (2)
peer                   link       direction  since window  missed pings  last answer
12D3KooWother          connected  inbound             170             0       1.3 ms
12D3KooWguest (guest)  lost       outbound             12             2            –`
  )
})

test('status of the other roles says what only they have', () => {
  const { entries: _entries, reportsPending: _pending, reportsDropped: _dropped, lastAcknowledged: _last, ...common } = peer
  const trusted = {
    watchers: ['a', 'b'],
    openCases: [{ subject: '12D3KooWbad', dimension: 'integrity' as const, openedWindow: 9, groups: ['x'], firstHand: true }],
    isCaughtUp: false
  }
  const text = statusText({ ...common, role: 'trusted', name: 'trusted-1', neighbours: [], trusted, allowed: ['12D3KooWfriend'] }, NOW_MS, plain)
  assert.match(text, /^role +trusted \(trusted-1\)$/m)
  assert.match(text, /^watchers +2; records are catching up$/m)
  assert.match(text, /^allowed here +12D3KooWfriend$/m)
  assert.match(text, /^neighbours \(0\)\nnone$/m)
  assert.match(text, /^open cases \(1\)\n.*\n12D3KooWbad +integrity +9 +1 +yes$/m)
  assert.doesNotMatch(text, /^(entries|reports|acknowledged)/m)
  const seed = statusText({ ...common, role: 'seed', seed: { registered: 12, guests: 1, underTest: 0 } }, NOW_MS, plain)
  assert.match(seed, /^registered +12 peers, 1 guests, 0 under test$/m)
})

test('evictions are told with their time, signers and reason; what a reason holds cannot move the cursor', () => {
  const eviction = {
    peer: '12D3KooWbad',
    dimension: 'resource',
    reason: 'flood\u001B[2J',
    issuedAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 3_600_000,
    serial: 1,
    signers: ['a', 'b']
  } as const
  assert.equal(
    evictionsText({ evictions: [eviction] }, plain),
    `evictions in force (1)
peer         dimension  since (UTC)          until (UTC)          signers  reason
12D3KooWbad  resource   2026-01-02 03:04:05  2026-01-02 04:04:05        2  flood?[2J`
  )
  assert.equal(evictionsText({ evictions: [] }, plain), 'evictions in force (0)\nnone')
})

test('the tree is told in ring order, with range, load, parent and threads', () => {
  const absent = { parent: undefined, left: undefined, right: undefined, depth: undefined, tokenVersion: undefined, copiesAt: [] }
  const text = treeText(
    {
      rosterVersion: 1,
      view: 'ab',
      root: '12D3KooWaaaaaa',
      height: 1,
      isCaughtUp: true,
      nodes: [
        {
          ...absent,
          node: '12D3KooWaaaaaa',
          isSelf: true,
          isReachable: true,
          range: { from: '0000000000000000', to: '8000000000000000' },
          share: 0.5,
          reportsPerSecond: 3.14,
          threads: { previous: '12D3KooWbbbbbb', next: '12D3KooWbbbbbb' }
        },
        { ...absent, node: '12D3KooWcccccc', isSelf: false, isReachable: false, range: undefined, share: 0, reportsPerSecond: undefined, threads: undefined }
      ]
    },
    plain
  )
  const [, , first, second] = text.split('\n')
  assert.match(first ?? '', /^12D3KooWaaaaaa \(this one\) +0000000000000000 – 8000000000000000 +50\.0 % +3\.1 +root +…bbbbbb …bbbbbb$/)
  assert.match(second ?? '', /^12D3KooWcccccc \(out of reach\) +none +0\.0 % +–/)
})

test('a standing shows evidence, reporters, cases and findings on a trusted node, and only the coarse one elsewhere', () => {
  const nothing = { ratio: undefined, observations: 0, groups: 0 }
  const full: FullStandingView = {
    detail: 'full',
    peer: '12D3KooWbad',
    state: 'suspect',
    registry: 'removed',
    reputation: 0.5,
    dimension: 'integrity',
    dimensions: { liveness: nothing, integrity: { ratio: 0.5, observations: 40, groups: 3 }, forwarding: nothing, resource: nothing },
    windows: [{ window: 12, dimension: 'integrity', ok: 10, bad: 10, reporters: 2 }],
    reporters: [{ reporter: '12D3KooWwho', group: '10.0.0.0/24', weight: 0.3, accuses: ['integrity'], cuts: [], evidence: {}, newestWindow: 12 }],
    cases: [{ subject: '12D3KooWbad', dimension: 'integrity', openedWindow: 11, groups: ['a', 'b', 'c'], firstHand: false }],
    findings: [{ by: '12D3KooWt1', dimension: 'integrity', outcome: 'failed', window: 12, ok: 3, bad: 4, controls: 5, controlsPassed: 5 }]
  }
  const text = standingText(full, plain)
  // who is gone is shown as gone
  assert.match(text, /^state +removed: dead by the tests of seeds\nuntil then +suspect: accused by enough to be examined; reputation 50\.0 %, by integrity$/m)
  assert.match(text, /^integrity +50\.0 % +40\.0 +3$/m)
  assert.match(text, /^12 +integrity +10 +10 +2$/m)
  assert.match(text, /^12D3KooWwho +10\.0\.0\.0\/24 +0\.300 +integrity +–$/m)
  assert.match(text, /^integrity +11 +3 +no$/m)
  assert.match(text, /^12D3KooWt1 +integrity +failed +12 +3 +4 +5 of 5$/m)
  const coarse = standingText({ detail: 'coarse', peer: '12D3KooWbad', state: 'watched', reputation: undefined, window: 6, registry: 'registered' }, plain)
  assert.match(coarse, /^state +watched: somebody accuses it, or it was reinstated\nregistry +registered\nreputation +–, as of window 6$/m)
})

const STANDING = { detail: 'coarse', peer: '12D3KooWone', state: 'good', reputation: 0.4, window: 6, registry: 'registered' } as const

test('known and accused by nobody is a word that one guesses', () => {
  assert.match(standingText(STANDING, plain), /^state +clear: known, and nobody accuses it\nregistry +registered\nreputation +40\.0 %/m)
})

for (const registry of ['removed', 'left'] as const) {
  test(`C96: a peer that is gone (${registry}) is shown as gone, and its state and reputation as those of before`, () => {
    const text = standingText({ ...STANDING, registry }, plain)
    assert.match(text, /^state +(removed: dead by the tests of seeds|left with a goodbye)\nuntil then +clear: .*; reputation 40\.0 %/m)
    assert.doesNotMatch(text, /^(registry|reputation) /m)
    // what was signed against it holds whether it is there or not
    assert.match(standingText({ ...STANDING, registry, state: 'evicted' }, plain), /^state +evicted: a certificate against it is in force\nregistry /m)
  })
}

test('the history of a standing has a row a window with its time of day, and says what may be missing', () => {
  const windows = [
    { window: 897_959_561, reputation: undefined, dimension: undefined, reporters: 0, accusers: 0 },
    { window: 897_959_562, reputation: 0.251, dimension: 'integrity', reporters: 3, accusers: 2 }
  ]
  const text = historyText({ peer: '12D3KooWone', windowMs: 2_000, isComplete: false, windows }, plain)
  assert.match(text, /^reputation of 12D3KooWone \(some trusted nodes did not answer: reports may be missing\)$/m)
  assert.match(text, /^897959561 +\d\d:\d\d:\d\d +– +– +0 +0$/m)
  assert.match(text, /^897959562 +\d\d:\d\d:\d\d +25\.1 % +█{5}░{15} +integrity +3 +2$/m)
})
