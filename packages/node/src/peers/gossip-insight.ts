import { scoreParts } from './gossip-score.ts'
import type { PeerScore } from '@libp2p/gossipsub/score'
import type { ScorePart } from './gossip-score.ts'

/** What gossipsub knows of a peer. */
export interface GossipInsight {
  /** Undefined where gossipsub counts nothing of it. */
  readonly partsOf: (peer: string) => ScorePart[] | undefined
  readonly meshTopicsOf: (peer: string) => string[]
}

/** Private in gossipsub's types; test/peers/gossip-score.test.ts fails when a release moves one. */
interface Insides {
  readonly score: Pick<PeerScore, 'params' | 'peerStats' | 'peerIPs'>
  readonly mesh: ReadonlyMap<string, ReadonlySet<string>>
}

export function gossipInsight(pubsub: object): GossipInsight {
  const { score, mesh } = pubsub as Insides
  return {
    partsOf: peer => {
      const stats = score.peerStats.get(peer)
      return stats && scoreParts({ peer, stats, params: score.params, peersAt: ip => score.peerIPs.get(ip)?.size ?? 0 })
    },
    meshTopicsOf: peer => [...mesh].filter(([, peers]) => peers.has(peer)).map(([topic]) => topic)
  }
}
