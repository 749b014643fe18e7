import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPeerScoreParams, createTopicScoreParams, PeerScore } from '@libp2p/gossipsub/score'
import { defaultLogger } from '@libp2p/logger'
import fc from 'fast-check'
import { scoreParts, sumOf } from '../../src/peers/gossip-score.ts'
import type { PeerStats } from '../../src/peers/gossip-score.ts'

const PEER = 'peer'
const TOPICS = ['a', 'b', 'c']
const count = fc.nat(5_000).map(tenths => tenths / 10)
const weight = fc.nat(30).map(tenths => tenths / 10)
// without what takes points off the cap is reached often enough
const penalty = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, weight)

const topicStats: fc.Arbitrary<PeerStats['topics'][string]> = fc.record({
  inMesh: fc.boolean(),
  graftTime: fc.constant(0),
  meshTime: count,
  firstMessageDeliveries: count,
  meshMessageDeliveries: count,
  meshMessageDeliveriesActive: fc.boolean(),
  meshFailurePenalty: count,
  invalidMessageDeliveries: fc.nat(20)
})

const topicParams = fc
  .record({
    topicWeight: weight,
    timeInMeshWeight: weight,
    firstMessageDeliveriesWeight: weight,
    lost: penalty,
    invalid: penalty,
    cap: fc.integer({ min: 1, max: 500 })
  })
  .map(({ lost, invalid, cap, ...by }) =>
    createTopicScoreParams({
      ...by,
      timeInMeshCap: cap,
      firstMessageDeliveriesCap: cap,
      meshMessageDeliveriesThreshold: cap,
      meshMessageDeliveriesWeight: -lost,
      meshFailurePenaltyWeight: -lost,
      invalidMessageDeliveriesWeight: -invalid
    })
  )

const history = fc.record({
  // gossipsub counts topics that it does not score, too
  scored: fc.dictionary(fc.constantFrom(...TOPICS), topicParams),
  counted: fc.dictionary(fc.constantFrom(...TOPICS), topicStats),
  topicScoreCap: fc.constantFrom(0, 1, 100),
  application: fc.integer({ min: -50, max: 50 }),
  ips: fc.uniqueArray(fc.constantFrom('192.0.2.1', '192.0.2.2', '127.0.0.1'), { maxLength: 3 }),
  neighbours: fc.nat(30),
  behaviourPenalty: fc.nat(30)
})

test('C170: the parts of a peer’s gossipsub score add up to the score that gossipsub gives it', () => {
  let pressed = 0
  fc.assert(
    fc.property(history, ({ scored, counted, topicScoreCap, application, ips, neighbours, behaviourPenalty }) => {
      const params = createPeerScoreParams({
        topics: scored,
        topicScoreCap,
        appSpecificScore: () => application,
        appSpecificWeight: 2,
        IPColocationFactorWeight: -3,
        IPColocationFactorThreshold: 4,
        IPColocationFactorWhitelist: new Set(['127.0.0.1']),
        behaviourPenaltyThreshold: 2,
        behaviourPenaltyWeight: -1
      })
      const score = new PeerScore(params, null, defaultLogger(), { scoreCacheValidityMs: 0 })
      const stats = { connected: true, expire: 0, topics: counted, knownIPs: new Set(ips), behaviourPenalty }
      score.peerStats.set(PEER, stats)
      for (const ip of ips) score.peerIPs.set(ip, new Set(Array.from({ length: neighbours }, (_, index) => `neighbour ${index}`)))
      const parts = scoreParts({ peer: PEER, stats, params, peersAt: ip => score.peerIPs.get(ip)?.size ?? 0 })
      const expected = score.score(PEER)
      assert.ok(Math.abs(sumOf(parts) - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${sumOf(parts)} of ${expected}`)
      if (parts.some(({ part }) => part === 'cap')) pressed++
    }),
    { numRuns: 500 }
  )
  assert.ok(pressed > 5, `the cap of topics was reached ${pressed} times`)
})
