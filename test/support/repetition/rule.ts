import type { Counts } from '@peerwatch/model'

/** Copies of one message that any neighbour may hand over: one pushed to the mesh, and those that were asked for by IWANT. */
export const FREE_COPIES = 8

/** Below this a peer is neither cut nor found guilty. */
export const evidence = { repeatedCopies: 20, withinWindows: 5 } as const

export function isRepeating(repeatedCopies: number): boolean {
  return repeatedCopies >= evidence.repeatedCopies
}

/** What a control must pass. */
export function passes({ bad }: Counts): boolean {
  return !isRepeating(bad)
}
