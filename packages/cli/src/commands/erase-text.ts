import { clockTime } from '../look.ts'
import { fields, NONE, table } from '../table.ts'
import { fittedLines } from '../wrap.ts'
import type { ErasureView, HolderView, RemainsView } from '@peerwatch/node/node-view'
import type { Look } from '../look.ts'

const STATES: Readonly<Record<HolderView['state'], string>> = {
  unknown: 'pending: has not heard of it yet',
  case: 'pending: examines the peer, and erases it when the case is over',
  certificate: 'pending: an eviction is in force, and it erases the peer when that ends',
  removing: 'pending: reads nothing of it any more, and is removing it',
  erased: 'erased',
  'out of reach': 'pending: out of reach, and learns of it before it answers again'
}

const REMAINS: Readonly<Record<RemainsView['what'], string>> = {
  certificate: 'the eviction, on every node',
  case: 'what the case needs, until it is over',
  erasure: 'the erasure itself, which names the peer, on trusted nodes, until retention has passed it, and what may be left of its time',
  later: 'what is reported of it after the erasure, as long as retention says',
  registration:
    'what seeds list while it is registered: it takes itself off when it stops in order, else 10 windows after its last sign, and at least 60 s, unless its seeds are set otherwise',
  evictions: 'how often it was evicted, on every node',
  unsent: 'reports that wait at their reporters: trusted nodes do not take them',
  logs: 'lines in the logs of nodes, until their operators delete them'
}

/** Whether nothing changes by itself in the next moments. */
export function isSettled({ holders }: ErasureView): boolean {
  return holders.every(({ state }) => state !== 'unknown' && state !== 'removing')
}

export function receiptText({ peer, upToMs, isComplete, holders, remains }: ErasureView, look: Look): string {
  const rows = holders.map(({ node, name, state, records }) => [name ?? NONE, look.peer(node), STATES[state], state === 'erased' ? `${records}` : NONE])
  return [
    fields(
      [
        ['peer', look.peer(peer)],
        ['erased', `${isComplete ? '' : 'not everywhere yet: '}what was reported up to ${clockTime(upToMs, look.nowMs)}`]
      ],
      look
    ),
    '',
    table({ head: ['name', 'trusted node', 'records about it or by it', 'removed'], rows }, look),
    '',
    look.paint('bold', 'What remains'),
    ...remains.map(({ what, untilMs }) =>
      fittedLines(`  ${REMAINS[what]}${untilMs == null ? '' : `: ${clockTime(untilMs, look.nowMs)} at the latest`}`, look.columns)
    )
  ].join('\n')
}
