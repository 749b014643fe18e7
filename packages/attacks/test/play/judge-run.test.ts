import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isShown, judgeRun } from '../../src/play/judge-run.ts'
import { idOf, play } from './play-fixture.ts'
import type { Play } from './play-fixture.ts'

test('a run in which all came about is ok, and its result has what the nodes told', () => {
  const { nodes, ...result } = judgeRun(play().facts)
  assert.deepEqual(nodes.map(({ id, name, role, behaviour }) => `${id} ${name} ${role} ${behaviour}`).toSorted(), [
    'id-corrupter corrupter peer corrupts',
    'id-dead dead peer dies',
    'id-flooder flooder peer floods',
    'id-neighbour neighbour peer honest',
    'id-seed-1 seed-1 seed honest',
    'id-seed-2 seed-2 seed honest',
    'id-slanderer slanderer peer slanders',
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
    elapsedMs: 30_000,
    misdeedsAtMs: 10_000,
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
})

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

test('a run whose misdeeds never began is not ok, and has found nobody', () => {
  const { facts } = play({ removedAt: [] })
  const result = judgeRun({ ...facts, misdeedsAtMs: undefined, evictedAt: () => [] })
  assert.deepEqual([result.ok, result.missed.length, result.evictions], [false, 3, []])
})

test('all is shown only when the slandered was acquitted too', () => {
  const { facts } = play()
  assert.equal(isShown(judgeRun(facts)), true)
  const { recorder } = facts
  const result = judgeRun({ ...facts, recorder: { ...recorder, acquitted: () => new Map() } })
  assert.deepEqual([result.ok, isShown(result)], [true, false])
})
