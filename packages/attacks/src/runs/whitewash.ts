import { misbehave } from '../misbehave.ts'
import { convicted } from '../trial/convicted.ts'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const whitewash: AttackRun = {
  name: 'whitewash',
  does: 'A peer that was evicted comes back under a new key.',
  takes: 'minutes',
  run: async ground => {
    const first = await convicted(ground, 'integrity', '', peer => misbehave(peer, 'corrupts', ground))
    const net = await ground.network()
    const again = await net.addGuilty()
    await net.linkedUp(again)
    const states = net.trusted.map(({ libp2p }) => libp2p.services.peerwatch.assembly.tier!.examination.standing(idOf(again)).state)
    const pass = first.pass && states.every(state => state === 'unknown' || state === 'good')
    return {
      cost: 'a new key, and its old name',
      effect: `it is linked again as a stranger: ${[...new Set(states)].join(', ')}`,
      endedBy: 'nothing: in an open network a new name costs friction only; the old one stays evicted',
      pass
    }
  }
}
