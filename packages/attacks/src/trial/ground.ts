import { seededRng } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { attacker } from './attacker.ts'
import { groundNetwork } from './ground-network.ts'
import type { AttackOutcome, AttackRun } from './attack-run.ts'
import type { Attacker } from './attacker.ts'
import type { GroundNetworkInit, KeptNetwork } from './ground-network.ts'

/** Where attacks are tried one after the other. It keeps the network of an attack for the next one that asks for the same. */
export interface Grounds {
  readonly attempt: (attack: AttackRun, seed: number) => Promise<AttackOutcome>
  readonly end: () => Promise<void>
}

export function grounds(say: (line: string) => void): Grounds {
  let kept: { readonly asked: string; readonly net: KeptNetwork } | undefined
  const keptNetwork = async (init: GroundNetworkInit): Promise<KeptNetwork> => {
    const asked = JSON.stringify(init)
    if (kept?.asked === asked) return kept.net
    await drop()
    say('starts a network')
    kept = { asked, net: await groundNetwork(init) }
    return kept.net
  }
  const drop = async (): Promise<void> => {
    await kept?.net.stop()
    kept = undefined
  }

  return {
    attempt: async (attack, seed) => {
      const own: KeptNetwork[] = []
      const used = new Set<KeptNetwork>()
      const attackers: Attacker[] = []
      const outcome = await attack.run({
        seed,
        rng: seededRng(seed),
        clock: systemClock,
        say,
        network: async (init = {}) => {
          const net = init.nodeInit == null ? await keptNetwork(init) : await groundNetwork(init)
          if (init.nodeInit != null) own.push(net)
          used.add(net)
          return net
        },
        attacker: async ({ network }, key, announce) => {
          const made = await attacker(network, key, announce)
          attackers.push(made)
          return made
        }
      })
      const harm = [...used].flatMap(net => net.harm())
      await Promise.all(attackers.map(async each => each.stop()))
      for (const net of used) await net.afterAttack()
      for (const net of own) await net.stop()
      if (attack.damages === true) await drop()
      // whatever an attack is about: nobody honest is ever to be harmed by the honest
      return harm.length === 0 ? outcome : { ...outcome, effect: `${outcome.effect}; ${harm.join('; ')}`, pass: false }
    },
    end: drop
  }
}
