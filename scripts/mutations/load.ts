import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const SERVICES = 'packages/services/src'
const BACK_OFF = `${SERVICES}/back-off.ts`
const BUDGETS = `${SERVICES}/budgets.ts`
const WINDOWS = `${SERVICES}/window-clock.ts`
const CLAIMS = `${SERVICES}/registry/key-claims.ts`
const REGISTERING = `${SERVICES}/registry/registering.ts`

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
  ...changes('N3', `${SERVICES}/registry/registry-server.ts`, ['...(result.held != null && { peers: [peerEntry(result.held)] })', '']),
  ...changes('N3', `${SERVICES}/registry/seed-links.ts`, ['wasOpen && init.isContested()', 'false']),
  ...changes('N3', REGISTERING, ['if (!isContested()) {', 'if (isContested()) {']),
  ...changes('N4', CLAIMS, ['leftOver.length - at > count', 'leftOver.length > 0']),
  ...changes('N4', `${SERVICES}/registry/own-record.ts`, ['last = Math.max(last, above)', 'last = Math.max(last, 0)']),
  ...changes(
    'N5',
    WINDOWS,
    ['nowMs - dueAtMs >= windowMs || ', ''],
    [' || aheadMs - wallAheadMs >= windowMs', ''],
    ['sinceMs > backAtMs ? sinceMs : -Infinity', '-Infinity'],
    ['sinceMs > backAtMs ? sinceMs : -Infinity', 'sinceMs']
  ),
  ...changes('N6', `${SERVICES}/registry/registry-server.ts`, ['core.windows.silentBeforeMs(expiryMs())', 'core.clock.monotonicMs() - expiryMs()'])
]
