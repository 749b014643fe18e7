import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linksOf, mergeTokens, nextHop, noTokens, ownerOf, partition, treeOf } from '../src/index.ts'
import { node, places, tokenLists, tokenOf } from './oracle.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition, Token, Tree } from '../src/index.ts'

function viewOf(tokens: readonly Token[]): Partition {
  return partition(
    tokens.map(token => token.node),
    mergeTokens(noTokens, tokens).tokens
  )
}

function inOrder(tree: Tree, at: PeerIdString | undefined): PeerIdString[] {
  const found = at == null ? undefined : tree.nodes.get(at)
  return found == null ? [] : [...inOrder(tree, found.left), found.node, ...inOrder(tree, found.right)]
}

test('T8: the tree read in order is the ring, is balanced, and its threads are the ring neighbours', () => {
  fc.assert(
    fc.property(tokenLists, tokens => {
      const view = viewOf(tokens)
      const tree = treeOf(view)
      const ring = view.ring.map(slot => slot.node)
      assert.deepEqual(inOrder(tree, tree.root), ring)
      assert.equal(tree.height, ring.length === 0 ? 0 : Math.floor(Math.log2(ring.length)))
      for (const [index, name] of ring.entries()) {
        const here = tree.nodes.get(name)!
        assert.equal(here.previous, ring.at(index - 1))
        assert.equal(here.next, ring[(index + 1) % ring.length])
        for (const child of [here.left, here.right].filter(link => link != null)) assert.equal(tree.nodes.get(child)?.parent, name)
      }
    })
  )
})

test('T9: from any node the owner of any place is found within 2 · height hops, each node knowing its own links only', () => {
  fc.assert(
    fc.property(tokenLists, places, (tokens, place) => {
      const view = viewOf(tokens)
      const tree = treeOf(view)
      for (const { node: from } of view.ring) {
        let at = from
        let hops = 0
        for (let next = at; (next = nextHop(linksOf(view, tree, at)!, place)) !== at; at = next) hops++
        assert.equal(at, ownerOf(view, place))
        assert.ok(hops <= 2 * tree.height, `${hops} hops, height ${tree.height}`)
      }
    })
  )
})

test('three nodes make a root with two leaves', () => {
  const tree = treeOf(viewOf(['0', '5', 'a'].map((digit, index) => tokenOf(index, `${digit}000000000000000` as Place))))
  assert.equal(tree.root, node(1))
  assert.equal(tree.height, 1)
  const root = tree.nodes.get(node(1))!
  assert.deepEqual([root.left, root.right, root.parent, root.previous, root.next], [node(0), node(2), undefined, node(0), node(2)])
})

test('a node without a range has no place in the tree', () => {
  const view = viewOf([tokenOf(0, undefined), tokenOf(1, '5000000000000000' as Place)])
  const tree = treeOf(view)
  assert.equal(linksOf(view, tree, node(0)), undefined)
  assert.deepEqual([...tree.nodes.keys()], [node(1)])
})
