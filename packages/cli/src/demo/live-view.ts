import { createLogUpdate } from 'log-update'
import { counted } from '@peerwatch/model'
import { bar } from '../bar.ts'
import { plain } from '../paint.ts'
import { line } from './line.ts'
import { legend, peerLines } from './peer-lines.ts'
import { treeRows } from '../tree/tree-rows.ts'
import { secondsText } from '../units.ts'
import type { Paint, Style } from '../paint.ts'
import type { Piece } from './line.ts'
import type { DemoEvent, DemoState } from './state.ts'

export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly paint: Paint
}

const SCREEN: Screen = { columns: 100, rows: 40, paint: plain }
const BAR = 10
const LEAST_EVENTS = 3
/** Fewer rows have no empty lines between the parts. */
const SPACED_ROWS = 34

const TONES: Record<DemoEvent['tone'], Style> = { quiet: 'dim', good: 'green', warning: 'yellow', bad: 'red' }

function headLines({ counts, elapsedMs, doing }: DemoState): Piece[][] {
  return [
    [['bold', 'Peerwatch demo'], '  ', ['bold', secondsText(elapsedMs)], `  ${doing}`],
    [
      `${counted(counts.messages, 'message')} · ${counted(counts.reports, 'report')} · ${counted(counts.cases, 'case')} · `,
      ['magenta', `${counts.removed} removed`],
      ' · ',
      ['red', `${counts.evicted} evicted`]
    ]
  ]
}

const MARK = 10

/** If one line is too short for both, the outcome gets a line of its own. */
function plotLines({ plots }: DemoState, columns: number): Piece[][] {
  return plots.flatMap(({ misdeed, outcome, afterMs }): Piece[][] => {
    const [mark, does]: readonly [Piece, Piece] =
      afterMs == null
        ? [
            ['dim', '·'.padEnd(MARK)],
            ['yellow', misdeed]
          ]
        : [['green', `✓ ${secondsText(afterMs)}`.padEnd(MARK)], misdeed]
    const comes: Piece = [afterMs == null ? 'dim' : 'green', `→ ${outcome}`]
    const fits = MARK + misdeed.length + 3 + outcome.length <= columns
    return fits
      ? [[mark, does, ' ', comes]]
      : [
          [mark, does],
          [' '.repeat(MARK), comes]
        ]
  })
}

function treeLines(state: DemoState): Piece[][] {
  const rows = treeRows(state.trusted)
  const most = Math.max(1, ...rows.map(({ node }) => node.reportsPerSecond ?? 0))
  const width = Math.max(0, ...rows.map(({ branch, node }) => branch.length + node.name.length))
  return rows.map(({ branch, node }) => [
    ['dim', branch],
    node.name.padEnd(width - branch.length + 2),
    ['cyan', node.range == null ? 'no range'.padEnd(15) : `${node.range.from.slice(0, 4)}… – ${node.range.to.slice(0, 4)}…`.padEnd(15)],
    node.reportsPerSecond == null ? '' : `  ${bar(node.reportsPerSecond / most, BAR)} ${node.reportsPerSecond.toFixed(1)} reports/s`
  ])
}

/** One event as a line: for the live view, and by itself where the output is no terminal. */
export function eventPieces(event: DemoEvent): Piece[] {
  return [
    ['dim', `${(event.atMs / 1000).toFixed(1).padStart(5)}s `],
    [TONES[event.tone], `${event.node.padEnd(13)}${event.text}`]
  ]
}

/** For logs, pipes and terminals that cannot move their cursor: one line, never cut. */
export function plainLine(event: DemoEvent, paint: Paint = plain): string {
  return line(eventPieces(event), Number.MAX_SAFE_INTEGER, paint)
}

/** The whole screen: at most `rows` lines of at most `columns` characters. */
export function renderLive(state: DemoState, screen: Screen = SCREEN): string {
  const { columns, rows, paint } = screen
  const draw = (lines: Piece[][]): string[] => lines.map(pieces => line(pieces, columns, paint))
  const title = (text: string, ...more: Piece[]): string => line([['bold', text], ...more], columns, paint)
  const gap = rows >= SPACED_ROWS ? [''] : []
  const tree = state.trusted.length === 0 ? [] : [...gap, title('Trust tree'), ...draw(treeLines(state))]
  const top = [...draw(headLines(state)), ...gap, title('Who does what → what should come of it'), ...draw(plotLines(state, columns)), ...tree, ...gap]
  const roomForPeers = rows - top.length - LEAST_EVENTS - gap.length - 3
  const peers = state.peers.length === 0 ? [] : [title('Peers', '  ', ...legend()), ...peerLines(state.peers, screen, roomForPeers), ...gap]
  const above = [...top, ...peers, title('Events')]
  // the last row stays free: writing into it scrolls some terminals
  const roomFor = Math.max(0, rows - above.length - 1)
  const events = roomFor === 0 ? [] : draw(state.events.slice(-roomFor).map(eventPieces))
  return [...above, ...events].slice(0, Math.max(1, rows - 1)).join('\n')
}

export interface LiveView {
  readonly show: (state: DemoState) => void
  /** Leaves the last picture on the screen. */
  readonly done: () => void
}

/** Draws over itself on a terminal, in the size it has at that moment. */
export function liveView(stream: NodeJS.WriteStream, paint: Paint): LiveView {
  const update = createLogUpdate(stream)
  return {
    show: state => {
      update(renderLive(state, { columns: stream.columns ?? SCREEN.columns, rows: stream.rows ?? SCREEN.rows, paint }))
    },
    done: () => {
      update.done()
    }
  }
}
