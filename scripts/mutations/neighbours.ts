import { changes } from './mutation.ts'
import type { Mutation } from './mutation.ts'

const NEIGHBOURS = 'packages/peer/src/neighbours/neighbours.ts'
const COMINGS = 'packages/peer/src/neighbours/comings.ts'
const PROBES = 'packages/peer/src/neighbours/probes.ts'
const WATCHED = 'packages/peer/src/neighbours/watched.ts'
const OWN_LINKS = 'packages/peer/src/neighbours/own-links.ts'
const FEELERS = 'packages/peer/src/neighbours/feelers.ts'
const INBOUND = 'packages/peer/src/neighbours/inbound.ts'
const ANCHORS = 'packages/peer/src/neighbours/anchors.ts'

export const neighbourMutations: readonly Mutation[] = [
  ...changes(
    'O65',
    WATCHED,
    ['isOwn && lastAnswerMs != null && !isDead', 'isOwn && !isDead'],
    ['isOwn && lastAnswerMs != null && !isDead', 'lastAnswerMs != null && !isDead'],
    ['isLinked ? isDead && answeredAtMs < silentBeforeMs', 'isLinked ? false']
  ),
  ...changes('O65', PROBES, ["if (wasThere && (result === 'dead'", "if ((result === 'dead'"]),
  ...changes(
    'O66',
    OWN_LINKS,
    ['Math.max(ownMissing, Math.min(', 'Math.max(0, Math.min('],
    ['targetDegree - livingCount', 'targetDegree - linkedCount'],
    ['Math.ceil(maxDegree / 2)', 'maxDegree']
  ),
  ...changes('O67', FEELERS, ["      book.turnAway(peer, 'tried')\n", '']),
  ...changes('O67', COMINGS, ['const isChosen = !book.onTrial.has(peer) && ', 'const isChosen = ']),
  ...changes('O67', OWN_LINKS, ['if (largest.length < 2) return undefined', 'if (largest.length < 1) return undefined']),
  ...changes(
    'O68',
    INBOUND,
    ['dead.length > 0 ? dead : unprotected(left)', 'unprotected(left)'],
    ['!nearest.has(link) && !longest.has(link)', '!nearest.has(link)']
  ),
  ...changes('O69', ANCHORS, ['if (stored.network !== network) return []\n', '']),
  ...changes('O69', NEIGHBOURS, ['if (dial && targetDegree > 0) void fill.dialAnchors()', ''])
]
