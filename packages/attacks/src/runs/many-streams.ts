import { PROTOCOLS } from '@peerwatch/wire'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const ROUNDS_COUNT = 20
const STREAMS_A_ROUND = 40
/** What one peer may hold on one node at any time. */
const HELD_MOST = 100

export const manyStreams: AttackRun = {
  name: 'many-streams',
  does: 'A stranger opens as many streams as it can on every kind of node, and reads nothing.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const mallory = await attacker(net)
    let asked = 0
    let opened = 0
    let most = 0
    for (const node of [net.seeds[0]!, net.trusted[0]!, net.peers[0]!]) {
      await mallory.dial(node)
      for (let round = 0; round < ROUNDS_COUNT; round++) {
        const [connection] = mallory.libp2p.getConnections(node.peerId)
        if (connection == null) break
        asked += STREAMS_A_ROUND
        const streams = await Promise.allSettled(
          Array.from({ length: STREAMS_A_ROUND }, async () =>
            connection.newStream(Object.values(PROTOCOLS), { negotiateFully: false, maxOutboundStreams: 5_000 })
          )
        )
        opened += streams.filter(({ status }) => status === 'fulfilled').length
        const held = node.libp2p.getConnections(mallory.libp2p.peerId).flatMap(({ streams: of }) => of)
        most = Math.max(most, held.length)
      }
    }
    const sinceMs = clock.monotonicMs()
    const { alive } = await net.stillServes(mallory.peer, attacker)
    const cuts = new Set(net.heard('neighbour:cut', mallory.peer).map(({ by }) => by.name))
    return {
      cost: `${asked} streams asked for on 3 nodes, of which ${opened} were opened`,
      effect: `no node held more than ${most} of them; a newcomer was served within ${seconds(clock, sinceMs)}`,
      endedBy: cuts.size > 0 ? `the cuts of ${[...cuts].join(', ')}` : 'nothing: those beyond the limit are reset',
      pass: alive && most < HELD_MOST
    }
  }
}
