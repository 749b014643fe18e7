import { goodShare } from './good-share.ts'
import type { EvictableRow, PeerIdString } from '@peerwatch/model'

/** Below this a peer is neither cut nor found guilty: cutting earlier would starve the findings and show who is a watcher. */
const evidence = { alteredCopies: 3, authors: 2, withinWindows: 6 } as const

/** Valid and altered copies of gossip messages. */
export const integrity = {
  name: 'integrity',
  number: 2,
  evictable: true,
  theta: 0.98,
  ratio: goodShare,
  evidence,
  passes: ({ bad }) => bad < evidence.alteredCopies,
  leastSeen: evidence.alteredCopies
} as const satisfies EvictableRow

/** Whether the authors of these altered copies, one for each whose original is held, complete the evidence: two, or an author could frame a relay. */
export function isAltering(authors: readonly PeerIdString[]): boolean {
  return authors.length >= evidence.alteredCopies && new Set(authors).size >= evidence.authors
}
