import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

/** What people are shown, and what they type. */
export const peopleMutations: readonly Mutation[] = [
  ...changes(
    'C90',
    'packages/cli/src/until-ready.ts',
    ['const FIRST_MS = 2_000', 'const FIRST_MS = 4_000'],
    ['Math.min(2 * nextMs, nextMs + PAUSE_MOST_MS)', '2 * nextMs'],
    ['      onReady(waitedMs)\n      return\n', '      onReady(waitedMs)\n'],
    ['    if (ready) {', '    if (!ready) {']
  ),
  ...changes(
    'C91',
    'packages/cli/src/look.ts',
    ["JSON.stringify(claim.replaceAll(/\\p{C}/gu, '?'))", "claim.replaceAll(/\\p{C}/gu, '?')"],
    ["JSON.stringify(claim.replaceAll(/\\p{C}/gu, '?'))", 'JSON.stringify(claim)'],
    ['[id(peer), names.of(peer) ?? ', '[names.of(peer) ?? id(peer), '],
    ["names.of(peer) ?? ''", "names.claim(peer) ?? names.of(peer) ?? ''"],
    ['columns == null || ', '']
  )
]
