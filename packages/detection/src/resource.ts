import { total } from '@peerwatch/model'
import { goodShare } from './good-share.ts'
import type { EvictableRow } from '@peerwatch/model'

/** Length of the slots in which requests are counted. */
export const RESOURCE_SLOT_MS = 500

/** Below this a peer is neither cut nor found guilty: so many windows, each with this share of slots at so many times the limit. */
const evidence = { windows: 2, slotShare: 0.5, timesLimit: 2, withinWindows: 6 } as const

/** Slots in which the signed limit of requests was kept and broken. */
export const resource = {
  name: 'resource',
  number: 4,
  evictable: true,
  theta: 0.8,
  ratio: goodShare,
  evidence,
  passes: seen => seen.bad < evidence.slotShare * total(seen),
  leastSeen: 8
} as const satisfies EvictableRow

/** Whether so many slots at `timesLimit` times the limit make a window one of flooding. */
export function isFlooded(slotsCount: number, windowMs: number): boolean {
  return slotsCount >= (windowMs / RESOURCE_SLOT_MS) * evidence.slotShare
}
