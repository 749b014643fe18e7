import type { PeerIdString, Place } from '@peerwatch/model'
import type { Partition } from './partition.ts'
import { contains, rangeAt } from './range.ts'
import type { PlaceRange } from './range.ts'
import type { Tree } from './tree.ts'

/** A neighbour in the tree, with all places that it and the nodes below it own. */
export interface TreeLink {
  readonly node: PeerIdString
  readonly below: PlaceRange
}

/** All that a node with a partial view needs to pass a request on. */
export interface TreeLinks {
  readonly self: PeerIdString
  readonly own: PlaceRange
  readonly parent?: PeerIdString
  readonly children: readonly TreeLink[]
}

/** Undefined for a node without a range. */
export function linksOf(view: Partition, tree: Tree, self: PeerIdString): TreeLinks | undefined {
  const here = tree.nodes.get(self)
  if (here == null) return undefined
  const children = [here.left, here.right].flatMap(child => {
    const found = child == null ? undefined : tree.nodes.get(child)
    return found == null ? [] : [{ node: found.node, below: rangeAt(view.ring, found.first, found.last) }]
  })
  return { self, own: rangeAt(view.ring, here.index, here.index), ...(here.parent != null && { parent: here.parent }), children }
}

/** The node to ask next for a place; `self` if it is the owner. From any node the owner is at most 2 · height hops away (T9). */
export function nextHop(links: TreeLinks, place: Place): PeerIdString {
  if (contains(links.own, place)) return links.self
  const child = links.children.find(({ below }) => contains(below, place))
  // a root that owns nothing of it has a child that does
  return child?.node ?? links.parent ?? links.self
}
