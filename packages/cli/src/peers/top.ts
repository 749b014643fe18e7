import { counted, delay } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { namesIn } from '../known-peers.ts'
import { redrawn } from '../redrawn.ts'
import { section } from '../table.ts'
import { show } from '../terminal.ts'
import { linkCells } from './peers-text.ts'
import type { PeersView, PeerView, StatusView } from '@peerwatch/node/node-view'
import type { ApiClient } from '../api-client.ts'
import type { Look } from '../look.ts'
import type { Sort } from './sorts.ts'

const EVERY_MS = 1_000
const SIGINT_CODE = 130

/** A linked peer with what it carried since the look before. */
export interface TopRow extends PeerView {
  readonly link: NonNullable<PeerView['link']>
  readonly inPerSecond: number
  readonly outPerSecond: number
}

const ORDER: Readonly<Record<Sort, (row: TopRow) => number>> = {
  rate: row => -(row.inPerSecond + row.outPerSecond),
  bytes: row => -(row.link.inBytes + row.link.outBytes),
  // the slowest and the worst first: they are what one looks for
  latency: row => -(row.link.latencyMs ?? -1),
  score: row => row.link.score ?? Infinity,
  age: row => row.link.openedAtMs
}

/** The linked peers of an answer in order; rates are of the time since the answer before. */
export function topRows(now: PeersView, before: PeersView | undefined, elapsedMs: number, sort: Sort): TopRow[] {
  const earlier = new Map(before?.peers.map(each => [each.peer, each.link]))
  const rows = now.peers.flatMap((each): TopRow[] => {
    if (each.link == null) return []
    const was = earlier.get(each.peer)
    return [
      {
        ...each,
        link: each.link,
        inPerSecond: rate(each.link.inBytes, was?.inBytes, elapsedMs),
        outPerSecond: rate(each.link.outBytes, was?.outBytes, elapsedMs)
      }
    ]
  })
  return rows.toSorted((a, b) => ORDER[sort](a) - ORDER[sort](b) || (a.peer < b.peer ? -1 : 1))
}

function rate(bytes: number, then: number | undefined, elapsedMs: number): number {
  if (then == null || elapsedMs <= 0) return 0
  // a link that was closed and opened meanwhile counts from zero
  return ((bytes >= then ? bytes - then : bytes) * 1_000) / elapsedMs
}

export function topText(rows: readonly TopRow[], { name, role, registry, health }: StatusView, sort: Sort, look: Look): string {
  const cell = linkCells(look)
  const perSecond = (bytes: number): string => `${cell.bytes(Math.round(bytes))}${look.isNarrow ? '' : '/s'}`
  const cells = rows.map(({ peer, kind, refused, link, inPerSecond, outPerSecond }) => [
    cell.peer(peer),
    refused ?? kind,
    link.direction.replace('bound', ''),
    cell.ms(link.latencyMs),
    perSecond(inPerSecond),
    perSecond(outPerSecond),
    ...(look.isNarrow ? [cell.bytes(link.inBytes + link.outBytes)] : [cell.bytes(link.inBytes), cell.bytes(link.outBytes)]),
    cell.score(link.score)
  ])
  const totals = look.isNarrow ? ['in/s', 'out/s', 'all'] : ['in', 'out', 'in all', 'out all']
  const head = ['peer', 'kind', 'way', 'answer', ...totals, 'score']
  return [
    `${name === role ? role : `${role} ${name}`}: ${registry.state} at ${counted(registry.seeds.length, 'seed')}, ${health.state}`,
    section(`links by ${sort}`, cells, head, look, look.isNarrow ? [3, 4, 5, 6, 7] : [3, 4, 5, 6, 7, 8])
  ].join('\n')
}

/** Shows the links again and again until Ctrl+C. Where the output is no terminal: once, after a second, so that there are rates. */
export async function watchTop(node: ApiClient, sort: Sort, isJson: boolean): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    process.exitCode = SIGINT_CODE
    stop.abort()
  })
  const isLive = process.stdout.isTTY && !isJson
  const page = isLive ? redrawn(process.stdout) : undefined
  let before: { readonly answer: PeersView; readonly atMs: number } | undefined
  try {
    while (!stop.signal.aborted) {
      const [answer, status] = await Promise.all([node<PeersView>('GET', '/v1/peers'), node<StatusView>('GET', '/v1/status')])
      const names = await namesIn(answer)
      const atMs = systemClock.monotonicMs()
      const rows = topRows(answer, before?.answer, atMs - (before?.atMs ?? atMs), sort)
      page?.show(look => topText(rows, status, sort, look), names)
      if (!isLive && before != null) {
        if (isJson) console.log(JSON.stringify({ links: rows }))
        else show(look => topText(rows, status, sort, look), names)
        return
      }
      before = { answer, atMs }
      await delay(systemClock, EVERY_MS, stop.signal).catch(() => {})
    }
  } finally {
    page?.done()
  }
}
