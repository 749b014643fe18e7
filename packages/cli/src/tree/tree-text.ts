import { bar } from '../bar.ts'
import { NONE, table } from '../table.ts'
import { percent } from '../units.ts'
import { lagText, loadText, rangeText, stateWords, titleOf, unsettledLines } from './node-text.ts'
import { treeRows } from './tree-rows.ts'
import type { TreeNodeView, TreeView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

const BAR = 10
/** Deeper trees take one column a level where room is short. */
const DEEP = 4
/** Keeps a cell on one line, until the table is made. */
const HARD_SPACE = '\u00A0'

interface Row {
  readonly name: string
  readonly parent: string | undefined
  readonly view: TreeNodeView
}

/** The thread down the left side: from each node to the next, and from the last to the first. */
function thread(index: number, count: number): string {
  if (count < 2) return ''
  if (index === 0) return '╭┄ '
  return index === count - 1 ? '╰┄ ' : '├┄ '
}

function copiesText({ copiesAt }: TreeNodeView, answer: TreeView, { isNarrow, called }: Look): string {
  if (copiesAt.length === 0) return NONE
  if (!isNarrow) return copiesAt.map(called).join(', ')
  const far = new Set(answer.nodes.filter(({ isReachable }) => !isReachable).map(({ node }) => node))
  const inReach = copiesAt.filter(node => !far.has(node)).length
  return inReach === copiesAt.length ? `${inReach}` : `${inReach} of ${copiesAt.length}`
}

function cells(view: TreeNodeView, answer: TreeView, look: Look): string[] {
  const { isNarrow, paint } = look
  const most = Math.max(1, ...answer.nodes.map(({ reportsPerSecond }) => reportsPerSecond ?? 0))
  const load = loadText(view)
  const words = stateWords(view, answer).join(', ')
  return [
    rangeText(view.range, isNarrow),
    ...(isNarrow ? [] : [percent(view.share)]),
    isNarrow || view.reportsPerSecond == null ? load : `${bar(view.reportsPerSecond / most, BAR)} ${load.padStart(most.toFixed(1).length)}`,
    copiesText(view, answer, look),
    lagText(view),
    view.labels.length === 0 ? words : paint(view.isReachable ? 'yellow' : 'red', words)
  ]
}

/**
 * The threaded tree on its side: a row per node in the order of the key space, its branch from its parent, and the thread down the left side;
 * lines below it say what is not settled.
 */
export function treeText(answer: TreeView, look: Look): string {
  const { isNarrow, paint } = look
  const placed: Row[] = answer.nodes.flatMap(view => (view.threads == null ? [] : [{ name: view.node, parent: view.parent, view }]))
  const others = answer.nodes.filter(({ threads }) => threads == null)
  const drawn = treeRows(placed, isNarrow ? (answer.height > DEEP ? 1 : 2) : 3)
  const name = (view: TreeNodeView): string => (isNarrow ? look.called(view.node) : look.peer(view.node))
  const rows = [
    ...drawn.map(({ branch, node: { view } }, index) => [
      `${paint('dim', `${thread(index, drawn.length)}${branch}`)}${name(view)}`,
      ...cells(view, answer, look)
    ]),
    ...others.map(view => [name(view), ...cells(view, answer, look)])
  ].map(([tree = '', ...rest]) => [tree.replaceAll(' ', HARD_SPACE), ...rest])
  const head = isNarrow ? ['tree', 'range', 'rep/s', 'copies', 'lag', 'state'] : ['tree', 'range', 'share', 'reports/s', 'copies at', 'lag', 'state']
  const right = isNarrow ? [2, 4] : [2, 3, 5]
  const unsettled = unsettledLines(answer, look.called, isNarrow)
  return [
    paint('bold', titleOf(answer)),
    table({ head, rows, right }, look).replaceAll(HARD_SPACE, ' '),
    ...(drawn.length < 2 ? [] : [paint('dim', '┌ └ lead from a child to its parent; ┄ the thread joins each range to the next')]),
    ...(unsettled.length === 0 ? [] : ['', paint('bold', 'not settled'), ...unsettled])
  ].join('\n')
}
