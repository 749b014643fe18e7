import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideEvictions } from '../../src/neighbours/inbound.ts'
import { decideMissing, decideReplaced, ownShare } from '../../src/neighbours/own-links.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Inbound } from '../../src/neighbours/inbound.ts'
import type { OwnLink } from '../../src/neighbours/own-links.ts'

function inbound(peer: string, overrides: Partial<Inbound> = {}): Inbound {
  return { peer: peer as PeerIdString, group: peer, sinceMs: 0, lastAnswerMs: 50, isDead: false, ...overrides }
}

function own(peer: string, group: string, sinceMs: number, isDead = false): OwnLink {
  return { peer: peer as PeerIdString, group, sinceMs, isDead }
}

test('O68: a crowd of one group, however large, fast and new, ends none of those who came before it from elsewhere', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 100 }), fc.nat(), (oldCount, crowdCount, seed) => {
      const old = Array.from({ length: oldCount }, (_each, index) => inbound(`old-${index}`, { sinceMs: index }))
      const crowd = Array.from({ length: crowdCount + 1 }, (_each, index) =>
        inbound(`crowd-${index}`, { group: 'crowd', sinceMs: 1000 + ((seed + index) % 50), lastAnswerMs: 1 })
      )
      const ended = decideEvictions([...old, ...crowd], crowdCount)
      assert.equal(ended.length, crowdCount)
      assert.ok(ended.every(peer => peer.startsWith('crowd-')))
    })
  )
})

test('O68: who is silent goes first, and who has been there long and answers stays though it is of the largest group', () => {
  const old = Array.from({ length: 4 }, (_each, index) => inbound(`old-${index}`, { group: 'large', sinceMs: index }))
  const others = Array.from({ length: 4 }, (_each, index) => inbound(`new-${index}`, { sinceMs: 100 + index, lastAnswerMs: 60 }))
  const silent = inbound('silent', { isDead: true, sinceMs: -1 })
  assert.deepEqual(decideEvictions([...old, ...others, silent], 1), ['silent'])
  assert.ok(decideEvictions([...old, ...others], 3).every(peer => !['old-0', 'old-1', 'old-2'].includes(peer)))
})

test('O66: half of the target is chosen, at least three where there are so many, and never more than half of the places', () => {
  const shares = [
    [0, 20],
    [1, 1],
    [3, 20],
    [8, 20],
    [20, 20],
    [8, 4]
  ].map(([targetDegree, maxDegree]) => ownShare({ targetDegree: targetDegree!, maxDegree: maxDegree! }))
  assert.deepEqual(shares, [0, 1, 3, 4, 10, 2])
})

test('O66: links that knocked count towards the target and never towards the own share; the dead count towards neither', () => {
  const degrees = { targetDegree: 8, maxDegree: 20 }
  const of = (linkedCount: number, livingCount: number, ownCount: number, comingCount = 0): number[] =>
    Object.values(decideMissing({ linkedCount, livingCount, ownCount, comingCount }, degrees))
  assert.deepEqual(of(0, 0, 0), [8, 4, 12])
  assert.deepEqual(of(8, 8, 0), [4, 4, 8])
  assert.deepEqual(of(20, 20, 0), [4, 4, 0])
  assert.deepEqual(of(8, 8, 4), [0, 0, 12])
  assert.deepEqual(of(8, 4, 4), [4, 0, 8])
  assert.deepEqual(of(0, 0, 0, 3), [5, 1, 12])
})

test('O67: a new peer takes the place of a dead own link, or of the newest of a group that has several where its own has none, and of nobody else', () => {
  assert.equal(decideReplaced([own('a', '1', 1), own('b', '2', 2)], '3'), undefined)
  assert.equal(decideReplaced([own('a', '1', 1), own('b', '1', 2)], '1'), undefined)
  assert.equal(decideReplaced([own('a', '1', 1), own('b', '1', 2), own('c', '2', 3)], '3'), 'b')
  assert.equal(decideReplaced([own('a', '1', 1), own('b', '1', 2, true)], '1'), 'b')
  assert.equal(decideReplaced([], '1'), undefined)
})
