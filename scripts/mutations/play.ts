import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const JUDGE = 'packages/attacks/src/play/judge-run.ts'
const TABLES = 'packages/cli/src/commands/ask-tables.ts'
const HISTORY = 'packages/reputation/src/history.ts'

/** What the demo promises and what commands show. */
export const playMutations: readonly Mutation[] = [
  ...changes(
    'C95',
    JUDGE,
    ["(fate === 'acquitted' && !course.acquitted.has(id))", 'false'],
    ['seeds.every(({ id }) => by.includes(id))', 'by.length > 0'],
    ['signersOf(made).size >= quorum', 'made.signers.length >= quorum']
  ),
  ...changes('C96', TABLES, ["!isGone(registry) || state === 'evicted'", 'true'], ["|| state === 'evicted'", '']),
  ...changes('C97', HISTORY, ['report.window <= window;', 'report.window < window;'], ['fromWindow; window <= toWindow', 'fromWindow; window < toWindow'])
]
