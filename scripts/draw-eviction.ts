/** Makes docs/from-misdeed-to-certificate.svg, the drawing of docs/concepts.md, from the tables below. */
import { writeFileSync } from 'node:fs'

interface Box {
  readonly lane: number
  readonly column: number
  readonly title: string
  readonly lines: readonly string[]
}

interface Arrow {
  readonly from: number
  readonly to: number
  readonly label?: string
}

const LANES = ['Suspect', 'Neighbours', 'Trusted nodes', 'Watchers', 'Outcome']

const BOXES: readonly Box[] = [
  { lane: 0, column: 0, title: 'Misdeed', lines: ['alters messages,', 'or floods'] },
  { lane: 1, column: 0, title: '1 Observe', lines: ['counts ok and bad', 'per window'] },
  { lane: 1, column: 1, title: '2 Defend', lines: ['cuts its own link,', '30 windows'] },
  { lane: 1, column: 2, title: '3 Report', lines: ['signed, on disk', 'until acknowledged'] },
  { lane: 2, column: 2, title: '4 Suspect', lines: ['three groups accuse:', 'a case opens'] },
  { lane: 3, column: 3, title: '5 Look', lines: ['full evidence, and', 'controls that pass'] },
  { lane: 2, column: 3, title: 'Finding', lines: ['failed, or', 'not confirmed'] },
  { lane: 2, column: 4, title: '6 Sign', lines: ['k signatures:', 'a certificate'] },
  { lane: 4, column: 4, title: '7 Enforce', lines: ['every node refuses', 'the peer, 1 h at first'] },
  { lane: 4, column: 3, title: 'Acquittal', lines: ['k not confirmed:', '30 windows’ rest'] }
]

const ARROWS: readonly Arrow[] = [
  { from: 0, to: 1 },
  { from: 1, to: 2 },
  { from: 2, to: 3 },
  { from: 3, to: 4 },
  { from: 4, to: 5, label: 'k + 1 looks' },
  { from: 5, to: 6 },
  { from: 6, to: 7, label: 'failed' },
  { from: 7, to: 8, label: 'gossip, seeds' }
]

const LANE_HEIGHT = 104
const COLUMN_WIDTH = 178
const LEFT = 128
const BOX = { width: 146, height: 70 }
const WIDTH = LEFT + 5 * COLUMN_WIDTH
const HEIGHT = LANES.length * LANE_HEIGHT

/** Colours that a reader's own choice of light or dark exchanges; the ground is drawn too, since a viewer may show either. */
const STYLE = `
  .ground { fill: #ffffff } .band { fill: #f3f5f8 } .box { fill: #ffffff; stroke: #3b6ea8; stroke-width: 1.5 }
  .bad { stroke: #b3362c } .end { stroke: #2f7d46 } .arrow { stroke: #4b5563; stroke-width: 1.5; fill: none } .head { fill: #4b5563 }
  text { font-family: system-ui, 'DejaVu Sans', sans-serif; font-size: 12px; fill: #1f2937 } .title { font-weight: bold; font-size: 13px }
  .lane, .label { fill: #4b5563 } .lane { font-weight: bold } .label { font-size: 11px }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .band { fill: #161b22 } .box { fill: #0d1117; stroke: #6ea8e6 } .bad { stroke: #f0857b } .end { stroke: #6cc58a }
    .arrow { stroke: #9aa4b2 } .head { fill: #9aa4b2 } text { fill: #e6edf3 } .lane, .label { fill: #b1bac4 }
  }
`

const centreOf = ({ lane, column }: Box): { readonly x: number; readonly y: number } => ({
  x: LEFT + column * COLUMN_WIDTH + BOX.width / 2,
  y: lane * LANE_HEIGHT + LANE_HEIGHT / 2
})

function bandOf(name: string, lane: number): string {
  const y = lane * LANE_HEIGHT
  const shade = lane % 2 === 0 ? `<rect class="band" x="0" y="${y}" width="${WIDTH}" height="${LANE_HEIGHT}"/>` : ''
  return `${shade}<text class="lane" x="16" y="${y + LANE_HEIGHT / 2 + 4}">${name}</text>`
}

function classOf(title: string): string {
  if (title === 'Misdeed') return 'box bad'
  return title === 'Acquittal' || title === '7 Enforce' ? 'box end' : 'box'
}

function boxOf(box: Box): string {
  const { x, y } = centreOf(box)
  const frame = `<rect class="${classOf(box.title)}" x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="7"/>`
  const lines = box.lines.map((line, index) => `<text text-anchor="middle" x="${x}" y="${y + 7 + index * 16}">${line}</text>`)
  return [frame, `<text class="title" text-anchor="middle" x="${x}" y="${y - 14}">${box.title}</text>`, ...lines].join('')
}

/** From edge to edge: straight along a lane or a column, else down or up first and then across. */
function arrowOf({ from, to, label }: Arrow): string {
  const [source, target] = [BOXES[from]!, BOXES[to]!]
  const [a, b] = [centreOf(source), centreOf(target)]
  const [right, down] = [Math.sign(b.x - a.x), Math.sign(b.y - a.y)]
  const start = down === 0 ? { x: a.x + (right * BOX.width) / 2, y: a.y } : { x: a.x, y: a.y + (down * BOX.height) / 2 }
  const end = right === 0 ? { x: b.x, y: b.y - (down * BOX.height) / 2 } : { x: b.x - (right * BOX.width) / 2, y: b.y }
  const path = `<path class="arrow" marker-end="url(#head)" d="M${start.x} ${start.y} L${start.x} ${end.y} L${end.x} ${end.y}"/>`
  if (label == null) return path
  const place = down === 0 ? { x: (start.x + end.x) / 2, y: a.y - 8, anchor: 'middle' } : { x: start.x + 10, y: (start.y + end.y) / 2 + 4, anchor: 'start' }
  const shown = right !== 0 && down !== 0 ? { x: start.x + 10, y: end.y - 8, anchor: 'start' } : place
  return `${path}<text class="label" text-anchor="${shown.anchor}" x="${shown.x}" y="${shown.y}">${label}</text>`
}

/** Past the watchers' box, which stands between a finding and an acquittal. */
function acquittalArrow(): string {
  const [a, b] = [centreOf(BOXES[6]!), centreOf(BOXES[9]!)]
  const side = a.x + BOX.width / 2 + 14
  const [start, end] = [a.y + BOX.height / 2, b.y]
  const path = `M${a.x + 50} ${start} L${a.x + 50} ${start + 16} L${side} ${start + 16} L${side} ${end} L${b.x + BOX.width / 2} ${end}`
  return `<path class="arrow" marker-end="url(#head)" d="${path}"/><text class="label" x="${side + 8}" y="${(start + end) / 2 + 4}">not confirmed</text>`
}

const about =
  'The way from a misdeed to a certificate: neighbours observe, defend and report; trusted nodes suspect; watchers look; k trusted nodes sign; every node enforces.'
const head =
  '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0 L10 5 L0 10 Z"/></marker>'
const lines = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${about}">`,
  `<style>${STYLE}</style><defs>${head}</defs>`,
  `<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>`,
  ...LANES.map(bandOf),
  ...ARROWS.map(arrowOf),
  acquittalArrow(),
  ...BOXES.map(boxOf),
  '</svg>'
]
writeFileSync(new URL('../docs/from-misdeed-to-certificate.svg', import.meta.url), `${lines.join('\n')}\n`)
