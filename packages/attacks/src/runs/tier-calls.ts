import { idOf } from '../trial/ground-network.ts'
import { peerIdBytes } from '@peerwatch/link'
import type { AttackRun } from '../trial/attack-run.ts'

const TIMES = 20

export const tierCalls: AttackRun = {
  name: 'tier-calls',
  does: 'A stranger makes calls that only trusted nodes may make of each other.',
  run: async ({ network, attacker }) => {
    const net = await network()
    const mallory = await attacker(net)
    let answered = 0
    for (const node of net.trusted) {
      for (let count = 0; count < TIMES; count++) {
        const asked = mallory.askTree(node).then(async ({ call }) => call({ standingOf: peerIdBytes(idOf(net.peers[0]!)) }))
        if ((await Promise.allSettled([asked]))[0].status === 'fulfilled') answered++
      }
    }
    const { alive, faults } = await net.stillServes(mallory.peer, attacker)
    return {
      cost: `${TIMES * net.trusted.length} streams`,
      effect: `${answered} were answered; ${faults.length} faults were counted against it`,
      endedBy: `each stream was ended: ${[...new Set(faults)].join(', ')}`,
      pass: alive && answered === 0 && faults.includes('not-trusted')
    }
  }
}
