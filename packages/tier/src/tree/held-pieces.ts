import { contains, piecesOf } from '@peerwatch/trust-tree'
import type { PeerIdString } from '@peerwatch/model'
import type { Partition, Piece } from '@peerwatch/trust-tree'
import type { TokenBook } from './token-book.ts'

/** Places that a node holds, the nodes from which it has fetched them since its start, and those from which it is to. */
export interface HeldPiece {
  readonly piece: Piece
  readonly fetched: ReadonlySet<PeerIdString>
}

/** The nodes that may hold its records. */
export function holdersOf({ current, former }: Pick<Piece, 'current' | 'former'>): PeerIdString[] {
  return [...new Set([...current, ...former])]
}

/**
 * What `self` holds in a new view, and from which nodes the view before fetched that. If `self` holds something new, it gains that by a move, or it has
 * lost its disk and learns only now where ranges begin.
 */
export function heldIn(view: Partition, before: readonly HeldPiece[], self: PeerIdString, copies: number): HeldPiece[] {
  return piecesOf(view, copies).flatMap((piece): HeldPiece[] => {
    const holders = holdersOf(piece)
    if (!holders.includes(self)) return []
    // between two of these nobody began or ended before
    const edges = before.flatMap(held => [held.piece.from, held.piece.to]).filter(place => contains(piece, place))
    const parts = [piece.from, ...edges].map(place => before.find(held => contains(held.piece, place)))
    const isFetched = (node: PeerIdString): boolean => parts.every(part => part != null && (part.fetched.has(node) || !holdersOf(part.piece).includes(node)))
    return [{ piece, fetched: new Set(holders.filter(isFetched)) }]
  })
}

/** What this node holds in the present view, and has not fetched since its start. */
export interface HeldPieces {
  /** Begins anew: nothing was fetched yet. */
  readonly begin: () => void
  /**
   * What to fetch, and from which node. It tells each once. It leaves what this node gains to the part that handles the move, as long as the move is
   * under way.
   */
  readonly lacking: () => { readonly piece: Piece; readonly from: PeerIdString }[]
  /** This node has what it gains by moves under way. */
  readonly gained: () => void
  /**
   * Another node acts by the present view. Before that, the view may be that of an old file, and any node that it does not name may hold what is to be
   * fetched. From now on a node that becomes a holder gets the records from those that held them.
   */
  readonly agreed: () => void
}

function whole(piece: Piece): HeldPiece {
  return { piece, fetched: new Set(holdersOf(piece)) }
}

export function heldPieces(self: PeerIdString, tokens: Pick<TokenBook, 'partition'>, copies: number): HeldPieces {
  let held: readonly HeldPiece[] = []
  let isAgreed = false
  const isGained = ({ former }: Piece): boolean => former.length > 0 && !former.includes(self)
  return {
    begin: () => {
      held = []
      isAgreed = false
    },
    agreed: () => {
      isAgreed = true
    },
    lacking: () => {
      const now = heldIn(tokens.partition(), isAgreed ? held : [], self, copies)
      held = now.map(each => (isGained(each.piece) ? each : whole(each.piece)))
      return now.flatMap(({ piece, fetched }) =>
        isGained(piece) ? [] : holdersOf(piece).flatMap(from => (from === self || fetched.has(from) ? [] : [{ piece, from }]))
      )
    },
    gained: () => {
      held = held.map(each => (isGained(each.piece) ? whole(each.piece) : each))
    }
  }
}
