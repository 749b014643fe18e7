import { bar } from '../bar.ts'
import { STATE_WORDS } from '../state-words.ts'
import { line } from './line.ts'
import type { Style } from '../paint.ts'
import type { Piece } from './line.ts'
import type { Screen } from './live-view.ts'
import type { DemoPeer } from './state.ts'

/** A peer with its bar takes this; as many columns of peers as fit, and the bars take what is left. */
const CELL = 48
const GAP = 2
/** Two columns without bars are better than one: from here on. */
const NARROW = 80
const SHORTEST_BAR = 10
const LONGEST_BAR = 30

const STATES: Record<DemoPeer['state'], { readonly mark: string; readonly style: Style }> = {
  unknown: { mark: '·', style: 'dim' },
  good: { mark: '●', style: 'green' },
  watched: { mark: '◐', style: 'cyan' },
  suspect: { mark: '◆', style: 'yellow' },
  evicted: { mark: '✗', style: 'red' },
  removed: { mark: '†', style: 'magenta' }
}

/** As in every other command; `removed` is the registry's. */
function wordOf(state: DemoPeer['state']): string {
  return state === 'removed' ? state : STATE_WORDS[state].word
}

/** Says what the marks mean. */
export function legend(): Piece[] {
  const marks = Object.entries(STATES).map(([state, { mark, style }]): Piece => [style, `${mark} ${wordOf(state as DemoPeer['state'])} `])
  return [...marks, ['dim', '? disputed']]
}

/** `trusted-1-watcher-2` has no room beside its standing. */
function shortName(name: string): string {
  return name.replace(/^trusted-(\d+)-watcher-/, 'watcher-$1-').slice(0, 11)
}

/** Without a bar where `barWidth` is 0. */
function cell(peer: DemoPeer, barWidth: number): Piece[] {
  const { state, standing } = peer
  const { mark, style } = STATES[state]
  const does = peer.role === 'watcher' ? 'watcher' : peer.behaviour
  const name: Piece[] = [[style, `${mark} `], shortName(peer.name).padEnd(12)]
  const part: Piece = [peer.behaviour === 'honest' ? 'dim' : 'yellow', does.slice(0, 9).padEnd(10)]
  const isOut = state === 'evicted' || state === 'removed'
  if (peer.isAcquitted && !isOut) {
    const found: Piece[] = [
      [style, `${wordOf(state)}, acquitted`],
      ['dim', standing == null ? '' : ` ${standing.toFixed(2)}?`]
    ]
    return barWidth === 0 ? [...name, ...found] : [...name, part, ...found]
  }
  // a peer that is out has no standing any more
  const shown = isOut ? undefined : standing
  return [
    ...name,
    part,
    [style, shown == null ? ' '.repeat(barWidth) : bar(shown, barWidth)],
    (shown?.toFixed(2) ?? '').padStart(5).padEnd(6),
    [style, wordOf(state)]
  ]
}

/** Where not all have room, those of whom something is to be seen come first. */
function rank({ role, behaviour }: DemoPeer): number {
  if (behaviour !== 'honest') return 0
  return role === 'watcher' ? 2 : 1
}

/** Peers in as many columns as there is room for, read downwards; what does not fit is counted. */
export function peerLines(peers: readonly DemoPeer[], { columns, paint }: Screen, roomFor: number): string[] {
  const withBars = Math.max(1, Math.floor((columns + GAP) / (CELL + GAP)))
  const isNarrow = withBars === 1 && columns >= NARROW
  const across = isNarrow ? 2 : withBars
  const width = Math.floor((columns - GAP * (across - 1)) / across)
  const barWidth = isNarrow ? 0 : Math.min(LONGEST_BAR, SHORTEST_BAR + Math.max(0, width - CELL))
  const down = Math.min(Math.ceil(peers.length / across), Math.max(1, roomFor))
  const shown = peers.length <= down * across ? peers : peers.toSorted((a, b) => rank(a) - rank(b)).slice(0, down * across - 1)
  const cells = shown.map(peer => cell(peer, barWidth))
  if (shown.length < peers.length) cells.push([['dim', `  … and ${peers.length - shown.length} more`]])
  return Array.from({ length: down }, (_, row) => {
    const inRow = Array.from({ length: across }, (_each, column) => cells[row + column * down]).filter(pieces => pieces != null)
    return inRow.map((pieces, column) => line(pieces, width, paint, column < inRow.length - 1)).join(' '.repeat(GAP))
  })
}
