import { HOURS_MS, wrongClock } from '../trial/wrong-clock.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const seedHoursAhead: AttackRun = {
  name: 'seed-hours-ahead',
  does: 'A seed tells a time that is hours ahead, and then one that is behind.',
  damages: true,
  run: async ground => wrongClock(ground, 'seed-1', HOURS_MS)
}
