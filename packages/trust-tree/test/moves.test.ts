import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { candidatesOf, contains, gainsOf, mergeTokens, noTokens, partition, placeIn, rangesOf, readsNeeded, shareOf, writesNeeded } from '../src/index.ts'
import { runMoves } from './moves-model.ts'
import { movingViews, node, places, tokenLists, tokenOf } from './oracle.ts'
import type { Place } from '@peerwatch/model'

test('T20: while starts move and members come, leave and are cut off one at a time, every complete read finds every acknowledged record', () => {
  let reads = 0
  let moves = 0
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 2, max: 7 }), (seed, size) => {
      const outcome = runMoves(seed, { size, steps: 1_500 })
      assert.deepEqual(outcome.missed, [])
      reads += outcome.reads
      moves += outcome.settledMoves
    }),
    { numRuns: 120 }
  )
  assert.ok(reads > 2_000 && moves > 100, `${reads} reads, ${moves} settled moves: nothing was tried`)
})

test('T21: whoever is a candidate and was none gains the place, nobody else does, and where a list grows shorter those who stay do', () => {
  fc.assert(
    fc.property(movingViews, places, fc.integer({ min: 1, max: 3 }), (view, place, copies) => {
      const { current, former } = candidatesOf(view, place, copies)
      const expected = former.length === 0 ? [] : current.filter(each => !former.includes(each) || current.length < former.length)
      const gaining = gainsOf(view, copies).filter(gain => contains(gain, place))
      assert.deepEqual(gaining.map(gain => gain.node).toSorted(), expected.toSorted())
      for (const gain of gaining) assert.deepEqual(gain.former, former)
    })
  )
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
