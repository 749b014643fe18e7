import { percent } from '../units.ts'
import { lagText, loadText, rangeText, stateWords, titleOf, unsettledLines } from './node-text.ts'
import type { TreeNodeView, TreeView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

const BOX = { width: 176, height: 92 }
/** Neighbours in the order of the key space are never on one level: their boxes may overlap in breadth. */
const STEP = 104
const LEVEL = 132
const EDGE = 24
/** From the middle of a box. */
const THREAD_AT = 46
const TOP = 48
const LINE = 15
const STRIP_HEIGHT = 26
/** A part of the strip that is narrower has no room for a name. */
const NAME_LEAST = 64
const LEAST_WIDTH = 640

/** Light and dark by the viewer's own choice; the ground is drawn too, since a viewer may show either. */
const STYLE = `
  .ground { fill: #ffffff } .box { fill: #ffffff; stroke: #3b6ea8; stroke-width: 1.5 } .slow { stroke: #a36a00 } .far { stroke: #b3362c }
  .retired { stroke-dasharray: 5 4 } .branch { stroke: #4b5563; stroke-width: 1.5; fill: none }
  .thread { stroke: #3b6ea8; stroke-width: 1.2; stroke-dasharray: 4 4; fill: none } .part { fill: #dbe7f5; stroke: #3b6ea8 } .load { fill: #3b6ea8 }
  .empty { fill: #e5e7eb } text { font-family: system-ui, 'DejaVu Sans', sans-serif; font-size: 11px; fill: #1f2937 }
  .title { font-weight: bold; font-size: 14px } .name { font-weight: bold; font-size: 12px } .quiet { fill: #4b5563 } .word { fill: #b3362c; font-weight: bold }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .box { fill: #0d1117; stroke: #6ea8e6 } .slow { stroke: #e0a33e } .far { stroke: #f0857b } .branch { stroke: #9aa4b2 }
    .thread { stroke: #6ea8e6 } .part { fill: #1c2b3f; stroke: #6ea8e6 } .load { fill: #6ea8e6 } .empty { fill: #30363d } text { fill: #e6edf3 }
    .quiet { fill: #b1bac4 } .word { fill: #f0857b }
  }
`

interface Placed {
  readonly view: TreeNodeView
  readonly x: number
  readonly y: number
}

function escaped(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function words(text: string, x: number, y: number, how = '', anchor = 'middle'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${how === '' ? '' : ` class="${how}"`}>${escaped(text)}</text>`
}

function classOf({ labels }: TreeNodeView): string {
  const far = labels.includes('out of reach') ? ' far' : labels.includes('slow') ? ' slow' : ''
  return `box${far}${labels.includes('retired') ? ' retired' : ''}`
}

function boxOf({ view, x, y }: Placed, answer: TreeView, { called }: Pick<Look, 'called'>): string {
  const most = Math.max(1, ...answer.nodes.map(({ reportsPerSecond }) => reportsPerSecond ?? 0))
  const room = BOX.width - 20
  const left = x - room / 2
  const filled = Math.round((room * (view.reportsPerSecond ?? 0)) / most)
  const copies = view.copiesAt.map(called).join(', ')
  const state = stateWords(view, answer).join(', ')
  return [
    `<rect class="${classOf(view)}" x="${x - BOX.width / 2}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="7"/>`,
    words(called(view.node), x, y + LINE, 'name'),
    words(view.range == null ? 'no range' : `${rangeText(view.range, true)} · ${percent(view.share)}`, x, y + 2 * LINE),
    words(`${loadText(view)} reports/s · lag ${lagText(view)}`, x, y + 3 * LINE),
    `<rect class="empty" x="${left}" y="${y + 50}" width="${room}" height="5"/><rect class="load" x="${left}" y="${y + 50}" width="${filled}" height="5"/>`,
    ...(copies === '' ? [] : [words(`copies: ${copies}`, x, y + 69, 'quiet')]),
    ...(state === '' ? [] : [words(state, x, y + 84, view.labels.length === 0 ? 'quiet' : 'word')])
  ].join('')
}

function branchOf(parent: Placed, child: Placed): string {
  const [from, to] = [parent.y + BOX.height, child.y]
  return `<path class="branch" d="M${parent.x} ${from} C${parent.x} ${from + 24} ${child.x} ${to - 24} ${child.x} ${to}"/>`
}

/** From one box to the next in the order of the key space, which is above or below it: between them lies no other. */
function threadOf(one: Placed, next: Placed): string {
  const isDown = next.y > one.y
  const [from, to] = isDown ? [one.y + BOX.height, next.y] : [one.y, next.y + BOX.height]
  const [start, end] = [one.x + THREAD_AT, next.x - THREAD_AT]
  return `<path class="thread" d="M${start} ${from} C${start} ${(from + to) / 2} ${end} ${(from + to) / 2} ${end} ${to}"/>`
}

/** The ring closes: the last goes on in the first. */
function threadEnds(first: Placed | undefined, last: Placed | undefined): string[] {
  if (first == null || last == null || first === last) return []
  const [left, right] = [first.x - BOX.width / 2, last.x + BOX.width / 2]
  const [from, to] = [last.y + BOX.height / 2, first.y + BOX.height / 2]
  return [`<path class="thread" d="M${right} ${from} h${EDGE}"/>`, `<path class="thread" d="M${left - EDGE} ${to} h${EDGE}"/>`]
}

/** The key space from end to end, each range as wide as its share; where the last one goes round the end it has two parts. */
function stripOf(placed: readonly Placed[], y: number, width: number, { called }: Pick<Look, 'called'>): string {
  const room = width - 2 * EDGE
  const at = (place: string): number => EDGE + (room * Number(BigInt(`0x${place}`) >> 32n)) / 2 ** 32
  const parts = placed.flatMap(({ view: { node, range } }) => {
    if (range == null) return []
    const [from, to] = [at(range.from), at(range.to)]
    const spans = from < to ? [[from, to]] : [[from, EDGE + room], ...(to > EDGE ? [[EDGE, to]] : [])]
    return spans.map(([start = 0, end = 0]) => {
      const name = end - start < NAME_LEAST ? '' : words(called(node), (start + end) / 2, y + 17)
      return `<rect class="part" x="${start.toFixed(1)}" y="${y}" width="${(end - start).toFixed(1)}" height="${STRIP_HEIGHT}"/>${name}`
    })
  })
  return [...parts, words('0000…', EDGE, y + STRIP_HEIGHT + 14, 'quiet', 'start'), words('ffff…', width - EDGE, y + STRIP_HEIGHT + 14, 'quiet', 'end')].join('')
}

/** The tree as a picture that needs no other file: boxes on their levels, branches, dashed threads, and the key space below. */
export function treeSvg(answer: TreeView, look: Pick<Look, 'called'>): string {
  const ring = answer.nodes.filter(({ threads }) => threads != null)
  const others = answer.nodes.filter(({ threads }) => threads == null)
  const placed = ring.map((view, index): Placed => ({ view, x: EDGE + BOX.width / 2 + index * STEP, y: TOP + (view.depth ?? 0) * LEVEL }))
  const below = TOP + (ring.length === 0 ? 0 : (answer.height + 1) * LEVEL)
  const apart = others.map((view, index): Placed => ({ view, x: EDGE + BOX.width / 2 + index * (BOX.width + 16), y: below }))
  const width = Math.max(LEAST_WIDTH, ...[...placed, ...apart].map(({ x }) => x + BOX.width / 2 + EDGE))
  const stripY = below + (others.length === 0 ? 0 : LEVEL)
  const notes = unsettledLines(answer, look.called, true)
  const height = stripY + STRIP_HEIGHT + 40 + notes.length * LINE
  const byId = new Map(placed.map(each => [each.view.node, each]))
  const branches = placed.flatMap(child => {
    const parent = child.view.parent == null ? undefined : byId.get(child.view.parent)
    return parent == null ? [] : [branchOf(parent, child)]
  })
  const title = escaped(titleOf(answer))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style><rect class="ground" width="${width}" height="${height}"/>`,
    words(titleOf(answer), EDGE, 24, 'title', 'start'),
    ...placed.slice(1).map((each, index) => threadOf(placed[index]!, each)),
    ...threadEnds(placed[0], placed.at(-1)),
    ...branches,
    ...[...placed, ...apart].map(each => boxOf(each, answer, look)),
    stripOf(placed, stripY, width, look),
    ...notes.map((note, index) => words(note, EDGE, stripY + STRIP_HEIGHT + 34 + index * LINE, 'quiet', 'start')),
    '</svg>'
  ].join('\n')
}
