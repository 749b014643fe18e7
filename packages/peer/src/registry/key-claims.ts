import type { PeerIdString } from '@peerwatch/model'

/**
 * Finds out whether another node signs with this node's key, from numbers of records that seeds show and that this node never signed.
 *
 * A record of an earlier run, whose clock was ahead and whose data folder was lost, is such a number too. But a seed holds one record of a peer, and once
 * it took one of this run it holds no older one: so seeds that have not are as many numbers as an earlier run can have left.
 */
export interface KeyClaims {
  /** This seed holds a record of this run. */
  readonly accepted: (seed: PeerIdString) => void
  /** A number above all that this node signed or saw, in a record that is signed with its key. True once it proves another signer. */
  readonly shown: (seeds: readonly PeerIdString[]) => boolean
}

export function keyClaims(): KeyClaims {
  const acquainted = new Set<PeerIdString>()
  /** Of each number: how many seeds could still have held one of an earlier run when it was shown. */
  const leftOver: number[] = []
  let isProven = false
  return {
    accepted: seed => {
      acquainted.add(seed)
    },
    shown: seeds => {
      leftOver.push(seeds.filter(seed => !acquainted.has(seed)).length)
      isProven ||= leftOver.some((count, at) => leftOver.length - at > count)
      // a proof needs at most one more than there are seeds
      if (leftOver.length > seeds.length) leftOver.shift()
      return isProven
    }
  }
}
