import { goodShare } from './good-share.ts'
import type { EvictableRow } from '@peerwatch/model'

/** Below this a peer is neither cut nor found guilty: cutting earlier would starve the findings and show who is a watcher. */
const evidence = { alteredMessages: 3, withinWindows: 6 } as const

/** Valid copies of gossip messages, and messages that a relay altered. By how many authors decides nothing: docs/decisions/0012. */
export const integrity = {
  name: 'integrity',
  number: 2,
  evictable: true,
  theta: 0.98,
  ratio: goodShare,
  evidence,
  passes: ({ bad }) => bad < evidence.alteredMessages,
  leastSeen: evidence.alteredMessages
} as const satisfies EvictableRow

/** Whether so many altered messages, each of which proves itself, complete the evidence: one or two may be a fault of somebody's memory. */
export function isAltering(messages: number): boolean {
  return messages >= evidence.alteredMessages
}
