import type { PeerIdString } from '@peerwatch/model'
import type { Partition } from './partition.ts'

export interface TreeNode {
  readonly node: PeerIdString
  /** The position in the in-order sequence, which is the ring. */
  readonly index: number
  readonly parent?: PeerIdString
  readonly left?: PeerIdString
  readonly right?: PeerIdString
  /** The number of links to the farthest leaf below. */
  readonly height: number
  readonly depth: number
  /** The slots of this node and all nodes below it. */
  readonly first: number
  readonly last: number
  /** The threads: the in-order neighbours on the ring. A node that is alone is its own neighbour. */
  readonly previous: PeerIdString
  readonly next: PeerIdString
}

export interface Tree {
  readonly root?: PeerIdString
  /** The number of links from the root to the farthest leaf: ⌊log₂ n⌋. */
  readonly height: number
  /** In order. */
  readonly nodes: ReadonlyMap<PeerIdString, TreeNode>
}

/** The balanced binary tree over the ring. Each node derives it; no node sends it. */
export function treeOf(view: Partition): Tree {
  const { ring } = view
  const nodes: TreeNode[] = []
  const build = (first: number, last: number, depth: number, parent?: PeerIdString): TreeNode | undefined => {
    if (first > last) return undefined
    const index = (first + last + 1) >>> 1
    const { node } = ring[index]!
    const left = build(first, index - 1, depth + 1, node)
    const right = build(index + 1, last, depth + 1, node)
    const built: TreeNode = {
      node,
      index,
      ...(parent != null && { parent }),
      ...(left != null && { left: left.node }),
      ...(right != null && { right: right.node }),
      height: Math.max(left?.height ?? -1, right?.height ?? -1) + 1,
      depth,
      first,
      last,
      previous: ring[(index - 1 + ring.length) % ring.length]!.node,
      next: ring[(index + 1) % ring.length]!.node
    }
    nodes[index] = built
    return built
  }
  const root = build(0, ring.length - 1, 0)
  return { ...(root != null && { root: root.node }), height: root?.height ?? 0, nodes: new Map(nodes.map(built => [built.node, built])) }
}
