import type { RecordOutcome } from '@peerwatch/model'
import type { Settled } from './two-smallest.ts'

/** Of a mark the window comes first, as bytes whose order is that of the numbers. */
const WINDOW_BYTES = 4

/**
 * Which of the marks in one slot remains: the largest that was ever offered, which is that of the latest window, and of one window that of the largest id.
 *
 * @param stored - marks on disk
 * @param offered - marks to write, repeats allowed
 */
export function newest(stored: readonly string[], offered: readonly string[]): Settled {
  const kept = [...stored, ...offered].reduce((most, mark) => (mark > most ? mark : most), '')
  const isOnDisk = stored.includes(kept)
  const first = isOnDisk ? -1 : offered.indexOf(kept)
  const outcomes = offered.map((mark, index): RecordOutcome => {
    if (mark === kept) return index === first ? 'stored' : 'known'
    return windowOf(mark) === windowOf(kept) ? 'conflict' : 'known'
  })
  return { put: first === -1 ? [] : [kept], remove: stored.filter(mark => mark !== kept), outcomes }
}

function windowOf(mark: string): string {
  return mark.slice(0, WINDOW_BYTES)
}
