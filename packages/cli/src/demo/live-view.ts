import { createLogUpdate } from 'log-update'
import { plain } from '../paint.ts'
import { line } from './line.ts'
import { treeRows } from './tree-rows.ts'
import type { Paint, Style } from '../paint.ts'
import type { Piece } from './line.ts'
import type { DemoEvent, DemoPeer, DemoState } from './state.ts'

export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly paint: Paint
}

const SCREEN: Screen = { columns: 100, rows: 40, paint: plain }
/** Wide enough for one peer; two such columns where the screen has room. */
const PEER_COLUMNS = 48
const BAR = 10
const LEAST_EVENTS = 3

const STATE_STYLES: Record<DemoPeer['state'], Style> = {
  unknown: 'dim',
  good: 'green',
  watched: 'cyan',
  suspect: 'yellow',
  evicted: 'red',
  removed: 'magenta'
}
const STATE_MARKS: Record<DemoPeer['state'], string> = { unknown: '·', good: '●', watched: '◐', suspect: '◆', evicted: '✗', removed: '†' }
const TONES: Record<DemoEvent['tone'], Style> = { quiet: 'dim', good: 'green', warning: 'yellow', bad: 'red' }

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function count(number: number, one: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : `${one}s`}`
}

function bar(ratio: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, ratio)) * BAR)
  return '█'.repeat(filled) + '░'.repeat(BAR - filled)
}

/** `trusted-1-watcher-2` has no room beside its standing. */
function shortName(name: string): string {
  return name.replace(/^trusted-(\d+)-watcher-/, 'watcher-$1-').slice(0, 12)
}

function peerPieces(peer: DemoPeer): Piece[] {
  const style = STATE_STYLES[peer.state]
  const misbehaves = peer.behaviour !== 'honest'
  const does = peer.role === 'watcher' ? 'watcher' : peer.behaviour
  return [
    [style, `${STATE_MARKS[peer.state]} `],
    shortName(peer.name).padEnd(13),
    [misbehaves ? 'yellow' : 'dim', does.slice(0, 9).padEnd(10)],
    [style, peer.standing == null ? ' '.repeat(BAR) : bar(peer.standing)],
    peer.standing == null ? ' '.repeat(6) : ` ${peer.standing.toFixed(2)} `,
    [style, peer.state]
  ]
}

function headLines(state: DemoState): Piece[][] {
  const { counts, trusted, peers } = state
  const watchers = peers.filter(({ role }) => role === 'watcher').length
  return [
    [
      ['bold', 'Peerwatch demo'],
      `   preset ${state.preset}, window ${state.windowMs / 1000} s   seed ${state.seed}   `,
      ['bold', seconds(state.elapsedMs)],
      ['dim', ` of at most ${Math.round(state.limitMs / 1000)} s`]
    ],
    [['dim', `${count(state.seedsCount, 'seed')}, ${trusted.length} trusted, ${count(watchers, 'watcher')}, ${count(peers.length - watchers, 'peer')}`]],
    [
      `${count(counts.messages, 'message')} · ${count(counts.reports, 'report')} · ${count(counts.cases, 'case')} · `,
      ['magenta', `${counts.removed} removed`],
      ' · ',
      ['red', `${counts.evicted} evicted`]
    ]
  ]
}

function treeLines(state: DemoState): Piece[][] {
  const rows = treeRows(state.trusted)
  const most = Math.max(1, ...rows.map(({ node }) => node.reportsPerSecond ?? 0))
  const width = Math.max(0, ...rows.map(({ branch, node }) => branch.length + node.name.length))
  return rows.map(({ branch, node }) => [
    ['dim', branch],
    node.name.padEnd(width - branch.length + 2),
    ['cyan', node.range == null ? 'no range'.padEnd(15) : `${node.range.from.slice(0, 4)}… – ${node.range.to.slice(0, 4)}…`.padEnd(15)],
    node.reportsPerSecond == null ? '' : `  ${bar(node.reportsPerSecond / most)} ${node.reportsPerSecond.toFixed(1)} reports/s`
  ])
}

function peerLines(peers: readonly DemoPeer[], screen: Screen, roomFor: number): string[] {
  const { columns, paint } = screen
  const across = columns >= 2 * PEER_COLUMNS + 2 ? 2 : 1
  const down = Math.min(Math.ceil(peers.length / across), Math.max(1, roomFor))
  const shown = peers.length <= down * across ? peers : peers.slice(0, down * across - 1)
  const cells = shown.map(peerPieces)
  if (shown.length < peers.length) cells.push([['dim', `  … and ${peers.length - shown.length} more`]])
  return Array.from({ length: down }, (_, row) => {
    const [left = [], right] = [cells[row], cells[row + down]]
    if (right == null) return line(left, columns, paint)
    return `${line(left, PEER_COLUMNS, paint, true)}  ${line(right, columns - PEER_COLUMNS - 2, paint)}`
  })
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
  const title = (text: string): string => line([['bold', text]], columns, paint)
  const tree = treeLines(state)
  const top = [...draw(headLines(state)), '', title('Trust tree'), ...draw(tree), '', title('Peers')]
  const peers = peerLines(state.peers, screen, rows - top.length - LEAST_EVENTS - 3)
  const above = [...top, ...peers, '', title('Events')]
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
