import { actingOwner, candidatesOf, ownerOf } from '@peerwatch/trust-tree'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Placement } from './placement.ts'
import type { TokenBook } from './token-book.ts'

export interface HoldersInit {
  readonly tokens: TokenBook
  readonly placement: Placement
  readonly copies: number
  readonly isCaughtUp: () => boolean
  readonly outOfReach: (node: PeerIdString) => boolean
}

/** Which trusted nodes hold a subject's records, and which of them answers for it. */
export interface Holders {
  readonly owner: (subject: PeerIdString) => PeerIdString | undefined
  /** Owner first. */
  readonly candidates: (subject: PeerIdString) => readonly PeerIdString[]
  /** The nodes that hold all of them: the owner and the first copies. */
  readonly holding: (subject: PeerIdString) => readonly PeerIdString[]
  /** Whether this node holds all of them, as the owner or a first copy. All such nodes derive the same standing from them. */
  readonly isHolding: (subject: PeerIdString) => boolean
  /** Whether this node answers for the subject now: it is the owner, or the first predecessor in reach, and it has caught up. */
  readonly isActing: (subject: PeerIdString) => boolean
}

export function holders({ self, roster }: Pick<Core, 'self' | 'roster'>, { tokens, placement, copies, isCaughtUp, outOfReach }: HoldersInit): Holders {
  /** While a move is not settled, these are the candidates before it: they have all records, and the new ones may not. */
  const candidates = (subject: PeerIdString): readonly PeerIdString[] => {
    const { current, former } = candidatesOf(tokens.partition(), placement.place(subject), copies)
    const staying = former.filter(roster.isTrusted)
    return staying.length > 0 ? staying : current
  }
  const holding = (subject: PeerIdString): readonly PeerIdString[] => candidates(subject).slice(0, copies)
  return {
    owner: subject => ownerOf(tokens.partition(), placement.place(subject)),
    candidates,
    holding,
    isHolding: subject => isCaughtUp() && holding(subject).includes(self),
    isActing: subject => isCaughtUp() && actingOwner(candidates(subject), node => node !== self && outOfReach(node)) === self
  }
}
