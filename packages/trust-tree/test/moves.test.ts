import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { candidatesOf, contains, gainsOf, mergeTokens, noTokens, partition, placeIn, rangesOf, readsNeeded, shareOf, writesNeeded } from '../src/index.ts'
import { runMoves } from './moves-model.ts'
import { movingViews, node, places, tokenLists, tokenOf } from './oracle.ts'
import type { PeerIdString, Place } from '@peerwatch/model'

test('T20: while starts move, members come, leave and are cut off one at a time, disks are lost and nodes remove what is not theirs, every complete read finds every acknowledged record', () => {
  let reads = 0
  let moves = 0
  let removed = 0
  let lostDisks = 0
  let refusedCuts = 0
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 2, max: 7 }), (seed, size) => {
      const outcome = runMoves(seed, { size, steps: 1_500 })
      assert.deepEqual(outcome.missed, [])
      reads += outcome.reads
      moves += outcome.settledMoves
      removed += outcome.removed
      lostDisks += outcome.lostDisks
      refusedCuts += outcome.refusedCuts
    }),
    { numRuns: 90 }
  )
  assert.ok(reads > 1_500 && moves > 75, `${reads} reads, ${moves} settled moves: nothing was tried`)
  assert.ok(refusedCuts > 25, `${refusedCuts} refused cuts: nothing was tried`)
  assert.ok(removed > 5 && lostDisks > 75, `${removed} removed, ${lostDisks} lost disks: nothing was tried`)
})

test('were records removed while a move is unsettled, before others are known to hold them, acknowledged ones would be missed', () => {
  const seeds = Array.from({ length: 100 }, (_, seed) => seed)
  assert.ok(seeds.some(seed => runMoves(seed, { size: 2 + (seed % 6), steps: 1_500, removal: 'unsettled' }).missed.length > 0))
})

test('T21: whoever is a candidate and was none gains the place, nobody else does, and where a list grows shorter those who stay do', () => {
  fc.assert(
    fc.property(movingViews, places, fc.integer({ min: 1, max: 3 }), (view, place, copies) => {
      const { current, former } = candidatesOf(view, place, copies)
      const holds = (list: readonly PeerIdString[], each: PeerIdString): boolean => list.slice(0, copies).includes(each)
      const isNew = (each: PeerIdString): boolean => !former.includes(each) || (holds(current, each) && !holds(former, each))
      const expected = former.length === 0 ? [] : current.filter(each => isNew(each) || current.length < former.length)
      const gaining = gainsOf(view, copies).filter(gain => contains(gain, place))
      assert.deepEqual(gaining.map(gain => gain.node).toSorted(), expected.toSorted())
      for (const gain of gaining) assert.deepEqual(gain.former, former)
    })
  )
})

test('T64: whoever is owner or first copy after a move was so before, or has what they held before the move is settled', () => {
  let risen = 0
  fc.assert(
    fc.property(movingViews, places, fc.integer({ min: 1, max: 3 }), (view, place, copies) => {
      const { current, former } = candidatesOf(view, place, copies)
      if (former.length === 0) return
      const gaining = gainsOf(view, copies).filter(gain => contains(gain, place))
      for (const each of current.slice(0, copies)) {
        assert.ok(former.slice(0, copies).includes(each) || gaining.some(gain => gain.node === each))
        if (former.indexOf(each) >= copies) risen++
      }
    })
  )
  assert.ok(risen > 0)
})

test('T21: of any writers and readers that are enough one has both written and read', () => {
  for (let length = 1; length <= 5; length++) {
    for (const copies of [1, 2, 3]) {
      const list = Array.from({ length }, (_, index) => node(index))
      assert.equal(writesNeeded(list, copies) + readsNeeded(list, copies), length + 1)
      assert.ok(writesNeeded(list, copies) <= copies)
    }
  }
  assert.deepEqual([writesNeeded([]), readsNeeded([])], [0, 0])
})

test('T24: a range is cut inside of it, so that the part before the cut is as large as it was asked to be', () => {
  fc.assert(
    fc.property(tokenLists, fc.integer({ min: 1, max: 15 }), (tokens, sixteenths) => {
      const view = partition(
        tokens.map(token => token.node),
        mergeTokens(noTokens, tokens).tokens
      )
      assert.equal(shareOf(rangesOf(partition([node(0)], mergeTokens(noTokens, [tokenOf(0, '05'.padEnd(16, '0') as Place)]).tokens))[0]!), 1)
      for (const range of rangesOf(view).filter(each => shareOf(each) > 1e-6)) {
        const cut = placeIn(range, sixteenths / 16)
        assert.ok(contains(range, cut))
        assert.ok(Math.abs(shareOf({ from: range.from, to: cut, empty: false }) / shareOf(range) - sixteenths / 16) < 1e-6)
      }
    })
  )
})
