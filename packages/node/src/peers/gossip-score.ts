import type { PeerScore, PeerScoreParams } from '@libp2p/gossipsub/score'

/** What gossipsub counted of a peer. */
export type PeerStats = NonNullable<ReturnType<PeerScore['peerStats']['get']>>

/**
 * A part of gossipsub's score of a peer, weighed as it counts in the sum.
 *
 * P1 time in the mesh, P2 messages that it brought first, P3 too few messages, P3b such a deficit when it left the mesh, P4 invalid messages, P5 the
 * application's own word, P6 peers of one address, P7 misbehaviour in the protocol. `cap` takes off what topics give beyond their limit.
 */
export interface ScorePart {
  readonly part: 'P1' | 'P2' | 'P3' | 'P3b' | 'P4' | 'P5' | 'P6' | 'P7' | 'cap'
  readonly topic?: string
  readonly value: number
}

export interface ScoreOf {
  readonly peer: string
  readonly stats: PeerStats
  readonly params: PeerScoreParams
  /** How many peers come from this address. */
  readonly peersAt: (ip: string) => number
}

/** The parts that are not zero; their sum is the score. */
export function scoreParts({ peer, stats, params, peersAt }: ScoreOf): ScorePart[] {
  const ofTopics = Object.entries(stats.topics).flatMap(([topic, of]) => topicParts(topic, of, params))
  const topics = sumOf(ofTopics)
  const over = params.topicScoreCap > 0 ? Math.max(0, topics - params.topicScoreCap) : 0
  const surplus = [...stats.knownIPs]
    .filter(ip => !params.IPColocationFactorWhitelist.has(ip))
    .map(ip => Math.max(0, peersAt(ip) - params.IPColocationFactorThreshold) ** 2)
  const parts: ScorePart[] = [
    ...ofTopics,
    { part: 'cap', value: -over },
    { part: 'P5', value: params.appSpecificScore(peer) * params.appSpecificWeight },
    { part: 'P6', value: surplus.reduce((sum, each) => sum + each, 0) * params.IPColocationFactorWeight },
    { part: 'P7', value: Math.max(0, stats.behaviourPenalty - params.behaviourPenaltyThreshold) ** 2 * params.behaviourPenaltyWeight }
  ]
  return parts.filter(({ value }) => value !== 0)
}

export function sumOf(parts: readonly ScorePart[]): number {
  return parts.reduce((sum, { value }) => sum + value, 0)
}

function topicParts(topic: string, of: PeerStats['topics'][string], params: PeerScoreParams): ScorePart[] {
  const by = params.topics[topic]
  if (by == null) return []
  const deficit = of.meshMessageDeliveriesActive ? Math.max(0, by.meshMessageDeliveriesThreshold - of.meshMessageDeliveries) : 0
  const values = {
    P1: of.inMesh ? Math.min(of.meshTime / by.timeInMeshQuantum, by.timeInMeshCap) * by.timeInMeshWeight : 0,
    P2: Math.min(of.firstMessageDeliveries, by.firstMessageDeliveriesCap) * by.firstMessageDeliveriesWeight,
    P3: deficit ** 2 * by.meshMessageDeliveriesWeight,
    P3b: of.meshFailurePenalty * by.meshFailurePenaltyWeight,
    P4: of.invalidMessageDeliveries ** 2 * by.invalidMessageDeliveriesWeight
  }
  return Object.entries(values).map(([part, value]) => ({ part: part as ScorePart['part'], topic, value: value * by.topicWeight }))
}
