import { misbehave } from '../misbehave.ts'
import { idOf } from '../trial/ground-network.ts'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { AttackRun } from '../trial/attack-run.ts'

export const freeRides: AttackRun = {
  name: 'free-rides',
  does: 'A peer takes all gossip and passes none on.',
  takes: 'minutes',
  run: async ({ network, rng, say }) => {
    const net = await network()
    const rider = await net.addGuilty()
    await net.linkedUp(rider)
    const ratioOf = (node: PeerwatchNode): number | undefined =>
      net.trusted.map(({ libp2p }) => libp2p.services.peerwatch.assembly.tier?.examination.standing(idOf(node)).ratio).find(ratio => ratio != null)
    const honest = (): number => Math.max(0, ...net.peers.filter(peer => net.nodes().includes(peer)).map(peer => ratioOf(peer) ?? 0))
    say('the peer rides free')
    const attack = misbehave(rider, 'freeRides', { rng })
    attack.start()
    // below all that an honest peer has, by a tenth
    const pass = await net.until(() => (ratioOf(rider) ?? 1) < honest() - 0.1, 'its reputation is lower')
    attack.stop()
    const [own, best] = [ratioOf(rider) ?? NaN, honest()]
    return {
      cost: 'nothing: it saves its upload',
      effect: `its neighbours get nothing from it; its reputation is ${own.toFixed(2)}, that of an honest peer ${best.toFixed(2)}`,
      endedBy: 'nothing is to end it: nobody is evicted for it',
      pass
    }
  }
}
