import { bar } from '../bar.ts'
import { clockTime } from '../look.ts'
import { isGone, LISTED_WORDS } from '../state-words.ts'
import { GAP, NONE, table } from '../table.ts'
import { percent } from '../units.ts'
import { widest } from '../wrap.ts'
import type { HistoryView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

const LONGEST_BAR = 20
/** A shorter one shows nothing that one would see: then there is none. */
const SHORTEST_BAR = 5

/** One row a window, the oldest first, as a plot that lies on its side; the bars take what room the numbers leave. */
export function historyText(view: HistoryView, look: Look): string {
  const { peer, registry, isComplete } = view
  const plot = plotted(view, 0, look)
  const room = look.columns == null ? LONGEST_BAR : Math.min(LONGEST_BAR, look.columns - widest(plot.split('\n')) - GAP.length)
  return [
    `${look.paint('bold', 'reputation of')} ${look.peer(peer)}${isGone(registry) ? `, ${LISTED_WORDS[registry]}` : ''}${isComplete ? '' : ' (some trusted nodes did not answer: reports may be missing)'}`,
    room < SHORTEST_BAR ? plot : plotted(view, room, look)
  ].join('\n')
}

function plotted({ windowMs, windows }: HistoryView, barWidth: number, look: Look): string {
  const rows = windows.map(({ window, reputation, dimension, reporters, accusers }) => [
    window,
    clockTime(window * windowMs, look.nowMs),
    percent(reputation),
    ...(barWidth === 0 ? [] : [reputation == null ? '' : bar(reputation, barWidth)]),
    dimension ?? NONE,
    reporters,
    accusers
  ])
  const head = ['window', 'from', 'reputation', ...(barWidth === 0 ? [] : ['']), 'by', 'reporters', 'accusers']
  return table({ head, rows, right: [0, 2, head.length - 2, head.length - 1] }, look)
}
