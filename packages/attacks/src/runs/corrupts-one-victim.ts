import { meshPeers } from '../attackable.ts'
import { alteredData } from '../corrupts.ts'
import { alterRelays } from '../relays.ts'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { AttackRun } from '../trial/attack-run.ts'

export const corruptsOneVictim: AttackRun = {
  name: 'corrupts-one-victim',
  does: 'A peer alters the gossip that it passes on to one neighbour, and is honest to all others.',
  takes: 'windows',
  run: async ({ network, rng, clock }) => {
    const net = await network()
    const guilty = await net.addGuilty()
    await net.linkedUp(guilty)
    // a link alone carries no gossip, and may be a feeler's
    const inMesh = (): PeerwatchNode | undefined => {
      const mesh = meshPeers(guilty, `/peerwatch/${net.network.name}/chat/1`)
      return net.peers.find(peer => mesh.includes(idOf(peer)))
    }
    await net.until(() => inMesh() != null, 'the guilty peer passes gossip on')
    const victim = inMesh()
    if (victim == null) throw new Error('the guilty peer passes gossip on to nobody')
    const attack = alterRelays(guilty, (message, to) => (to === idOf(victim) ? { ...message, data: alteredData(message.data, rng) } : message))
    const sinceMs = clock.monotonicMs()
    attack.start()
    const isCutBy = (): string[] => [...new Set(net.heard('neighbour:cut', idOf(guilty)).map(({ by }) => by.name))]
    const pass = await net.until(() => isCutBy().includes(victim.name), 'the victim cuts it')
    attack.stop()
    const evicted = net.heard('peer:evicted', idOf(guilty)).length
    return {
      cost: 'one link: that to its victim',
      effect: `altered copies reached ${victim.name} for ${seconds(clock, sinceMs)}, which dropped each`,
      endedBy: `the cut of ${isCutBy().join(', ')}; it was ${evicted === 0 ? 'not evicted, since nobody else saw it' : 'evicted'}`,
      pass
    }
  }
}
