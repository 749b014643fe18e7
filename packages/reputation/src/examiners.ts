import { EXAMINER_PERIOD_WINDOWS } from '@peerwatch/model'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'

/** HMAC(pepper, node ‖ subject ‖ period), as text or bytes that are compared in order. A peer that does not know the pepper cannot choose its examiners. */
export type ExaminerDigest = (node: PeerIdString, subject: PeerIdString, period: number) => Uint8Array

/**
 * The trusted nodes in the order in which they examine a subject. All of them compute the same order.
 *
 * Keeps R6: the order does not depend on the order of the roster.
 */
export function examinerOrder(nodes: readonly PeerIdString[], subject: PeerIdString, openedWindow: WindowNumber, digest: ExaminerDigest): PeerIdString[] {
  const period = Math.floor(openedWindow / EXAMINER_PERIOD_WINDOWS)
  return [...new Set(nodes)]
    .map(node => ({ node, rank: digest(node, subject, period) }))
    .toSorted((a, b) => compare(a.rank, b.rank) || (a.node < b.node ? -1 : 1))
    .map(({ node }) => node)
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return a[index]! - b[index]!
  return a.length - b.length
}

/** How many cases can be open at once: T·m·slots/(k+1), and at least 2, so that each half of the queue has one. */
export function caseCapacity(trustedCount: number, quorum: number, options: { readonly watchersCount: number; readonly lookSlotsCount: number }): number {
  return Math.max(2, Math.floor((trustedCount * options.watchersCount * options.lookSlotsCount) / (quorum + 1)))
}
