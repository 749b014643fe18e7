import { windowAt } from '@peerwatch/model'
import type { EvictableDimension, PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Finding } from './finding-book.ts'
import type { ReputationOptions } from './options.ts'

export type VerdictOptions = Pick<ReputationOptions, 'caseWindows' | 'firstEvictionMs' | 'longestEvictionMs' | 'signedShare' | 'signedLeast'>

/** What the certificates of a subject say so far. */
export interface EvictionHistory {
  /** How many evictions count. Each doubles how long the next one lasts. An eviction that a reinstatement ended counts no more. */
  readonly evictions: number
  readonly serial: number
  /** When the last reinstatement was issued. What was seen up to then counts no more. */
  readonly reinstatedAtMs?: number
}

export interface VerdictTerms {
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  readonly serial: number
}

/** The same on every node that knows the case's window and the earlier certificates. */
export function verdictTerms(openedWindow: WindowNumber, windowMs: number, history: EvictionHistory, options: VerdictOptions): VerdictTerms {
  const issuedAtMs = (openedWindow + 1) * windowMs
  const forMs = Math.min(options.longestEvictionMs, options.firstEvictionMs * 2 ** Math.max(0, history.evictions))
  return { issuedAtMs, expiresAtMs: issuedAtMs + forMs, serial: history.serial + 1 }
}

/** How many evictions one trusted node may sign per window. */
export function signingCap(registeredCount: number, options: VerdictOptions): number {
  return Math.max(options.signedLeast, Math.floor(options.signedShare * registeredCount))
}

/** A verdict that another node asks this one to sign. */
export interface Proposal extends VerdictTerms {
  readonly subject: PeerIdString
  readonly dimension: EvictableDimension
  readonly rosterVersion: number
}

export interface SignerView {
  readonly now: WindowNumber
  readonly windowMs: number
  readonly rosterVersion: number
  readonly ownFinding: Finding | undefined
  readonly history: EvictionHistory
  readonly isEvicted: boolean
  /**
   * Whether the subject is a seed, a roster member, or allowed by the operator. The node's own watchers are not meant: the refusal would tell which
   * peers they are.
   */
  readonly isImmune: boolean
  /** The peers whose eviction this node signed in this window. */
  readonly signed: ReadonlySet<PeerIdString>
  readonly registeredCount: number
}

export type RefusalReason = 'immune' | 'no own finding' | 'not confirmed' | 'already evicted' | 'other roster' | 'wrong window' | 'wrong terms' | 'rate'

/**
 * Why this node must not sign; undefined if it may.
 *
 * Keeps R10: no node signs without its own `failed` finding. Keeps R11: no node signs more than its share of the network per window.
 */
export function findRefusal(proposal: Proposal, view: SignerView, options: VerdictOptions): RefusalReason | undefined {
  if (view.isImmune) return 'immune'
  if (proposal.rosterVersion !== view.rosterVersion) return 'other roster'
  if (view.ownFinding == null) return 'no own finding'
  if (view.ownFinding.outcome !== 'failed') return 'not confirmed'
  if (view.isEvicted) return 'already evicted'
  const openedWindow = windowAt(proposal.issuedAtMs, view.windowMs) - 1
  if (openedWindow > view.now + 1 || openedWindow < view.now - options.caseWindows - 1) return 'wrong window'
  const terms = verdictTerms(openedWindow, view.windowMs, view.history, options)
  if (proposal.issuedAtMs !== terms.issuedAtMs || proposal.expiresAtMs !== terms.expiresAtMs || proposal.serial !== terms.serial) return 'wrong terms'
  if (!view.signed.has(proposal.subject) && view.signed.size >= signingCap(view.registeredCount, options)) return 'rate'
  return undefined
}
