import { counted } from '@peerwatch/model'
import { NONE } from '../table.ts'
import type { TreeNodeView, TreeView } from '@peerwatch/node/node-view'

/** Words about a node of the tree that all drawings of it share. */

/** Where a range begins and ends, or that it is all there is. */
export function rangeText(range: TreeNodeView['range'], isShort: boolean): string {
  if (range == null) return 'no range'
  const { from, to } = range
  if (from === to) return 'everything'
  return `${placeText(from, isShort)} – ${placeText(to, isShort)}`
}

export function placeText(place: string, isShort: boolean): string {
  return isShort ? `${place.slice(0, 4)}…` : place
}

export function loadText({ reportsPerSecond }: Pick<TreeNodeView, 'reportsPerSecond'>): string {
  return reportsPerSecond == null ? NONE : reportsPerSecond.toFixed(1)
}

const SECONDS_FROM_MS = 10_000

export function lagText({ answerMs }: Pick<TreeNodeView, 'answerMs'>): string {
  if (answerMs == null) return NONE
  if (answerMs >= SECONDS_FROM_MS) return `${(answerMs / 1000).toFixed(0)} s`
  return `${answerMs < 10 ? answerMs.toFixed(1) : answerMs.toFixed(0)} ms`
}

/** How it is, in words: its labels, and what it does in a move. */
export function stateWords({ node, isSelf, labels, moves }: TreeNodeView, { awaited }: Pick<TreeView, 'awaited'>): string[] {
  return [...labels, ...(isSelf ? ['this one'] : []), ...(moves == null ? [] : ['moving']), ...(awaited.includes(node) ? ['copying'] : [])]
}

/** Says in one sentence each what is not settled. */
export function unsettledLines({ rosterVersion, nodes, awaited }: TreeView, called: (id: string) => string, isShort: boolean): string[] {
  const moving = nodes.flatMap(({ node, moves, range, formerRange, labels }): string[] => {
    const name = called(node)
    if (labels.includes('retired')) return [`${name} left with roster ${rosterVersion} and still gives ${rangeText(formerRange, isShort)}`]
    if (moves == null) return []
    const to = range == null ? 'nowhere' : placeText(range.from, isShort)
    return [moves.from == null ? `${name} takes its first range, from ${to}` : `${name} moves its start from ${placeText(moves.from, isShort)} to ${to}`]
  })
  const copying = awaited.length === 0 ? [] : [`${awaited.map(called).join(', ')} ${awaited.length === 1 ? 'copies' : 'copy'} what moved`]
  return [...moving, ...copying]
}

export function titleOf({ nodes, rosterVersion, height, isCaughtUp }: TreeView): string {
  const members = nodes.filter(({ labels }) => !labels.includes('retired')).length
  return `trust tree: ${counted(members, 'trusted node')}, roster ${rosterVersion}, height ${height}${isCaughtUp ? '' : ', catching up'}`
}
