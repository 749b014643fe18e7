import { BoundedMap } from '@peerwatch/model'
import { VOTE_LIVES_WINDOWS, votesNeeded } from '@peerwatch/peer/parts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { RemovalVote } from '@peerwatch/peer/parts'

/** The votes of this and other seeds that have not removed anybody yet. */
export interface VoteBox {
  /** Takes a vote; undefined if it is known. Otherwise returns all recent votes for the removal of this registration, and whether they are enough. */
  readonly add: (vote: RemovalVote) => { readonly votes: readonly RemovalVote[]; readonly enough: boolean } | undefined
  /** The seed has heard of the peer, or the peer is gone. */
  readonly clear: (peer: PeerIdString) => void
  readonly all: () => RemovalVote[]
}

const PEERS_MOST = 10_000

export function voteBox(core: Core): VoteBox {
  const boxes = new BoundedMap<PeerIdString, readonly RemovalVote[]>(PEERS_MOST)
  const recent = (vote: RemovalVote): boolean => vote.window >= core.windows.now().window - VOTE_LIVES_WINDOWS
  return {
    add: vote => {
      const others = (boxes.get(vote.peer) ?? []).filter(held => held.recordSeq === vote.recordSeq && recent(held))
      if (others.some(({ seed, window }) => seed === vote.seed && window >= vote.window)) return undefined
      const votes = [...others.filter(({ seed }) => seed !== vote.seed), vote]
      boxes.set(vote.peer, votes)
      return { votes, enough: votes.length >= votesNeeded(core) }
    },
    clear: peer => {
      boxes.delete(peer)
    },
    all: () => [...boxes.values()].flat().filter(recent)
  }
}
