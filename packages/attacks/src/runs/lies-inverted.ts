import { misbehave } from '../misbehave.ts'
import { observationHook } from '../observations.ts'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const WINDOWS_COUNT = 6

export const liesInverted: AttackRun = {
  name: 'lies-inverted',
  does: 'A peer reports everything good as bad and everything bad as good.',
  takes: 'windows',
  run: async ({ network }) => {
    const net = await network()
    const observations = observationHook()
    const liar = await net.addGuilty({ alterObservations: (seen, window) => observations.alter(seen, window) })
    await net.linkedUp(liar)
    const attack = misbehave(liar, 'liesInverted', { observations })
    let acknowledged = 0
    liar.libp2p.services.peerwatch.addEventListener('report:acknowledged', () => acknowledged++)
    attack.start()
    await net.until(() => false, 'some windows of lies', WINDOWS_COUNT)
    attack.stop()
    const opened = net.peers.filter(peer => peer !== liar).flatMap(peer => net.heard('case:opened', idOf(peer))).length
    return {
      cost: 'one registered name',
      effect: `${acknowledged} false reports in ${WINDOWS_COUNT} windows; ${opened} cases were opened, and nobody was refused`,
      endedBy: 'nothing needs to: one group alone opens no case, and reputation decides nothing',
      pass: acknowledged > 0 && opened === 0
    }
  }
}
