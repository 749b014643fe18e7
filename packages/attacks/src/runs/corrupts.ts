import { misbehave } from '../misbehave.ts'
import { convicted } from '../trial/convicted.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const corrupts: AttackRun = {
  name: 'corrupts',
  does: 'A peer alters the gossip that it passes on, under the name and signature of its author.',
  takes: 'minutes',
  run: async ground =>
    convicted(ground, 'integrity', 'nothing but its links: it alters what it would have passed on', peer => misbehave(peer, 'corrupts', ground))
}
