import { misbehave } from '../misbehave.ts'
import { seconds } from '../trial/words.ts'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

export const dies: AttackRun = {
  name: 'dies',
  does: 'A peer dies without a word: its sockets are destroyed and its port is closed.',
  takes: 'windows',
  run: async ({ network, clock, say }) => {
    const net = await network()
    const dead = await net.addGuilty()
    await net.linkedUp(dead)
    say('the peer is linked and dies')
    const sinceMs = clock.monotonicMs()
    misbehave(dead, 'dies').start()
    const removedAt = (): number => new Set(net.heard('peer:removed', idOf(dead)).map(({ by }) => by)).size
    const pass = await net.until(() => net.seeds.every(seed => net.heard('peer:removed', idOf(dead)).some(({ by }) => by === seed)), 'all seeds take it off')
    return {
      cost: 'nothing',
      effect: `it stayed on the lists of newcomers for ${seconds(clock, sinceMs)}`,
      endedBy: pass ? `the tests of ${net.seeds.length} seeds; ${removedAt()} nodes took it off` : 'nothing',
      pass
    }
  }
}
