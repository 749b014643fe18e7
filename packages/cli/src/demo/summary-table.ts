import { table } from '../table.ts'
import { wrapped } from '../wrap.ts'
import type { BehaviourSummary, RunsSummary, Quartiles } from '@peerwatch/attacks/play'
import type { DemoPage } from './result-table.ts'

function spread(of: Quartiles | undefined, text: (number: number) => string): string {
  return of == null ? '' : `${text(of.median)} (${text(of.lower)} – ${text(of.upper)}; ${text(of.least)} – ${text(of.most)})`
}

const windows = (number: number): string => String(Math.round(number * 10) / 10)
const inSeconds = (ms: number): string => (ms / 1000).toFixed(1)
const percent = (share: number): string => `${Math.round(share * 100)}`

function row({ behaviour, expected, peers, asExpected, share, afterWindows, afterMs }: BehaviourSummary): string[] {
  return [
    behaviour,
    expected,
    `${asExpected} of ${peers}`,
    `${percent(share.low)} – ${percent(share.high)}`,
    spread(afterWindows, windows),
    spread(afterMs, inSeconds)
  ]
}

/** Shows what several runs had in common, and how far they spread. */
export function summaryTable({ runs, ok, failed, tooBusy, stopped, elapsedMs, behaviours }: RunsSummary, page: DemoPage): string {
  const { columns, paint } = page
  const counts = [`${ok} of ${runs} ok`, `${failed} failed`, ...(tooBusy > 0 ? [`${tooBusy} too busy`] : []), ...(stopped > 0 ? [`${stopped} stopped`] : [])]
  const took = elapsedMs == null ? '' : `; seconds of those that were ok: ${spread(elapsedMs, inSeconds)}`
  return [
    paint('bold', 'All runs'),
    ...wrapped(`${counts.join(', ')}${took}`, columns),
    '',
    table({ head: ['behaviour', 'expected', 'was so', '95 %', 'windows until then', 'seconds'], rows: behaviours.map(row) }, page),
    '',
    ...wrapped(
      'Spreads: median (quartiles; least – most), since the misdeeds began. 95 %: interval of the share that was as expected (Wilson). Runs that were stopped, or that the machine was too busy for, are left out.',
      columns
    )
  ].join('\n')
}
