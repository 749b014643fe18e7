import { clockTime } from '../look.ts'
import { percent } from '../units.ts'
import { placeText, rangeText, unsettledLines } from './node-text.ts'
import type { TreeNodeView, TreeView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

function nodeChanges(before: TreeNodeView | undefined, now: TreeNodeView, called: Look['called']): string[] {
  const name = called(now.node)
  if (before == null) return [`${name} is in the tree`]
  const gone = before.labels.filter(label => !now.labels.includes(label))
  const come = now.labels.filter(label => !before.labels.includes(label))
  const isMoved = rangeText(before.range, false) !== rangeText(now.range, false)
  const range = now.range == null ? 'has no range any more' : `holds ${rangeText(now.range, false)}, ${percent(now.share)}`
  return [...come.map(label => `${name} is ${label}`), ...gone.map(label => `${name} is no longer ${label}`), ...(isMoved ? [`${name} ${range}`] : [])]
}

/** Says what has changed in the tree, in a line each. It leaves out loads and lags, which change all the time. */
export function treeChanges(before: TreeView, now: TreeView, { called, nowMs }: Pick<Look, 'called' | 'nowMs'>): string[] {
  const known = new Map(before.nodes.map(each => [each.node, each]))
  const staying = new Set(now.nodes.map(({ node }) => node))
  const wasUnsettled = new Set(unsettledLines(before, called, false))
  const isUnsettled = unsettledLines(now, called, false)
  const lines = [
    ...(now.rosterVersion === before.rosterVersion ? [] : [`roster ${now.rosterVersion} is in force`]),
    ...now.nodes.flatMap(each => nodeChanges(known.get(each.node), each, called)),
    ...before.nodes.flatMap(({ node }) => (staying.has(node) ? [] : [`${called(node)} is out of the tree`])),
    ...isUnsettled.filter(line => !wasUnsettled.has(line)),
    ...(wasUnsettled.size > 0 && isUnsettled.length === 0 ? ['all moves are settled'] : []),
    ...(now.root === before.root || now.root == null ? [] : [`${called(now.root)} is the root, at ${placeText(rootPlace(now), false)}`]),
    ...(now.isCaughtUp && !before.isCaughtUp ? ['this node has caught up'] : [])
  ]
  return lines.map(line => `${clockTime(nowMs, nowMs)} ${line}`)
}

function rootPlace({ nodes, root }: TreeView): string {
  return nodes.find(({ node }) => node === root)?.range?.from ?? ''
}
