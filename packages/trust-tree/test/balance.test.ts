import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import fc from 'fast-check'
import { decideBalance, mergeTokens, noTokens, partition } from '../src/index.ts'
import { balanced, placeAt } from './balance-model.ts'
import { tokenOf } from './oracle.ts'

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test('T27: from random starts the heaviest ends near the mean, each move makes the loads more even, and the moves end', () => {
  for (const { nodes, ground, most } of [
    { nodes: 2, ground: 0, most: 1.1 },
    { nodes: 15, ground: 0, most: 1.2 },
    { nodes: 31, ground: 0.2, most: 1.4 }
  ]) {
    const results = [1, 2, 3].map(seed => balanced(seededRng(seed), { peers: 2_000, nodes, ground }))
    const told = JSON.stringify(results.map(({ squares: _squares, ...rest }) => rest))
    assert.ok(mean(results.map(({ ratio }) => ratio)) <= most, told)
    assert.ok(mean(results.map(({ moved }) => moved)) <= 1.3, told)
    for (const { squares } of results)
      assert.ok(
        squares.every((value, index) => index === 0 || value < squares[index - 1]!),
        told
      )
  }
})

test('T27: loads that differ by chance alone move nothing, nor does an unknown load or a move that is under way', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0 }), fc.integer({ min: 2, max: 12 }), fc.double({ min: 0.1, max: 50, noNaN: true }), (seed, count, rate) => {
      const rng = seededRng(seed)
      const tokens = Array.from({ length: count }, (_, index) => tokenOf(index, placeAt(rng)))
      const members = tokens.map(token => token.node)
      const view = partition(members, mergeTokens(noTokens, tokens).tokens)
      const seconds = 20
      // a sum of twelve is as good as normal
      const normal = (): number => Array.from({ length: 12 }, rng).reduce((sum, each) => sum + each, -6)
      const even = new Map(members.map(each => [each, Math.max(0, rate + Math.max(-2.5, Math.min(2.5, normal())) * Math.sqrt(rate / seconds))]))
      assert.deepEqual(decideBalance(view, even, { averagedSeconds: seconds }), [])
      const skewed = new Map(members.map((each, index) => [each, index === 0 ? 1_000 : 1]))
      assert.notDeepEqual(decideBalance(view, skewed, { averagedSeconds: seconds }), [])
      assert.deepEqual(decideBalance(view, new Map([...skewed].slice(1)), { averagedSeconds: seconds }), [])
      assert.deepEqual(decideBalance({ ...view, formerRing: view.ring }, skewed, { averagedSeconds: seconds }), [])
    })
  )
})
