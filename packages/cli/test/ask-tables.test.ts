import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appealText } from '../src/commands/appeal.ts'
import { evictionsText, standingText } from '../src/commands/ask-tables.ts'
import { receiptText } from '../src/commands/erase-text.ts'
import { historyText } from '../src/commands/history-table.ts'
import { nodesText } from '../src/commands/nodes.ts'
import { reinstatementText } from '../src/commands/reinstate.ts'
import { statusText } from '../src/commands/status-text.ts'
import { fitted } from '../src/look.ts'
import { plain } from '../src/paint.ts'
import type { FullStandingView, StatusView } from '@peerwatch/node/node-view'
import type { Names } from '../src/known-peers.ts'
import type { Look } from '../src/look.ts'

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)
const WINDOW_MS = 10_000
const WINDOW = Math.floor(NOW_MS / WINDOW_MS)

const NO_NAMES: Names = { of: () => undefined, claim: () => undefined }

function shown(show: (look: Look) => string, { names = NO_NAMES, columns }: { names?: Names; columns?: number } = {}): string {
  return fitted({ paint: plain, names, nowMs: NOW_MS, columns }, show)
}

const peer: StatusView = {
  version: '0.1.0',
  name: 'peer',
  role: 'peer',
  peer: '12D3KooWself',
  network: 'street',
  scope: 'local',
  preset: 'lan',
  window: WINDOW,
  windowMs: WINDOW_MS,
  rosterVersion: 3,
  hasTwoRosters: false,
  quorum: 2,
  addresses: ['/ip4/127.0.0.1/tcp/14601/p2p/12D3KooWself'],
  registry: { state: 'degraded', seeds: ['12D3KooWseed'], failures: [] },
  health: { state: 'late', lateMs: 1_300, factor: 3.6 },
  neighbours: [
    { peer: '12D3KooWother', state: 'connected', direction: 'inbound', sinceWindow: WINDOW - 6, misses: 0, lastAnswerMs: 1.25, guest: false },
    { peer: '12D3KooWguest', state: 'lost', direction: 'outbound', sinceWindow: WINDOW - 8_640, misses: 2, lastAnswerMs: undefined, guest: true }
  ],
  entries: [
    { peer: '12D3KooWone', state: 'ready', inFlight: 0, isCurrent: true },
    { peer: '12D3KooWtwo', state: 'resting', inFlight: 0, isCurrent: false }
  ],
  reportsPending: 4,
  reportsDropped: 0,
  lastAcknowledged: { window: WINDOW - 1, atMs: NOW_MS - 7_000 },
  evictions: 1,
  allowed: [],
  cuts: [],
  cutBy: [],
  uptimeMs: 1_000
}

test('status of a peer says who and where it is, what is pending, and how its neighbours are', () => {
  assert.equal(
    shown(look => statusText(peer, look)),
    `version       0.1.0, up for 1 s
role          peer
peer          12D3KooWself
network       street, preset lan, scope local
window        ${WINDOW}, since 03:04:00Z
roster        version 3, k = 2
addresses     /ip4/127.0.0.1/tcp/14601/p2p/12D3KooWself
registry      degraded at 1 seed: 12D3KooWseed
pace          late, by 1300 ms: waits 3.6 times as long for others
entries       12D3KooWone (in use)
              12D3KooWtwo (resting)
reports       4 pending, 0 given up
acknowledged  7 s ago, window ${WINDOW - 1}
evictions     1 in force

neighbours (2)
peer                   link       direction  since                                missed  answer
12D3KooWother          connected  inbound    03:03:00Z, window ${WINDOW - 6}               0  1.3 ms
12D3KooWguest (guest)  lost       outbound   2026-01-01 03:04Z, window ${WINDOW - 8_640}       2       –`
  )
})

test('appeal says for what, by whom and until when, and what to do', () => {
  const eviction = {
    peer: '12D3KooWself',
    dimension: 'integrity' as const,
    reason: 'seen by two',
    issuedAtMs: NOW_MS - 5_000,
    expiresAtMs: NOW_MS + 60_000,
    serial: 1,
    signers: ['12D3KooWone', '12D3KooWtwo']
  }
  const view = { peer: '12D3KooWself', quorum: 2, trusted: ['12D3KooWone', '12D3KooWtwo', '12D3KooWthree'] }
  assert.equal(
    shown(look => appealText({ ...view, eviction }, look)),
    `evicted  12D3KooWself
for      integrity (seen by two)
by       12D3KooWone
         12D3KooWtwo
since    03:04:00Z
until    03:05:05Z

What to do: find out why this node did it, and stop it, or the next eviction lasts twice as long.
It ends by itself at the time above. If it was wrong, ask the operators of the trusted nodes (12D3KooWone, 12D3KooWtwo, 12D3KooWthree):
2 of them end it with \`peerwatch reinstate 12D3KooWself --reason …\`, each on their own node.`
  )
  assert.match(
    shown(look => appealText(view, look)),
    /^12D3KooWself is not evicted/
  )
  assert.match(
    shown(look => statusText({ ...peer, evicted: eviction }, look)),
    /^evicted +until 03:05:05Z for integrity: see `peerwatch appeal`$/m
  )
})

test('status says why a node does not take part, and who refuses it rather than that no seed answers', () => {
  const failure = { seed: '12D3KooWseed', code: 'unreadable', reason: 'Unexpected EOF', failures: 2 }
  const alone: StatusView = { ...peer, registry: { state: 'alone', seeds: [], failures: [failure] }, notReady: 'registered at no seed' }
  const registryOf = (view: StatusView): string | undefined => /^registry +(.*)$/m.exec(shown(look => statusText(view, look)))?.[1]
  assert.match(
    shown(look => statusText(alone, look)),
    /^takes part +no: registered at no seed$/m
  )
  assert.doesNotMatch(
    shown(look => statusText(peer, look)),
    /takes part/
  )
  assert.equal(registryOf(alone), 'alone: no seed answers')
  assert.equal(registryOf({ ...alone, cutBy: [{ peer: '12D3KooWother', dimension: 'resource', window: WINDOW }] }), 'alone: no seed answers')
  assert.equal(
    registryOf({ ...alone, cutBy: [{ peer: '12D3KooWseed', dimension: 'resource', window: WINDOW }] }),
    'alone: the seeds have cut this node, see below'
  )
  const evicted = { peer: '12D3KooWself', dimension: 'resource' as const, reason: 'flooded', issuedAtMs: NOW_MS, expiresAtMs: NOW_MS, serial: 1, signers: [] }
  assert.equal(registryOf({ ...alone, evicted }), 'alone: seeds let an evicted node in for its appeal only')
})

test('reinstate says who has spoken and who is missing, and then that it is done', () => {
  const waits = {
    peer: '12D3KooWbad',
    isDone: false,
    reason: 'wrong',
    quorum: 3,
    spoken: ['12D3KooWone', '12D3KooWtwo'],
    missing: ['12D3KooWthree', '12D3KooWfour'],
    expiresAtMs: NOW_MS + 60_000
  }
  assert.equal(
    shown(look => reinstatementText(waits, look)),
    `2 of 3 have spoken for 12D3KooWbad: 12D3KooWone, 12D3KooWtwo
missing: 1 of 12D3KooWthree, 12D3KooWfour
Run this command on one more trusted node before 03:05:05Z, when the eviction ends by itself.`
  )
  const done = shown(look => reinstatementText({ ...waits, isDone: true, missing: [] }, look))
  assert.match(done, /^12D3KooWbad is reinstated, by the word of 12D3KooWone, 12D3KooWtwo: wrong$/m)
})

test('status of the other roles says what only they have', () => {
  const { entries: _entries, reportsPending: _pending, reportsDropped: _dropped, lastAcknowledged: _last, ...common } = peer
  const trusted = {
    watchers: ['a', 'b'],
    openCases: [{ subject: '12D3KooWbad', dimension: 'integrity' as const, openedWindow: WINDOW, groups: ['x'], firstHand: true }],
    isCaughtUp: false
  }
  const text = shown(look => statusText({ ...common, role: 'trusted', name: 'trusted-1', neighbours: [], trusted, allowed: ['12D3KooWfriend'] }, look))
  assert.match(text, /^role +trusted \(trusted-1\)$/m)
  assert.match(text, /^watchers +2; records are catching up$/m)
  assert.match(text, /^allowed here +12D3KooWfriend$/m)
  assert.match(text, /^neighbours \(0\)\nnone$/m)
  assert.match(text, /^open cases \(1\)\n.*\n12D3KooWbad +integrity +03:04:00Z, window \d+ +1 +yes$/m)
  assert.doesNotMatch(text, /^(entries|reports|acknowledged)/m)
  const seedWith = (others: number): string =>
    shown(look =>
      statusText(
        { ...common, role: 'seed', registry: { state: 'alone', seeds: [], failures: [] }, seed: { registered: 12, guests: 1, underTest: 0, others } },
        look
      )
    )
  const seed = seedWith(1)
  assert.match(seed, /^registered +12 nodes of every role, 1 guest, 0 under test$/m)
  assert.match(seed, /^registry +alone: no other seed answers$/m)
  assert.match(seedWith(0), /^registry +alone: it is the only seed$/m)
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
  const names: Names = { of: id => (id === 'a' ? 'trusted-1' : undefined), claim: () => undefined }
  assert.equal(
    shown(look => evictionsText({ evictions: [eviction] }, look), { names }),
    `evictions in force (1)
peer         dimension  since      until      signed by
12D3KooWbad  resource   03:04:05Z  04:04:05Z  trusted-1, b

why
12D3KooWbad  flood?[2J`
  )
  assert.equal(
    shown(look => evictionsText({ evictions: [] }, look)),
    'evictions in force (0)\nnone'
  )
})

test('a standing shows evidence, reporters, cases and findings on a trusted node, and only the coarse one elsewhere', () => {
  const nothing = { ratio: undefined, observations: 0, groups: 0 }
  const full: FullStandingView = {
    detail: 'full',
    windowMs: WINDOW_MS,
    peer: '12D3KooWbad',
    state: 'suspect',
    registry: 'removed',
    reputation: 0.5,
    dimension: 'integrity',
    dimensions: { liveness: nothing, integrity: { ratio: 0.5, observations: 40, groups: 3 }, forwarding: nothing, resource: nothing },
    windows: [{ window: WINDOW, dimension: 'integrity', ok: 10, bad: 10, reporters: 2, isWhole: true }],
    reporters: [{ reporter: '12D3KooWwho', group: '10.0.0.0/24', weight: 0.3, accuses: ['integrity'], cuts: [], evidence: {}, newestWindow: 12 }],
    cases: [{ subject: '12D3KooWbad', dimension: 'integrity', openedWindow: WINDOW - 1, groups: ['a', 'b', 'c'], firstHand: false }],
    findings: [{ by: '12D3KooWt1', dimension: 'integrity', outcome: 'failed', window: WINDOW, ok: 3, bad: 4, controls: 5, controlsPassed: 5 }]
  }
  const text = shown(look => standingText(full, look))
  // who is gone is shown as gone
  assert.match(text, /^state +removed: dead by the tests of seeds\nuntil then +suspect: accused by enough to be examined; reputation 50\.0 %, by integrity$/m)
  assert.match(text, /^integrity +50\.0 % +40\.0 +3$/m)
  assert.match(text, /^03:04:00Z, window \d+ +integrity +10 +10 +2 +yes$/m)
  assert.match(text, /^12D3KooWwho +10\.0\.0\.0\/24 +0\.300 +integrity +–$/m)
  assert.match(text, /^integrity +03:03:50Z, window \d+ +3 +no$/m)
  assert.match(text, /^12D3KooWt1 +integrity +failed +03:04:00Z, window \d+ +3 +4 +5 of 5$/m)
  const view = {
    detail: 'coarse',
    peer: '12D3KooWbad',
    state: 'watched',
    reputation: undefined,
    window: WINDOW - 6,
    windowMs: WINDOW_MS,
    registry: 'registered',
    isMember: false
  } as const
  const coarse = shown(look => standingText(view, look))
  assert.match(coarse, /^state +watched: somebody accuses it, or it was reinstated\nregistry +registered\nreputation +–, as of 03:03:00Z, window \d+$/m)
})

const STANDING = {
  detail: 'coarse',
  peer: '12D3KooWone',
  state: 'good',
  reputation: 0.4,
  window: WINDOW,
  windowMs: WINDOW_MS,
  registry: 'registered',
  isMember: false
} as const

function detail(more: object): string | undefined {
  return /^detail +(.*)$/m.exec(shown(look => standingText({ ...STANDING, ...more }, look)))?.[1]
}

test('a standing names those who show the evidence, and where nobody has any it says so', () => {
  assert.equal(detail({}), 'coarse, as any peer is told; evidence and reporters are shown on the trusted nodes that hold them')
  assert.equal(detail({ holders: ['one', 'two'] }), 'coarse, as any peer is told; evidence and reporters are shown on one and two')
  assert.equal(detail({ holders: [] }), 'none: as far as this node has the records, no trusted node holds evidence about it')
  for (const holders of [undefined, []]) {
    assert.equal(detail({ isMember: true, holders }), 'none: it is a seed or trusted node of the roster, which nobody reports on and nobody judges')
  }
})

test('known and accused by nobody is a word that one guesses', () => {
  assert.match(
    shown(look => standingText(STANDING, look)),
    /^state +clear: known, and nobody accuses it\nregistry +registered\nreputation +40 % or more, as of /m
  )
})

for (const registry of ['removed', 'left'] as const) {
  test(`C96: a peer that is gone (${registry}) is shown as gone, and its state and reputation as those of before`, () => {
    const text = shown(look => standingText({ ...STANDING, registry }, look))
    assert.match(text, /^state +(removed: dead by the tests of seeds|left with a goodbye)\nuntil then +clear: .*; reputation 40 % or more, as of /m)
    assert.doesNotMatch(text, /^(registry|reputation) /m)
    // what was signed against it holds whether it is there or not
    assert.match(
      shown(look => standingText({ ...STANDING, registry, state: 'evicted' }, look)),
      /^state +evicted: a certificate against it is in force\nregistry /m
    )
  })
}

test('C96: a neighbour that is gone by the words of the registry is shown so, whatever becomes of the link', () => {
  const neighbours = peer.neighbours.map(each => ({ ...each, gone: 'removed' as const }))
  const text = shown(look => statusText({ ...peer, neighbours }, look))
  assert.match(text, /^12D3KooWother +removed +inbound/m)
  assert.doesNotMatch(text, /connected/)
})

test('the history of a standing has a row a window with its time of day, and says what may be missing', () => {
  const windows = [
    { window: WINDOW - 1, reputation: undefined, dimension: undefined, reporters: 0, accusers: 0 },
    { window: WINDOW, reputation: 0.251, dimension: 'integrity', reporters: 3, accusers: 2 }
  ]
  const text = shown(look => historyText({ peer: '12D3KooWone', windowMs: WINDOW_MS, registry: 'removed', isComplete: false, windows }, look))
  assert.match(text, /^reputation of 12D3KooWone, removed: dead by the tests of seeds \(some trusted nodes did not answer: reports may be missing\)$/m)
  assert.match(text, /^\d+ +03:03:50Z +– +– +0 +0$/m)
  assert.match(text, /^\d+ +03:04:00Z +25\.1 % +█{5}░{15} +integrity +3 +2$/m)
})

const LONG = { name: '12D3KooWF2JxdPsW42Hf1jrMfJopHCuJbMqFbFWPVwEYYF9ycbKf', other: '12D3KooWFZPEbDkXxbjvSxcbUJALnoCdnfvjjHBxWJto8XrhbG3h' }

test('C91: a peer is shown by its id, whole where there is room and by its first and last letters where there is not; its name stands beside it, and what it says of itself only in quotes', () => {
  const claims = 'trusted-1\u001B[2J"'
  const names: Names = { of: id => (id === LONG.other ? 'the old laptop' : undefined), claim: id => (id === LONG.name ? claims : undefined) }
  const neighbour = { state: 'connected', direction: 'inbound', sinceWindow: WINDOW, misses: 0, lastAnswerMs: 1, guest: false } as const
  const view: StatusView = { ...peer, neighbours: [LONG.name, LONG.other].map(id => ({ ...neighbour, peer: id })) }
  const [wide, narrow, piped] = [200, 80, undefined].map(columns => shown(look => statusText(view, look), { names, ...(columns != null && { columns }) }))
  assert.match(wide ?? '', new RegExp(`^${LONG.name}  .* "trusted-1\\?\\[2J\\\\""$`, 'm'))
  assert.match(wide ?? '', new RegExp(`^${LONG.other} the old laptop  .* –$`, 'm'))
  assert.match(narrow ?? '', /^12D3KooWF2Jx…ycbKf {2}.*\n12D3KooWFZPE…hbG3h the old laptop {2}/m)
  assert.ok((narrow ?? '').split('\n').every(line => line.length <= 80))
  assert.ok(!(narrow ?? '').includes('trusted-1'))
  assert.equal(piped, wide, 'what is no terminal is read by programs')
})

test('a receipt of an erasure says how long a registration stays, also where windows are short', () => {
  const receipt = { peer: '12D3KooWone', upToEpoch: 1, upToMs: NOW_MS, isComplete: true, holders: [], remains: [{ what: 'registration' as const }] }
  assert.match(
    shown(look => receiptText(receipt, look)),
    /else 10 windows after its last sign, and at least 60 s, unless its seeds are set otherwise$/m
  )
})

test('where no node is listed, that those of a demo never are is said', () => {
  assert.match(
    shown(look => nodesText([], look)),
    /^no node of this user runs here \(hosts of a demo are not listed: with --keep it says how to ask them\)$/
  )
})
