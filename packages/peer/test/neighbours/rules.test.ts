import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import fc from 'fast-check'
import { decideDials, decideForgets, decidePrunes } from '../../src/neighbours/degree.ts'
import { isGivenUp, mostAreSilent, probed } from '../../src/neighbours/watched.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Link } from '../../src/neighbours/degree.ts'
import type { Watched } from '../../src/neighbours/watched.ts'

const links = fc.uniqueArray(
  fc.record({
    peer: fc.integer({ min: 0, max: 99 }).map(id => `peer-${id}` as PeerIdString),
    isOwn: fc.boolean(),
    group: fc.constantFrom('a', 'b', 'c'),
    lastAnswerMs: fc.option(fc.nat(100), { nil: undefined }),
    isDead: fc.boolean(),
    sinceMs: fc.nat(1000),
    held: fc.boolean()
  }),
  { selector: ({ peer }) => peer, maxLength: 40 }
)

test('O13: no more links are ended than are above the maximum, held ones never, and none that this node chose before one that it did not', () => {
  fc.assert(
    fc.property(links, fc.nat(20), (all: Link[], maxDegree) => {
      const pruned = decidePrunes(all, maxDegree)
      const free = all.filter(({ held }) => !held)
      assert.equal(pruned.length, Math.min(free.length, Math.max(0, all.length - maxDegree)))
      const endsOwn = pruned.some(peer => all.find(link => link.peer === peer)?.isOwn === true)
      assert.ok(!endsOwn || free.every(({ isOwn, peer }) => isOwn || pruned.includes(peer)))
      assert.ok(pruned.every(peer => free.some(link => link.peer === peer)))
    })
  )
})

function isLater(gone: Link, stays: Link): boolean {
  return gone.isOwn === stays.isOwn ? gone.sinceMs >= stays.sinceMs : stays.isOwn
}

test('O13: lost neighbours beyond the maximum are forgotten, the newest acquaintances first, own ones last and held ones never', () => {
  fc.assert(
    fc.property(links, fc.nat(20), (lost: Link[], most) => {
      const forgotten = decideForgets(lost, most)
      const free = lost.filter(({ held }) => !held)
      assert.equal(forgotten.length, Math.min(free.length, Math.max(0, lost.length - most)))
      const kept = free.filter(({ peer }) => !forgotten.includes(peer))
      assert.ok(free.filter(({ peer }) => forgotten.includes(peer)).every(gone => kept.every(stays => isLater(gone, stays))))
    })
  )
})

const ONE_EACH = { groupOf: ({ peer }: { peer: PeerIdString }) => peer, ownGroups: [] }

test('O13: who could not be dialled back is dialled last', () => {
  const known = ['a', 'b', 'c', 'd'].map((peer, index) => ({ peer: peer as PeerIdString, addresses: [], unreachable: index < 2, guest: false }))
  assert.deepEqual(
    decideDials(known, 2, seededRng(1), ONE_EACH)
      .map(({ peer }) => peer)
      .toSorted(),
    ['c', 'd']
  )
  assert.deepEqual(decideDials(known, -1, seededRng(1), ONE_EACH), [])
})

function watched(overrides: Partial<Watched> = {}): Watched {
  return {
    peer: 'peer' as PeerIdString,
    sinceWindow: 0,
    sinceMs: 0,
    direction: 'outbound',
    isOwn: true,
    group: 'a',
    isLinked: true,
    lostAtMs: 0,
    redialledWindow: undefined,
    missesWhenBack: 0,
    misses: 0,
    wasOver: false,
    lastAnswerMs: undefined,
    answeredAtMs: 0,
    isDead: false,
    hasCutUs: false,
    callOff: undefined,
    tries: { opened: () => {}, pauseMs: () => 0 },
    ...overrides
  }
}

test('O10: three misses in a row are a death, once; an answer takes it back', () => {
  const neighbour = watched()
  const after = (answered: boolean): string => probed(neighbour, answered, 7, () => false, 3)
  assert.deepEqual([false, false, true, false, false, false, false, false, false, true].map(after), [
    'missed',
    'missed',
    'answered',
    'missed',
    'missed',
    'dead',
    'missed',
    'missed',
    'still-dead',
    'answered'
  ])
  assert.deepEqual([neighbour.isDead, neighbour.misses, neighbour.lastAnswerMs], [false, 0, 7])
})

test('O12: nobody dies while this node may be offline, and whoever is still silent does afterwards', () => {
  const neighbour = watched({ misses: 5 })
  assert.equal(
    probed(neighbour, false, 0, () => true, 3),
    'missed'
  )
  assert.equal(
    probed(neighbour, false, 0, () => false, 3),
    'dead'
  )
})

test('O12: most of at least three own links that answered before is what says offline, and the dead of earlier are not counted', () => {
  const of = (...misses: number[]): Watched[] => misses.map(each => watched({ misses: each, lastAnswerMs: 7 }))
  assert.equal(mostAreSilent(of(1, 1)), false)
  assert.equal(mostAreSilent(of(1, 1, 0)), true)
  assert.equal(mostAreSilent(of(1, 1, 0, 0)), false)
  assert.equal(
    mostAreSilent([...of(1, 0, 0), watched({ misses: 9, lastAnswerMs: 7, isDead: true }), watched({ misses: 9, lastAnswerMs: 7, isDead: true })]),
    false
  )
})

test('O65: who is linked and dead is given up as late as who is lost, and who answers never is', () => {
  assert.deepEqual(
    [{ isDead: true }, { isDead: true, answeredAtMs: 5 }, {}, { isLinked: false }, { isLinked: false, lostAtMs: 5 }].map(each => isGivenUp(watched(each), 5)),
    [true, false, false, true, false]
  )
})

test('O65: who knocked, or never answered, says nothing of whether this node is offline', () => {
  const answering = [0, 0, 0].map(misses => watched({ misses, lastAnswerMs: 7 }))
  const knocked = Array.from({ length: 100 }, () => watched({ misses: 9, isOwn: false, direction: 'inbound', lastAnswerMs: 7 }))
  const neverAnswered = Array.from({ length: 100 }, () => watched({ misses: 9 }))
  assert.equal(mostAreSilent([...answering, ...knocked, ...neverAnswered]), false)
  const silent = [1, 1].map(misses => watched({ misses, lastAnswerMs: 7 }))
  assert.equal(mostAreSilent([...answering, ...knocked.map(each => ({ ...each, misses: 0 })), ...silent, ...silent]), true)
})
