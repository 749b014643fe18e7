import { goodShare } from '@peerwatch/detection'
import { evidence, FREE_COPIES, passes } from './rule.ts'
import type { EvictableRow } from '@peerwatch/model'

/** A neighbour that hands over the same message again and again wastes what others pay for. */
export const repetition = {
  name: 'repetition',
  number: 6,
  evictable: true,
  theta: 0.9,
  ratio: goodShare,
  evidence,
  passes,
  leastSeen: FREE_COPIES
} as const satisfies EvictableRow
