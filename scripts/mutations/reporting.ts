import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const OUTBOX = 'packages/peer/src/reporting/outbox.ts'
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
    ['      await before\n', '']
  ),
  ...changes(
    'P2',
    BUDGET,
    ['free = Math.max(free, FREE_FRAMES)', 'free += FREE_FRAMES'],
    ['if (isCarrying) carrying--', ''],
    ['return free >= 0 && carrying >= 0', 'return carrying >= 0'],
    ['free += frames', 'free += 2 * frames']
  )
]
