import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const OUTBOX = 'packages/peer/src/reporting/outbox.ts'
const ENTRY = 'packages/peer/src/reporting/entry-state.ts'
const BUDGET = 'packages/peer/src/reporting/frame-budget.ts'

export const reportingMutations: readonly Mutation[] = [
  ...changes(
    'P1',
    OUTBOX,
    ['added.filter(({ key }) => !items.has(key))', 'added.filter(() => true)'],
    ['oldest(items.size + kept.length - most)', 'oldest(items.size - most)'],
    ['const kept = fresh.slice(excess)', 'const kept = fresh.slice(0, most)'],
    ['replacing.filter(({ key }) => items.has(key))', 'replacing.filter(() => true)'],
    ['      await commit(kept, dropped)\n', '      await commit(kept, [])\n'],
    ['read.toSorted((a, b) => (a.key < b.key ? -1 : 1))', 'read.toReversed()'],
    ['const writing = inOrder()', 'const writing = async <R>(write: () => Promise<R>): Promise<R> => write()']
  ),
  ...changes(
    'P2',
    BUDGET,
    ['free = Math.max(free, FREE_FRAMES)', 'free += FREE_FRAMES'],
    ['if (isCarrying) carrying--', ''],
    ['return free >= 0 && carrying >= 0', 'return carrying >= 0'],
    ['free += frames', 'free += 2 * frames']
  ),
  ...changes(
    'P3',
    'packages/peer/src/reporting/delivery.ts',
    ['if (!links.some(link => link.isInFlight(item.key))) batch', 'batch'],
    ['item.window > last || ', ''],
    ['status === ANSWER_STATUS.retry && isReportWaiting(code)', 'status === ANSWER_STATUS.retry'],
    ["links.find(link => link.state() === 'ready')", "links.findLast(link => link.state() === 'ready')"],
    ['for (const link of old) if (!links.includes(link)) link.stop().catch(() => {})\n', '']
  ),
  ...changes(
    'P3',
    ENTRY,
    ["return state.name === 'ready' ? Math.min(state.credits, LIMITS.batch) : 0", "return state.name === 'ready' ? LIMITS.batch : 0"],
    ["failed: () => to(CLOSED, { type: 'pause' })", 'failed: () => to(CLOSED)'],
    ["if (mustRest) actions.push({ type: 'pause' })", ''],
    [
      'return { sent: new Map(left), keys: new Set(left.map(([, { item }]) => item.key)) }',
      'return { sent: new Map(left), keys: new Set([...sent.values()].map(({ item }) => item.key)) }'
    ]
  ),
  ...changes('P88', 'packages/peer/src/reporting/delivery.ts', [' || toldToWait.get(item.key) === window', '']),
  ...changes('P88', ENTRY, [' && !isReportWaiting(code)', '']),
  ...changes(
    'P89',
    'packages/peer/src/reporting/entry-link.ts',
    ['    patience.missed()\n', ''],
    ['Math.max(2 * tookMs, timeoutMs * 0.9)', 'timeoutMs * 0.9'],
    ['Math.max(leastMs, ms)', 'leastMs']
  ),
  ...changes(
    'P4',
    ENTRY,
    ['credits > CREDITS_MOST', 'credits > 2 * CREDITS_MOST'],
    ['frame.hello == null ?', 'frame.hello != null ?'],
    ["late: (): Transition => leave('no answer in time'),", ''],
    [' || credits > 0 || first', ' || first']
  )
]
