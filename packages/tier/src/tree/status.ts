import { candidatesOf, rangesOf, shareOf } from '@peerwatch/trust-tree'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { NodeRange } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'
import type { TrustedLinks } from './trusted-links.ts'
import type { TokenBook } from './token-book.ts'

/**
 * The words beside a node. `slow`: it took a quarter of a ping's time-out, or more, to answer the newest hello; for this node itself, its own event loop
 * is late. `out of reach`: it does not answer now. `retired`: it left with the roster in force, and still holds what others copy.
 */
export type TreeLabel = 'slow' | 'out of reach' | 'retired'

interface Span {
  readonly from: Place
  readonly to: Place
}

/** One trusted node as this one sees it. */
export interface TreeNodeStatus {
  readonly node: PeerIdString
  readonly isSelf: boolean
  readonly isReachable: boolean
  readonly labels: readonly TreeLabel[]
  readonly tokenVersion: number | undefined
  /** From this place up to the next start, round the end of the key space. Undefined: the node has no range. */
  readonly range: Span | undefined
  /** The range before the moves that are not settled yet, if it was another one. */
  readonly formerRange: Span | undefined
  /** Set while its own start moves, and a node that gains places by that does not hold them yet. `from` is undefined if it had no range. */
  readonly moves: { readonly from: Place | undefined } | undefined
  /** Its part of the key space, from 0 to 1. */
  readonly share: number
  /** Reports per second for the owned range; undefined while it is not known. */
  readonly reportsPerSecond: number | undefined
  /** Its lag: how long it took to answer the newest hello, in ms. For this node itself: how late its event loop is. */
  readonly answerMs: number | undefined
  readonly threads: { readonly previous: PeerIdString; readonly next: PeerIdString } | undefined
  /** The other nodes that may hold its range. */
  readonly copiesAt: readonly PeerIdString[]
  readonly parent: PeerIdString | undefined
  readonly left: PeerIdString | undefined
  readonly right: PeerIdString | undefined
  readonly depth: number | undefined
}

export interface TreeStatus {
  readonly rosterVersion: number
  /** SHA-256 over the sorted hashes of the tokens, in hex. Nodes with the same view have the same one. */
  readonly view: string
  readonly root: PeerIdString | undefined
  readonly height: number
  readonly isCaughtUp: boolean
  /** The nodes that gain places by a move or a new roster and do not hold them yet. Empty: all is settled. */
  readonly awaited: readonly PeerIdString[]
  /** In ring order; nodes without a range come last. */
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

/** A node that takes this part of a ping's time-out to answer a hello is slow. A node calls itself late if it loses about the same share of its time. */
const SLOW_RATIO = 0.25

export function treeStatus(core: Core, { tokens, links, copies, ownLoad, isCaughtUp, awaited }: StatusInit): TreeStatus {
  const view = tokens.partition()
  const tree = tokens.tree()
  const { trusted } = core.roster.current()
  const ranges = byNode(rangesOf(view))
  const former = byNode(rangesOf({ ring: view.formerRing ?? [] }))
  const ordered = new Set([...ranges.keys(), ...trusted, ...former.keys()])
  const answerMsOf = (node: PeerIdString): number | undefined => (node === core.self ? core.health.lateMs() : links.link(node)?.answerMs())
  const statusOf = (node: PeerIdString): TreeNodeStatus => {
    const range = ranges.get(node)
    const place = tree.nodes.get(node)
    const token = tokens.token(node)
    return {
      node,
      isSelf: node === core.self,
      isReachable: !links.outOfReach(node),
      labels: labelsOf(core, node, links, answerMsOf(node)),
      tokenVersion: token?.version,
      range: spanOf(range),
      formerRange: view.formerRing == null || isSame(range, former.get(node)) ? undefined : spanOf(former.get(node)),
      moves: token?.moved == null || !trusted.includes(node) ? undefined : { from: token.moved.from },
      share: range == null ? 0 : shareOf(range),
      reportsPerSecond: node === core.self ? ownLoad() : links.link(node)?.load(),
      answerMs: answerMsOf(node),
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

function byNode(ranges: readonly NodeRange[]): ReadonlyMap<PeerIdString, NodeRange> {
  return new Map(ranges.map(range => [range.node, range]))
}

function spanOf(range: NodeRange | undefined): Span | undefined {
  return range == null ? undefined : { from: range.from, to: range.to }
}

function isSame(one: NodeRange | undefined, other: NodeRange | undefined): boolean {
  return one?.from === other?.from && one?.to === other?.to
}

function labelsOf(
  { self, health, roster, network }: Core,
  node: PeerIdString,
  links: Pick<TrustedLinks, 'outOfReach'>,
  answerMs: number | undefined
): TreeLabel[] {
  const isFar = links.outOfReach(node)
  const isLate = node === self ? health.state() !== 'well' : !isFar && (answerMs ?? 0) >= SLOW_RATIO * network.roster.preset.pingTimeoutMs
  return [...(isLate ? ['slow' as const] : []), ...(isFar ? ['out of reach' as const] : []), ...(roster.isTrusted(node) ? [] : ['retired' as const])]
}
