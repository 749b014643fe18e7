import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const BACK_OFF = 'packages/link/src/back-off.ts'
const BUDGETS = 'packages/link/src/budgets.ts'
const WINDOWS = 'packages/link/src/window-clock.ts'
const ABSENCE = 'packages/link/src/absence.ts'
const CLAIMS = 'packages/peer/src/registry/key-claims.ts'
const NETWORK_TIME = 'packages/peer/src/time/network-time.ts'
const VOICES = 'packages/peer/src/time/voices.ts'
const REGISTERING = 'packages/peer/src/registry/registering.ts'

/** What a node sends more of when something fails, and what it takes for the silence of others. */
export const loadMutations: readonly Mutation[] = [
  ...changes(
    'N1',
    BACK_OFF,
    ['clock.monotonicMs() - openedAtMs > mostMs', 'openedAtMs < Infinity'],
    ['nextMs = Math.min(2 * wholeMs, mostMs)', 'nextMs = leastMs'],
    ['      openedAtMs = Infinity\n', ''],
    ['(0.5 + rng() / 2)', '(rng() / 2)']
  ),
  ...changes(
    'N2',
    BUDGETS,
    ['burst: most,', 'burst: 2 * most,'],
    ['if (!isGranted) onSpent(name)', 'onSpent(name)'],
    ['perSecond: (most * 1000)', 'perSecond: (most * 9000)']
  ),
  ...changes('N3', 'packages/seed/src/registry-answers.ts', ['...(result.held != null && { peers: [listedPeer(result.held)] })', '']),
  ...changes('N3', 'packages/peer/src/registry/seed-links.ts', ['wasOpen && init.isContested()', 'false']),
  ...changes('N3', REGISTERING, ['if (!isContested()) {', 'if (isContested()) {']),
  ...changes('N4', CLAIMS, ['leftOver.length - at > count', 'leftOver.length > 0']),
  ...changes('N4', 'packages/peer/src/registry/own-record.ts', ['last = Math.max(last, above)', 'last = Math.max(last, 0)']),
  ...changes(
    'N5',
    ABSENCE,
    ['atMs - dueAtMs >= windowMs || ', ''],
    [' || byMs >= windowMs', ''],
    ['sinceMs > backAtMs ? sinceMs : -Infinity', '-Infinity'],
    ['sinceMs > backAtMs ? sinceMs : -Infinity', 'sinceMs']
  ),
  ...changes(
    'H55',
    WINDOWS,
    ['move(aheadMs + Math.min(mostMs, leftMs))', 'move(aheadMs + leftMs)'],
    ['Math.max(current * windowMs, runningMs())', 'runningMs()']
  ),
  ...changes('H56', WINDOWS, ['if (isWhole) move(aheadMs + leftMs)', 'if (isWhole) return']),
  ...changes('H57', 'packages/peer/src/time/agreement.ts', ['best.names.size > voices.length / 2', 'best.names.size > 1']),
  ...changes('H58', VOICES, ['{ name: OWN, fromMs: ownMs, toMs: ownMs }, ', '']),
  ...changes('H58', 'packages/peer/src/time/clock-alarm.ts', ['if (key === alarmed) return', '']),
  ...changes(
    'H59',
    NETWORK_TIME,
    ['      if (!isSure) look()\n', ''],
    ['      isSettled = true\n      windows.steer(aheadMs, how)\n', '      windows.steer(aheadMs, how)\n      isSettled = true\n']
  ),
  ...changes('H59', NETWORK_TIME, ['    voices.clear()\n', ''], ['    isSettled = false\n    isAgreed', '    isAgreed']),
  ...changes('N55', 'packages/tier/src/entry/report-checks.ts', ['window > span.latest + ACCEPTED_FUTURE_WINDOWS', 'window > 0']),
  ...changes('N6', 'packages/seed/src/registry-server.ts', ['core.windows.silentBeforeMs(expiryMs())', 'core.clock.monotonicMs() - expiryMs()'])
]
