import { misbehave } from '../misbehave.ts'
import { observationHook } from '../observations.ts'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** An unknown reporter weighs 0.3. With this weight nothing that the reporter says counts. */
const WEIGHS_NOTHING = 1e-3
/** The ledger of an epoch of 10 windows counts two epochs later. */
const GOOD_WINDOWS = 60

export const liesInverted: AttackRun = {
  name: 'lies-inverted',
  does: 'A peer reports everything good as bad and everything bad as good.',
  takes: 'minutes',
  run: async ({ network, clock, say }) => {
    const net = await network()
    const observations = observationHook()
    const liar = await net.addGuilty({ alterObservations: (seen, window) => observations.alter(seen, window) })
    await net.linkedUp(liar)
    const attack = misbehave(liar, 'liesInverted', { observations })
    let acknowledged = 0
    liar.libp2p.services.peerwatch.addEventListener('report:acknowledged', () => acknowledged++)
    attack.start()
    const sinceMs = clock.monotonicMs()
    const weights = (): number[] => {
      const evidence = net.trusted.flatMap(({ libp2p }) => net.peers.map(peer => libp2p.services.peerwatch.assembly.tier!.examination.evidenceOf(idOf(peer))))
      return evidence.flatMap(({ reporters }) => reporters.flatMap(({ reporter, weight }) => (reporter === idOf(liar) ? [weight] : [])))
    }
    say('a peer says the opposite of what it sees')
    const isFoundOut = await net.until(
      () => weights().length > 0 && weights().every(weight => weight < WEIGHS_NOTHING),
      'the liar weighs nothing',
      GOOD_WINDOWS
    )
    attack.stop()
    const opened = net.peers.filter(peer => peer !== liar).flatMap(peer => net.heard('case:opened', idOf(peer))).length
    return {
      cost: 'one registered name',
      effect: `${acknowledged} false reports; ${opened} cases were opened, and nobody was refused`,
      endedBy: isFoundOut ? `the ledger of reporters: after ${seconds(clock, sinceMs)} they weighed nothing` : 'nothing',
      // a case about whom nobody else has seen yet is opened on one word, and acquits
      pass: acknowledged > 0 && isFoundOut
    }
  }
}
