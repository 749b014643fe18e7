import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import fc from 'fast-check'
import { contains, decideBalance, mergeTokens, noTokens, partition, rangesOf } from '../src/index.ts'
import { node, tokenOf } from './oracle.ts'
import type { PeerIdString, Place, Rng } from '@peerwatch/model'
import type { Partition } from '../src/index.ts'

/** Loads that are exact: nothing is chance. */
const EXACT = { averagedSeconds: Infinity }

interface Balanced {
  readonly startRatio: number
  readonly ratio: number
  /** Of all records, those that changed their owner. */
  readonly moved: number
  readonly moves: number
}

function placeAt(rng: Rng, most = 2 ** 32): Place {
  const whole = Math.floor(rng() * most)
  const low = Math.floor(rng() * 2 ** 32)
  return (whole.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')) as Place
}

/** `peers` of equal load, some of them ground into 1/1024 of the key space; each decision is carried out as the tier does it. */
function balanced(seed: number, sizes: { readonly peers: number; readonly nodes: number; readonly ground: number }): Balanced {
  const rng = seededRng(seed)
  const places = Array.from({ length: sizes.peers }, (_, index) => placeAt(rng, index < sizes.peers * sizes.ground ? 2 ** 22 : 2 ** 32)).toSorted()
  const starts = new Map(Array.from({ length: sizes.nodes }, (_, index) => [node(index), placeAt(rng)]))
  const members = [...starts.keys()]
  const viewNow = (): Partition =>
    partition(
      members,
      mergeTokens(
        noTokens,
        members.map((_, index) => tokenOf(index, starts.get(node(index))))
      ).tokens
    )
  const heldBy = (view: Partition): Map<PeerIdString, Place[]> =>
    new Map(
      rangesOf(view).map(range => {
        const inside = places.filter(place => contains(range, place))
        return [range.node, [...inside.filter(place => place >= range.from), ...inside.filter(place => place < range.from)]]
      })
    )
  const ratioOf = (held: Map<PeerIdString, Place[]>): number => (Math.max(...[...held.values()].map(({ length }) => length)) * sizes.nodes) / sizes.peers
  let held = heldBy(viewNow())
  const startRatio = ratioOf(held)
  let moved = 0
  for (let moves = 0; ; moves++) {
    assert.ok(moves < 1_000, 'it ends')
    const loads = new Map([...held].map(([each, { length }]) => [each, length]))
    const move = decideBalance(viewNow(), loads, EXACT)
    if (move == null) return { startRatio, ratio: ratioOf(held), moved: moved / sizes.peers, moves }
    const of = held.get(move.from)!
    const share = move.from === move.node ? 1 - move.share : move.share
    starts.set(move.node, of[Math.floor(of.length * (1 - share))]!)
    const squares = (): number => [...held.values()].reduce((sum, { length }) => sum + length ** 2, 0)
    const before = squares()
    const owned = new Map([...held].flatMap(([owner, its]) => its.map((place): [Place, PeerIdString] => [place, owner])))
    held = heldBy(viewNow())
    assert.ok(squares() < before, 'each move makes it more even')
    for (const [owner, its] of held) for (const place of its) if (owned.get(place) !== owner) moved++
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test('T27: from random starts the heaviest ends near the mean, each move makes the loads more even, and the moves end', () => {
  for (const { nodes, ground, most } of [
    { nodes: 2, ground: 0, most: 1.1 },
    { nodes: 15, ground: 0, most: 1.2 },
    { nodes: 31, ground: 0.2, most: 1.4 }
  ]) {
    const results = [1, 2, 3].map(seed => balanced(seed, { peers: 2_000, nodes, ground }))
    assert.ok(mean(results.map(({ ratio }) => ratio)) <= most, JSON.stringify(results))
    assert.ok(mean(results.map(({ moved }) => moved)) <= 1.3, JSON.stringify(results))
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
      assert.equal(decideBalance(view, even, { averagedSeconds: seconds }), undefined)
      const skewed = new Map(members.map((each, index) => [each, index === 0 ? 1_000 : 1]))
      assert.notEqual(decideBalance(view, skewed, { averagedSeconds: seconds }), undefined)
      assert.equal(decideBalance(view, new Map([...skewed].slice(1)), { averagedSeconds: seconds }), undefined)
      assert.equal(decideBalance({ ...view, formerRing: view.ring }, skewed, { averagedSeconds: seconds }), undefined)
    })
  )
})
