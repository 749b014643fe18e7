import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const OUTBOX = 'packages/peer/src/reporting/outbox.ts'
const ENTRY = 'packages/peer/src/reporting/entry-state.ts'
const BUDGET = 'packages/peer/src/reporting/frame-budget.ts'
const AUDIT = 'packages/peer/src/reporting/audit.ts'
const ENTRIES = 'packages/peer/src/reporting/entries.ts'

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
  ...changes(
    'N86',
    AUDIT,
    ['.filter(node => node !== entry)', '.filter(() => true)'],
    ['isLost && leave(entry, untilWindow)', 'false'],
    ['if ((told.get(key) ?? 0) > now()) return\n', ''],
    ["missedBy.join(' and ')", 'missedBy[0]']
  ),
  ...changes(
    'N87',
    AUDIT,
    ['const WITNESSES = 2', 'const WITNESSES = 1'],
    ['if (isFound || missedBy', 'if (missedBy'],
    ['if (isMissed === true)', 'if (isMissed !== false)'],
    ['&& others.length === 1)', ')'],
    ['const ASKED_MOST = 4', 'const ASKED_MOST = 5']
  ),
  ...changes('N88', AUDIT, ['&& others.length === 1)', '&& others.length === 0)'], ['const LEFT_WINDOWS = 360', 'const LEFT_WINDOWS = 300']),
  ...changes(
    'N88',
    ENTRIES,
    ['length < ENTRIES_COUNT) return false', 'length < 1) return false'],
    ['if (trusted.length - left.size < ENTRIES_COUNT) left.clear()\n', ''],
    ['if (untilWindow <= window || ', 'if (']
  ),
  ...changes(
    'N89',
    AUDIT,
    ['core.rng() >= share', 'core.rng() >= 2 * share'],
    ['const LEAST_WINDOWS = 3', 'const LEAST_WINDOWS = 2'],
    ['.slice(0, PER_WINDOW_MOST)', ''],
    ['samples.size >= SAMPLES_MOST || ', ''],
    ['if (isAsking || ', 'if ('],
    ['      if (isStopped()) return\n', '']
  ),
  ...changes(
    'N90',
    'packages/peer/src/reporting/delivery.ts',
    ['      choose()\n      return true\n', '      return true\n'],
    ['    if (links.length > 0 && choice.hasReturned(core.windows.now().window)) choose()\n', '']
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
