import { percent } from '../units.ts'
import { lagText, loadText, rangeText, stateWords, titleOf, unsettledLines } from './node-text.ts'
import type { TreeNodeView, TreeView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

/** A string of Graphviz, of any text; its lines stay lines. */
function quotedText(lines: readonly string[]): string {
  return `"${lines.map(line => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')}"`
}

function colourOf({ labels }: TreeNodeView): string {
  if (labels.includes('out of reach')) return ', color="#b3362c", fontcolor="#b3362c"'
  if (labels.includes('slow')) return ', color="#a36a00"'
  return labels.includes('retired') ? ', style="rounded,dashed"' : ''
}

/** The tree for Graphviz: solid edges from parents to children, dashed ones for the threads. */
export function treeDot(answer: TreeView, { called }: Pick<Look, 'called'>): string {
  const known = new Set(answer.nodes.map(({ node }) => node))
  const nodes = answer.nodes.map(view => {
    const words = stateWords(view, answer).join(', ')
    const lines = [
      called(view.node),
      `${rangeText(view.range, true)}, ${percent(view.share)}`,
      `${loadText(view)} reports/s, lag ${lagText(view)}`,
      ...(view.copiesAt.length === 0 ? [] : [`copies at ${view.copiesAt.map(called).join(', ')}`]),
      ...(words === '' ? [] : [words])
    ]
    return `  ${quotedText([view.node])} [label=${quotedText(lines)}${colourOf(view)}]`
  })
  const edge = (from: string, to: string, how = ''): string[] => (known.has(to) ? [`  ${quotedText([from])} -> ${quotedText([to])}${how}`] : [])
  const branches = answer.nodes.flatMap(({ node, left, right }) => [left, right].flatMap(child => (child == null ? [] : edge(node, child))))
  const threads = answer.nodes.flatMap(({ node, threads: { next } = { next: node, previous: node } }) =>
    next === node ? [] : edge(node, next, ' [style=dashed, constraint=false, color="#3b6ea8"]')
  )
  return [
    'digraph "trust tree" {',
    `  label=${quotedText([titleOf(answer), ...unsettledLines(answer, called, true)])}`,
    '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=10]',
    '  edge [arrowsize=0.6]',
    '  ordering=out',
    ...nodes,
    ...branches,
    ...threads,
    '}'
  ].join('\n')
}
