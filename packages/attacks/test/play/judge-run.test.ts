import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeRun } from '../../src/play/judge-run.ts'
import { idOf, play } from './play-fixture.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Play } from './play-fixture.ts'

test('a run in which all came about is ok, and its result has what the nodes told', () => {
  const { nodes, fates, ...result } = judgeRun(play().facts)
  assert.deepEqual(nodes.map(({ id, name, role, behaviour }) => `${id} ${name} ${role} ${behaviour}`).toSorted(), [
    'id-corrupter corrupter peer corrupts',
    'id-dead dead peer dies',
    'id-flooder flooder peer floods',
    'id-neighbour neighbour peer honest',
    'id-seed-1 seed-1 seed honest',
    'id-seed-2 seed-2 seed honest',
    'id-slanderer slanderer peer slanders',
    'id-slanderer-2 slanderer-2 peer slanders',
    'id-slanderer-3 slanderer-3 peer slanders',
    'id-trusted-1 trusted-1 trusted honest',
    'id-trusted-2 trusted-2 trusted honest',
    'id-victim victim peer slandered',
    'id-watcher-1 watcher-1 watcher honest'
  ])
  const signers = ['id-trusted-1', 'id-trusted-2']
  const findings = signers.map(by => ({ by, outcome: 'failed' }))
  const both = { reason: 'seen by two', afterWindows: 3, afterMs: 5_000, findings, signers }
  assert.deepEqual(result, {
    ok: true,
    end: 'shown',
    seed: 7,
    preset: 'demo',
    elapsedMs: 30_000,
    misdeedsAtMs: 10_000,
    misdeedsWindow: 5,
    windows: { good: 9, late: 1 },
    removed: [{ id: 'id-dead', behaviour: 'dies', afterMs: 4_000, seeds: ['id-seed-1', 'id-seed-2'] }],
    evictions: [
      // who accuses it in the end is told beside those on whose reports the case stood, each once
      { id: 'id-corrupter', behaviour: 'corrupts', dimension: 'integrity', reporterGroups: ['early'], accusedBy: ['early', 'late'], ...both },
      { id: 'id-flooder', behaviour: 'floods', dimension: 'resource', reporterGroups: ['early'], accusedBy: [], ...both }
    ],
    acquitted: [{ id: 'id-victim', behaviour: 'slandered' }],
    wronglyEvicted: [],
    missed: []
  })
  assert.deepEqual(
    fates.map(({ name, expected, found, afterWindows, afterMs }) => [name, expected, found, afterWindows, afterMs]),
    [
      ['dead', 'removed', 'removed', 2, 4_000],
      ['corrupter', 'evicted', 'evicted', 3, 5_000],
      ['flooder', 'evicted', 'evicted', 3, 5_000],
      ...['slanderer', 'slanderer-2', 'slanderer-3'].map(name => [name, 'unharmed', 'unharmed', undefined, undefined]),
      ['victim', 'acquitted', 'acquitted', 3, 5_000],
      ['neighbour', 'unharmed', 'unharmed', undefined, undefined]
    ]
  )
})

/** All that the recorder heard, with these changed. */
function heard({ facts }: Play, change: Partial<Play['facts']['recorder']>): Play['facts'] {
  return { ...facts, recorder: { removals: facts.recorder.removals, certified: facts.recorder.certified, acquitted: facts.recorder.acquitted, ...change } }
}

interface Deviation {
  readonly what: string
  readonly init?: Parameters<typeof play>[0]
  readonly change?: (run: Play) => void
  readonly missed?: readonly string[]
  readonly wronglyEvicted?: readonly string[]
}

const deviations: readonly Deviation[] = [
  {
    what: 'who corrupts is evicted nowhere',
    change: ({ refused }) => {
      for (const whom of refused.values()) whom.delete(idOf('corrupter'))
    },
    missed: ['corrupter']
  },
  ...['seed-2', 'trusted-1', 'watcher-1', 'neighbour', 'victim', 'slanderer'].map(name => ({
    what: `who floods is evicted everywhere but at ${name}`,
    change: ({ refused }: Play) => refused.get(name)!.delete(idOf('flooder')),
    missed: ['flooder']
  })),
  { what: 'the dead one is removed nowhere', init: { removedAt: [] }, missed: ['dead'] },
  { what: 'the dead one is removed at one seed of two', init: { removedAt: ['seed-2'] }, missed: ['dead'] },
  ...['victim', 'neighbour', 'slanderer', 'watcher-1', 'trusted-1', 'dead'].map(name => ({
    what: `${name} is evicted at one node`,
    change: ({ refused }: Play) => refused.get('neighbour')!.add(idOf(name)),
    wronglyEvicted: [name]
  })),
  { what: 'one that lives is removed as dead', change: ({ remove }) => remove('victim'), wronglyEvicted: ['victim'] },
  {
    what: 'one that lives is removed and evicted, told of once',
    change: ({ refused, remove }) => {
      remove('victim')
      refused.get('seed-1')!.add(idOf('victim'))
    },
    wronglyEvicted: ['victim']
  }
]
for (const { what, init, change, missed = [], wronglyEvicted = [] } of deviations) {
  test(`a run is not ok where ${what}`, () => {
    const run = play(init)
    change?.(run)
    const result = judgeRun(run.facts)
    assert.equal(result.ok, false)
    const told = [result.missed, result.wronglyEvicted].map(list => list.map(({ id }) => id))
    assert.deepEqual(told, [missed.map(idOf), wronglyEvicted.map(idOf)])
  })
}

test('whom all refuse and who is dead are not asked whom they refuse', () => {
  const { facts, refused } = play()
  for (const name of ['dead', 'corrupter', 'flooder']) refused.get(name)!.add(idOf('neighbour'))
  assert.equal(judgeRun(facts).ok, true)
})

test('a run whose misdeeds never began is not ok, and has found and missed nobody', () => {
  const { facts } = play({ removedAt: [] })
  const result = judgeRun({ ...facts, misdeedsAtMs: undefined, evictedAt: () => [] })
  assert.deepEqual([result.ok, result.missed.length, result.evictions], [false, 0, []])
})

function missedOf(facts: Play['facts']): [boolean, PeerIdString[]] {
  const { ok, missed } = judgeRun(facts)
  return [ok, missed.map(({ id }) => id)]
}

test('C95: every promise of the story is asked for: without the acquittal, a quorum of signers or the test of each seed a run is not ok', () => {
  const run = play()
  assert.deepEqual(missedOf(run.facts), [true, []])
  assert.deepEqual(missedOf(heard(run, { acquitted: () => new Map() })), [false, [idOf('victim')]])
  const { removals, certified } = run.facts.recorder
  const testedByOne = new Map([...removals()].map(([id, removed]) => [id, { ...removed, seeds: [idOf('seed-1')] }]))
  assert.deepEqual(missedOf(heard(run, { removals: () => testedByOne })), [false, [idOf('dead')]])
  for (const signers of [[], ['trusted-1'], ['trusted-1', 'trusted-1'], ['trusted-1', 'watcher-1']]) {
    const signedByFew = new Map([...certified()].map(([id, made]) => [id, { ...made, signers: signers.map(idOf) }]))
    assert.deepEqual(missedOf(heard(run, { certified: () => signedByFew })), [false, [idOf('corrupter'), idOf('flooder')]])
  }
})

for (const end of ['missed', 'too-busy', 'stopped'] as const) {
  test(`a run that ended as ${end} is not ok, even where all came about`, () => {
    assert.equal(judgeRun({ ...play().facts, end }).ok, false)
  })
}

test('where too few slander, nobody need examine their victim; where they do, it came to no harm', () => {
  const { facts } = play()
  const two = { ...facts, nodes: facts.nodes.filter(({ name }) => name !== 'slanderer-3') }
  const { ok, missed, fates } = judgeRun(two)
  assert.deepEqual([ok, missed, fates.find(({ name }) => name === 'victim')?.expected], [true, [], 'unharmed'])
  assert.equal(judgeRun({ ...two, recorder: { ...heard(play(), { acquitted: () => new Map() }).recorder } }).ok, true)
})
