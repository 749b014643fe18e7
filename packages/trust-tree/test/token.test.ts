import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareTokens, mergeTokens, noTokens, viewHash } from '../src/index.ts'
import { node, places, tokenOf } from './oracle.ts'
import type { Token } from '../src/index.ts'

const anyTokens: fc.Arbitrary<Token[]> = fc.array(
  fc
    .record({
      index: fc.integer({ min: 0, max: 3 }),
      start: fc.option(places, { nil: undefined }),
      version: fc.integer({ min: 1, max: 3 }),
      hash: fc.constantFrom('0a', '0b', '0c')
    })
    .map(({ index, start, version, hash }) => tokenOf(index, start, version, hash))
)
const identity = (tokens: Iterable<Token>): string[] => [...tokens].map(({ node: name, version, hash }) => `${name} ${version} ${hash}`).toSorted()

test('T3: merging is idempotent, and neither order nor grouping changes which token places a node', () => {
  fc.assert(
    fc.property(anyTokens, anyTokens, (a, b) => {
      const ab = mergeTokens(mergeTokens(noTokens, a).tokens, b)
      const ba = mergeTokens(noTokens, [...b, ...a].toReversed())
      assert.deepEqual(identity(ab.tokens.values()), identity(ba.tokens.values()))
      const again = mergeTokens(ab.tokens, [...a, ...b])
      assert.equal(again.tokens, ab.tokens)
      assert.deepEqual(again.taken, [])
    })
  )
})

test('T3: the token that places a node is the highest by version, then hash', () => {
  fc.assert(
    fc.property(anyTokens, tokens => {
      const merged = mergeTokens(noTokens, tokens).tokens
      for (const token of tokens) assert.ok(compareTokens(merged.get(token.node)!, token) >= 0)
    })
  )
})

test('T3: two different tokens with one version are kept as proof, the higher placing', () => {
  const low = tokenOf(0, undefined, 5, '0a')
  const high = tokenOf(0, undefined, 5, '0b')
  for (const order of [
    [low, high],
    [high, low]
  ]) {
    const { tokens, equivocations } = mergeTokens(noTokens, order)
    assert.equal(tokens.get(node(0)), high)
    assert.deepEqual(equivocations, [{ higher: high, lower: low }])
  }
  assert.deepEqual(mergeTokens(noTokens, [low, low]).equivocations, [])
})

test('a view is named by the sorted hashes of the tokens of members', () => {
  const { tokens } = mergeTokens(noTokens, [tokenOf(0, undefined, 1, '0c'), tokenOf(1, undefined, 1, '0a'), tokenOf(2, undefined, 1, '0b')])
  const seen: string[][] = []
  viewHash([node(1), node(0), node(0), node(7)], tokens, hashes => {
    seen.push([...hashes])
    return new Uint8Array(32)
  })
  assert.deepEqual(seen, [['0a', '0c']])
})
