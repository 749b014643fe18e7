import { HOURS_MS, wrongClock } from '../trial/wrong-clock.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const trustedHoursBehind: AttackRun = {
  name: 'trusted-hours-behind',
  does: 'A trusted node tells a time that is hours behind, and then one that is ahead.',
  damages: true,
  run: async ground => wrongClock(ground, 'trusted-1', -HOURS_MS)
}
