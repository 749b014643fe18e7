import { bar } from '../bar.ts'
import { clockTime } from '../look.ts'
import { isGone, LISTED_WORDS } from '../state-words.ts'
import { NONE, table } from '../table.ts'
import { percent } from '../units.ts'
import type { HistoryView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

const BAR = 20

/** One row a window, the oldest first, as a plot that lies on its side. */
export function historyText({ peer, registry, windowMs, windows, isComplete }: HistoryView, look: Look): string {
  const rows = windows.map(({ window, reputation, dimension, reporters, accusers }) => [
    window,
    clockTime(window * windowMs, look.nowMs),
    percent(reputation),
    reputation == null ? '' : bar(reputation, BAR),
    dimension ?? NONE,
    reporters,
    accusers
  ])
  return [
    `${look.paint('bold', 'reputation of')} ${look.peer(peer)}${isGone(registry) ? `, ${LISTED_WORDS[registry]}` : ''}${isComplete ? '' : ' (some trusted nodes did not answer: reports may be missing)'}`,
    table({ head: ['window', 'from', 'reputation', '', 'by', 'reporters', 'accusers'], rows, right: [0, 2, 5, 6] }, look)
  ].join('\n')
}
