import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const HEALTH = 'packages/link/src/local-health.ts'
const TAKE_OVER = 'packages/link/src/take-over.ts'
const FRAMES = 'packages/link/src/frames.ts'

/** How late a node is itself, and how it learns that a stream is over. */
export const healthMutations: readonly Mutation[] = [
  ...changes('H1', HEALTH, ['Math.min(MOST_FACTOR, 1 + (2 * lateMs())', 'Math.min(99, 1 + (2 * lateMs())'], ['worst.lateMs * 0.5 **', 'worst.lateMs * 1 **']),
  ...changes('H2', HEALTH, ['(overMs < leastLostMs ? 0 : overMs)', 'overMs']),
  ...changes(
    'H80',
    'packages/peer/src/neighbours/probes.ts',
    ['isOver ? 0 : core.clock', 'core.clock'],
    ['isEnding || (isOver && !watched.wasOver)', 'isOver && !watched.wasOver']
  ),
  ...changes(
    'H80',
    'packages/peer/src/neighbours/ping-streams.ts',
    ['      connection.abort(error)\n', ''],
    ["return toldOver.has(connection) ? 'ending' : 'over'", "return 'ending'"]
  ),
  ...changes(
    'H81',
    'packages/tier/src/tree/member-clocks.ts',
    ['Math.min(own, all.at(-quorum)!)', 'own'],
    ['Math.min(own, all.at(-quorum)!)', 'all.at(-quorum)!'],
    ['Math.max(own, all[quorum - 1]!)', 'own']
  ),
  ...changes('H82', 'packages/tier/src/tree/member-clocks.ts', ['all.length < quorum ? undefined : found', 'found'], ['          hellos.clear()\n', '']),
  ...changes('H83', 'packages/tier/src/tree/member-clocks.ts', ['Math.max(...ms)', 'ms.at(-1)!'], ['.slice(-HELLOS)', '']),
  ...changes('H83', 'packages/peer/src/time/clock-alarm.ts', ["aheadMs < 0 ? 'behind'", "aheadMs > 0 ? 'behind'"]),
  ...changes('H82', 'packages/tier/src/tree/retention.ts', ["      core.emit('time:limited', { bound: 'too-few-clocks' })\n", '']),
  ...changes(
    'H3',
    HEALTH,
    ['    if (next === state) return\n', ''],
    ['nowMs - lateSinceMs >= OVERLOADED_AFTER_WINDOWS * preset.windowMs', 'nowMs - lateSinceMs >= preset.windowMs']
  ),
  ...changes('H4', HEALTH, ['if (!wasLate(lostBeforeMs, ms) || backMs <= 0) run()', 'if (ms > 0) run()'], ['MOST_FACTOR * ms - givenMs)', 'Infinity)']),
  ...changes('H5', HEALTH, ['        end = clock.after(backMs, fire)', '        clock.after(backMs, fire)']),
  ...changes('H6', HEALTH, ['if (!wasLate(lostBeforeMs, timeoutMs) || goodMs', 'if (goodMs']),
  ...changes('H7', HEALTH, [' || goodMs >= MOST_FACTOR * timeoutMs) return false', ') return false']),
  ...changes('H8', HEALTH, ['if (isReading || stoodStill(overdueMs())) afterReading(run)', 'if (isReading && stoodStill(-1)) afterReading(run)']),
  ...changes(
    'H9',
    'packages/reputation/src/decide.ts',
    ['    if (at.isOverloaded && mayOthersLook(judge, at, open)) return []\n', ''],
    ['at.isOverloaded && mayOthersLook(judge, at, open)', 'at.isOverloaded']
  ),
  ...changes('H10', 'packages/peer/src/observation/observation.ts', ['wasOffline || core.health.wasLate(lostMs[0], core.windows.windowMs)', 'wasOffline']),
  ...changes('H10', HEALTH, ['lost() - lostBeforeMs >= LATE_RATIO * waitedMs', 'waitedMs < 0']),
  ...changes(
    'L1',
    FRAMES,
    ['    queueMicrotask(() => {\n      onEnd(fault)\n    })\n', '    onEnd(fault)\n'],
    ['    if (ended) return\n    ended = true\n', '    ended = true\n']
  ),
  ...changes('L1', TAKE_OVER, ['  if (isOver(stream)) {', '  if (false as boolean) {'], ['    if (isTold) return\n', '']),
  ...changes('L2', TAKE_OVER, ['  if (isOver(stream)) {', '  if (false as boolean) {'])
]
