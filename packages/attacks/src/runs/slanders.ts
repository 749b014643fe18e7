import { misbehave } from '../misbehave.ts'
import { observationHook } from '../observations.ts'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** As many groups as open a case. */
const SLANDERERS_COUNT = 3

export const slanders: AttackRun = {
  name: 'slanders',
  does: 'Three peers report one honest peer as bad and cut, in every window.',
  takes: 'minutes',
  run: async ({ network, clock, say }) => {
    const net = await network()
    const [victim] = net.peers
    if (victim == null) throw new TypeError('a network without a peer has no victim')
    const attacks = await Promise.all(
      Array.from({ length: SLANDERERS_COUNT }, async () => {
        const observations = observationHook()
        const node = await net.addGuilty({ alterObservations: (seen, window) => observations.alter(seen, window) })
        return misbehave(node, 'slanders', { observations, victim: idOf(victim) })
      })
    )
    say(`${SLANDERERS_COUNT} peers slander ${victim.name}`)
    const sinceMs = clock.monotonicMs()
    for (const attack of attacks) attack.start()
    const acquittals = (): number => net.heard('case:closed', idOf(victim)).filter(({ fields }) => fields.outcome === 'acquitted').length
    const pass = await net.until(() => acquittals() > 0, 'the victim is acquitted')
    for (const attack of attacks) attack.stop()
    const opened = net.heard('case:opened', idOf(victim)).length
    return {
      cost: `${SLANDERERS_COUNT} registered names in as many groups`,
      effect: `${opened} ${opened === 1 ? 'case was' : 'cases were'} opened against its victim, whom nobody refused`,
      endedBy: pass ? `an acquittal after ${seconds(clock, sinceMs)}, and 30 windows of rest` : 'nothing',
      pass
    }
  }
}
