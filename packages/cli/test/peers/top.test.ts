import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topRows } from '../../src/peers/top.ts'
import type { PeersView, PeerView } from '@peerwatch/node/node-view'
import type { Sort } from '../../src/peers/sorts.ts'

type Link = NonNullable<PeerView['link']>

function peer(name: string, link?: Partial<Link>): PeerView {
  const whole = link && { direction: 'outbound' as const, openedAtMs: 0, inBytes: 0, outBytes: 0, ...link }
  return { peer: name, kind: 'neighbour', ...(whole != null && { link: whole }) }
}

const view = (...peers: PeerView[]): PeersView => ({ peers, isCut: false })

test('C172: rates are of the time between two looks, and a link that was opened anew counts from zero', () => {
  const before = view(peer('a', { inBytes: 1_000, outBytes: 50 }), peer('b', { inBytes: 9_000 }))
  const now = view(peer('a', { inBytes: 3_000, outBytes: 50 }), peer('b', { inBytes: 500 }), peer('c', { inBytes: 700 }), peer('d'))
  const rates = topRows(now, before, 2_000, 'bytes').map(row => [row.peer, row.inPerSecond, row.outPerSecond])
  assert.deepEqual(rates, [
    ['a', 1_000, 0],
    ['c', 0, 0],
    ['b', 250, 0]
  ])
  assert.deepEqual(
    topRows(now, undefined, 0, 'rate').map(({ inPerSecond }) => inPerSecond),
    [0, 0, 0]
  )
})

test('C172: what one looks for comes first: the busiest, the slowest, the worst, the oldest', () => {
  const before = view(peer('busy'), peer('slow'), peer('bad'), peer('old'))
  const now = view(
    peer('busy', { inBytes: 5_000, openedAtMs: 30, score: 2 }),
    peer('slow', { latencyMs: 400, outBytes: 9_000, openedAtMs: 20, score: 1 }),
    peer('bad', { latencyMs: 3, score: -80, openedAtMs: 40 }),
    peer('old', { openedAtMs: 10 })
  )
  const first: Record<Sort, string> = { rate: 'busy', bytes: 'slow', latency: 'slow', score: 'bad', age: 'old' }
  const was = view(...before.peers.map(each => peer(each.peer, each.peer === 'slow' ? { outBytes: 9_000 } : {})))
  for (const [sort, name] of Object.entries(first)) assert.equal(topRows(now, was, 1_000, sort as Sort)[0]!.peer, name, sort)
})
