import { misbehave } from '../misbehave.ts'
import { convicted } from '../trial/convicted.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const onOff: AttackRun = {
  name: 'on-off',
  does: 'A peer alters gossip in 5 windows of every 20, and is honest in the others.',
  takes: 'minutes',
  run: async ground =>
    convicted(ground, 'integrity', 'three quarters of the time it does honest work', (peer, _isServer, windowMs) =>
      misbehave(peer, 'corrupts', { ...ground, onOff: { windowMs } })
    )
}
