import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { actingOwner, candidatesOf, contains, mergeTokens, noTokens, ownerOf, partition, rangesOf, shareOf } from '../src/index.ts'
import { dumbOwner, node, places, tokenLists, tokenOf } from './oracle.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition, Token } from '../src/index.ts'

function viewOf(tokens: readonly Token[]): Partition {
  return partition(
    tokens.map(token => token.node),
    mergeTokens(noTokens, tokens).tokens
  )
}

test('T1: every place has exactly one owner, the one that a dumb search finds', () => {
  fc.assert(
    fc.property(tokenLists, places, (tokens, place) => {
      const view = viewOf(tokens)
      assert.equal(ownerOf(view, place), dumbOwner(tokens, place))
      const holders = rangesOf(view).filter(range => contains(range, place))
      assert.deepEqual(
        holders.map(range => range.node),
        view.ring.length === 0 ? [] : [ownerOf(view, place)]
      )
    })
  )
})

test('T1: the shares of all ranges add up to the whole key space', () => {
  fc.assert(
    fc.property(tokenLists, tokens => {
      const view = viewOf(tokens)
      const whole = rangesOf(view).reduce((sum, range) => sum + shareOf(range), 0)
      assert.ok(Math.abs(whole - (view.ring.length === 0 ? 0 : 1)) < 1e-9)
    })
  )
})

test('T2: the order in which members and tokens are learnt changes nothing, and tokens of strangers count for nothing', () => {
  fc.assert(
    fc.property(tokenLists, places, fc.integer({ min: 0, max: 11 }), (tokens, start, cut) => {
      const stranger = tokenOf(99, start, 9)
      const turned = [stranger, ...tokens.slice(cut), ...tokens.slice(0, cut)]
      const members = tokens.map(token => token.node).toReversed()
      assert.deepEqual(partition(members, mergeTokens(noTokens, turned).tokens), viewOf(tokens))
    })
  )
})

test('T5: the candidates of a place are its owner and the next predecessors, each once, fewer where the roster is smaller', () => {
  fc.assert(
    fc.property(tokenLists, places, fc.integer({ min: 1, max: 4 }), (tokens, place, copies) => {
      const view = viewOf(tokens)
      const { current, former } = candidatesOf(view, place, copies)
      assert.equal(current.length, Math.min(view.ring.length, copies + 1))
      assert.equal(new Set(current).size, current.length)
      assert.equal(current[0], ownerOf(view, place))
      assert.deepEqual(former, [])
      // a predecessor is who would own the place if all candidates before it were gone
      const gone: PeerIdString[] = []
      for (const candidate of current) {
        assert.equal(
          candidate,
          dumbOwner(
            tokens.filter(token => !gone.includes(token.node)),
            place
          )
        )
        gone.push(candidate)
      }
    })
  )
})

test('T7: the acting owner is the first candidate in reach, and never anybody else', () => {
  fc.assert(
    fc.property(tokenLists, places, fc.array(fc.integer({ min: 0, max: 11 })), (tokens, place, away) => {
      const view = viewOf(tokens)
      const isOutOfReach = (peer: PeerIdString): boolean => away.some(index => node(index) === peer)
      const { current } = candidatesOf(view, place)
      const acting = actingOwner(current, isOutOfReach)
      const before = acting == null ? current : current.slice(0, current.indexOf(acting))
      assert.ok(before.every(isOutOfReach) && (acting == null || !isOutOfReach(acting)))
      assert.ok(current.length === 0 || isOutOfReach(current[0]!) || acting === ownerOf(view, place))
    })
  )
})

test('T10: while a move is unsettled the candidates are those of the new partition and those of the old', () => {
  fc.assert(
    fc.property(tokenLists, places, fc.option(places, { nil: undefined }), (tokens, place, start) => {
      const [first, ...rest] = tokens
      assert.ok(first)
      const before = viewOf(tokens)
      const settled = viewOf([tokenOf(0, start, 3), ...rest])
      const moving = viewOf([tokenOf(0, start, 2, 'bb', first.start == null ? {} : { from: first.start }), ...rest])
      const { current, former } = candidatesOf(moving, place)
      assert.deepEqual(current, candidatesOf(settled, place).current)
      const old = candidatesOf(before, place).current
      const expected = JSON.stringify(old) === JSON.stringify(current) ? [] : old
      assert.deepEqual(former, expected)
    })
  )
})

test('below the first start lies the last range, and equal starts go to the greater id', () => {
  const view = viewOf([tokenOf(0, '4000000000000000' as Place), tokenOf(1, '8000000000000000' as Place), tokenOf(2, '8000000000000000' as Place)])
  assert.equal(ownerOf(view, '0000000000000000' as Place), node(2))
  assert.equal(ownerOf(view, '4000000000000000' as Place), node(0))
  assert.equal(ownerOf(view, 'ffffffffffffffff' as Place), node(2))
  assert.deepEqual(rangesOf(view).map(shareOf), [0.25, 0, 0.75])
  assert.deepEqual(candidatesOf(view, '9000000000000000' as Place, 1).current, [node(2), node(1)])
})

test('a partition of nobody has no owner', () => {
  const view = partition([node(0)], noTokens)
  assert.equal(ownerOf(view, '0000000000000000' as Place), undefined)
  assert.deepEqual(candidatesOf(view, '0000000000000000' as Place), { current: [], former: [] })
})
