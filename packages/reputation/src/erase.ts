import { caseKey } from './case-key.ts'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Judge } from './judge.ts'

/**
 * Forgets what was known about a peer, and what the peer said about others.
 *
 * The node hears again afterwards what the store still holds of it, above the erasure's floor. So all nodes that hold the same records come to the same
 * standing. A case is over before its subject is erased.
 */
export function erase(judge: Judge, peer: PeerIdString, throughWindow: WindowNumber): void {
  const { evidence, cases, findings, looks, seenBooks, orders, heard, proposals, announcedBy, signed, told, states, options } = judge
  evidence.forget(peer)
  evidence.forgetReporter(peer)
  for (const dimension of options.dimensions.evictable) {
    cases.forget(peer, dimension)
    findings.erase(peer, dimension, throughWindow)
    looks.forget(peer, dimension)
    proposals.delete(caseKey(peer, dimension))
    announcedBy.delete(caseKey(peer, dimension))
  }
  for (const book of seenBooks.values()) book.forget(peer)
  for (const [key] of orders.entries()) if (key.endsWith(` ${peer}`)) orders.delete(key)
  heard.delete(peer)
  signed.subjects.delete(peer)
  told.delete(peer)
  states.delete(peer)
}
