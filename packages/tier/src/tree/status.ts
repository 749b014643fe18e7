import { candidatesOf, rangesOf, shareOf } from '@peerwatch/trust-tree'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { TrustedLinks } from './trusted-links.ts'
import type { TokenBook } from './token-book.ts'

/** One trusted node as this one sees it. */
export interface TreeNodeStatus {
  readonly node: PeerIdString
  readonly isSelf: boolean
  readonly isReachable: boolean
  readonly tokenVersion: number | undefined
  /** From this place up to the next start, round the end of the key space; undefined for a node without a range. */
  readonly range: { readonly from: Place; readonly to: Place } | undefined
  /** Part of the key space, 0 to 1. */
  readonly share: number
  /** Of the owned range; undefined where it is not known yet. */
  readonly reportsPerSecond: number | undefined
  readonly threads: { readonly previous: PeerIdString; readonly next: PeerIdString } | undefined
  /** Who else may hold its range. */
  readonly copiesAt: readonly PeerIdString[]
  readonly parent: PeerIdString | undefined
  readonly left: PeerIdString | undefined
  readonly right: PeerIdString | undefined
  readonly depth: number | undefined
}

export interface TreeStatus {
  readonly rosterVersion: number
  /** SHA-256 over the sorted hashes of the tokens, hex: equal on nodes with the same view. */
  readonly view: string
  readonly root: PeerIdString | undefined
  readonly height: number
  readonly isCaughtUp: boolean
  /** Who gains places by a move or a new roster and does not hold them yet; empty where all is settled. */
  readonly awaited: readonly PeerIdString[]
  /** In ring order; nodes without a range last. */
  readonly nodes: readonly TreeNodeStatus[]
}

export interface StatusInit {
  readonly tokens: TokenBook
  readonly links: TrustedLinks
  readonly copies: number
  readonly ownLoad: () => number
  readonly isCaughtUp: () => boolean
  readonly awaited: () => readonly PeerIdString[]
}

export function treeStatus(core: Core, { tokens, links, copies, ownLoad, isCaughtUp, awaited }: StatusInit): TreeStatus {
  const view = tokens.partition()
  const tree = tokens.tree()
  const ranges = new Map(rangesOf(view).map(range => [range.node, range]))
  const ordered = new Set([...ranges.keys(), ...core.roster.current().trusted])
  const statusOf = (node: PeerIdString): TreeNodeStatus => {
    const range = ranges.get(node)
    const place = tree.nodes.get(node)
    return {
      node,
      isSelf: node === core.self,
      isReachable: !links.outOfReach(node),
      tokenVersion: tokens.token(node)?.version,
      range: range == null ? undefined : { from: range.from, to: range.to },
      share: range == null ? 0 : shareOf(range),
      reportsPerSecond: node === core.self ? ownLoad() : links.link(node)?.load(),
      threads: place == null ? undefined : { previous: place.previous, next: place.next },
      copiesAt: range == null || range.empty ? [] : candidatesOf(view, range.from, copies).current.slice(1),
      parent: place?.parent,
      left: place?.left,
      right: place?.right,
      depth: place?.depth
    }
  }
  const { rosterVersion, tokens: named } = tokens.versions()
  return {
    rosterVersion,
    view: Buffer.from(named).toString('hex'),
    root: tree.root,
    height: tree.height,
    isCaughtUp: isCaughtUp(),
    awaited: awaited(),
    nodes: [...ordered].map(statusOf)
  }
}
