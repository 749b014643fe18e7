/** Makes the drawings of docs/trust-tree.md: docs/trust-tree.svg, as `peerwatch tree --format svg` draws it, and docs/a-start-moves.svg from the table below. */
import { writeFileSync } from 'node:fs'
import { candidatesOf, DEFAULT_COPIES, mergeTokens, noTokens, partition, rangesOf, shareOf, treeOf } from '@peerwatch/trust-tree'
import { treeSvg } from '../packages/cli/src/tree/tree-svg.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { Token } from '@peerwatch/trust-tree'

const STARTS = ['0000', '1c00', '4100', '6800', '8e00', 'b300', 'd900']
const LOADS = [41, 38, 44, 40, 37, 42, 39]

const tokens = STARTS.map(
  (start, index): Token => ({ node: `trusted-${index + 1}` as PeerIdString, start: start.padEnd(16, '0') as Place, version: 1, hash: `${index}` })
)
const members = tokens.map(({ node }) => node)
const view = partition(members, mergeTokens(noTokens, tokens).tokens)
const { root, height, nodes } = treeOf(view)

writeFileSync(
  new URL('../docs/trust-tree.svg', import.meta.url),
  `${treeSvg(
    {
      rosterVersion: 1,
      view: '',
      root,
      height,
      isCaughtUp: true,
      awaited: [],
      nodes: rangesOf(view).map((range, index) => ({
        node: range.node,
        isSelf: index === 0,
        isReachable: true,
        labels: [],
        tokenVersion: 1,
        range,
        formerRange: undefined,
        moves: undefined,
        share: shareOf(range),
        reportsPerSecond: LOADS[index],
        answerMs: 1 + index / 10,
        threads: nodes.get(range.node),
        copiesAt: candidatesOf(view, range.from).current.slice(1, DEFAULT_COPIES + 1),
        parent: nodes.get(range.node)?.parent,
        left: nodes.get(range.node)?.left,
        right: nodes.get(range.node)?.right,
        depth: nodes.get(range.node)?.depth
      }))
    },
    { called: id => id }
  )}\n`
)

/** A strip of the key space: where each range starts, in sixteenths. */
type Ring = readonly (readonly [name: string, start: number])[]

interface Step {
  readonly title: string
  readonly lines: readonly string[]
  readonly former?: Ring
  readonly ring: Ring
}

const BEFORE: Ring = [
  ['A', 0],
  ['B', 4],
  ['C', 8],
  ['D', 12]
]
const AFTER: Ring = [
  ['A', 0],
  ['B', 4],
  ['C', 6.7],
  ['D', 12]
]
const STEPS: readonly Step[] = [
  {
    title: '1 Cut',
    lines: [
      'B has most of the reports. Every node computes the same best move: C takes a third of them.',
      'C asks B where that third begins. B knows the places of its newest reports: 6aaa….'
    ],
    ring: BEFORE
  },
  {
    title: '2 Sign',
    lines: [
      'C writes its new token to disk: start 6aaa…, before 8000…. From now on there are two rings.',
      'It tells all others. Whoever has not heard of it is shown it with its next request.'
    ],
    former: BEFORE,
    ring: AFTER
  },
  {
    title: '3 Copy',
    lines: [
      'In the part that moves a write needs two copies in each ring, and a read asks two of three in each.',
      'C was no candidate there: it reads the part from two of the former three, B, A and D, and says in its hellos that it holds it.'
    ],
    former: BEFORE,
    ring: AFTER
  },
  {
    title: '4 Settle',
    lines: [
      'All that gain places have said so. C signs its token without the former start: one ring again.',
      'D is a candidate no more. What it holds of the part stays on its disk until retention ends.'
    ],
    ring: AFTER
  }
]

const STRIP = { left: 120, width: 640, height: 26 }
const PANEL = 128
const WIDTH = STRIP.left + STRIP.width + 24
const FIRST_MOVED = 6.7
const MOVED_UNTIL = 8
const STYLE = `
  .ground { fill: #ffffff } .part { fill: #dbe7f5; stroke: #3b6ea8 } .moved { fill: #f6d9b8; stroke: #a36a00 } .former { stroke-dasharray: 4 3 }
  text { font-family: system-ui, 'DejaVu Sans', sans-serif; font-size: 12px; fill: #1f2937 } .title { font-weight: bold; font-size: 14px } .quiet { fill: #4b5563 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .part { fill: #1c2b3f; stroke: #6ea8e6 } .moved { fill: #4a3413; stroke: #e0a33e } text { fill: #e6edf3 } .quiet { fill: #b1bac4 }
  }
`

function at(start: number): number {
  return STRIP.left + (start / 16) * STRIP.width
}

function stripOf(ring: Ring, y: number, how: string): string {
  return ring
    .map(([name, start], index) => {
      const end = ring[index + 1]?.[1] ?? 16
      const box = (from: number, to: number, kind: string): string =>
        `<rect class="${kind}${how}" x="${at(from)}" y="${y}" width="${at(to) - at(from)}" height="${STRIP.height}"/>`
      const [first, last] = [Math.max(start, FIRST_MOVED), Math.min(end, MOVED_UNTIL)]
      const moved = first < last ? box(first, last, 'moved') : ''
      return `${box(start, end, 'part')}${moved}<text x="${(at(start) + at(end)) / 2}" y="${y + 17}" text-anchor="middle">${name}</text>`
    })
    .join('')
}

function panelOf({ title, lines, former, ring }: Step, index: number): string {
  const y = 16 + index * PANEL
  const single = former == null ? y + 41 : y + 56
  const strips = [
    ...(former == null ? [] : [`<text class="quiet" x="16" y="${y + 43}">before</text>`, stripOf(former, y + 26, ' former')]),
    `<text class="quiet" x="16" y="${single + 17}">${former == null ? 'the ring' : 'after'}</text>`,
    stripOf(ring, single, '')
  ]
  const texts = lines.map((line, row) => `<text x="16" y="${y + 100 + row * 16}">${line}</text>`)
  return [`<text class="title" x="16" y="${y + 14}">${title}</text>`, ...strips, ...texts].join('')
}

const about = 'A move of a start in four steps: cut, sign, copy, settle. While it is not settled there are two rings.'
const pictureHeight = 16 + STEPS.length * PANEL + 8
writeFileSync(
  new URL('../docs/a-start-moves.svg', import.meta.url),
  `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${pictureHeight}" width="${WIDTH}" height="${pictureHeight}" role="img" aria-label="${about}">`,
    `<style>${STYLE}</style><rect class="ground" width="${WIDTH}" height="${pictureHeight}"/>`,
    ...STEPS.map(panelOf),
    '</svg>'
  ].join('\n')}\n`
)
