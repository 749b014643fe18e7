import { misbehave } from '../misbehave.ts'
import { idOf } from '../trial/ground-network.ts'
import { seconds } from '../trial/words.ts'
import type { AttackRun } from '../trial/attack-run.ts'

/** More than the victim has honest links. */
const STRANGERS_COUNT = 12
const PING = '/ipfs/ping/1.0.0'

export const silentStrangers: AttackRun = {
  name: 'silent-strangers',
  does: 'Strangers knock and answer no ping, more than the victim has neighbours, so that it believes itself cut off; then a neighbour dies.',
  takes: 'windows',
  run: async ({ network, attacker, clock, say }) => {
    const net = await network()
    const [victim] = net.peers
    if (victim == null) throw new TypeError('a network without a peer has no victim')
    const dead = await net.addGuilty()
    await dead.libp2p.dial(victim.libp2p.getMultiaddrs())
    const strangers = await Promise.all(Array.from({ length: STRANGERS_COUNT }, async () => attacker(net)))
    for (const { libp2p } of strangers) {
      await libp2p.unhandle(PING)
      await libp2p.handle(PING, () => {})
      await libp2p.dial(victim.libp2p.getMultiaddrs())
    }
    const { neighbours } = victim.libp2p.services.peerwatch.assembly
    const isSilent = (): boolean => strangers.every(({ peer }) => neighbours.list().some(each => each.peer === peer && each.misses > 0))
    await net.until(() => isSilent() && neighbours.list().some(({ peer, lastAnswerMs }) => peer === idOf(dead) && lastAnswerMs != null), 'all are silent')
    say(`${STRANGERS_COUNT} strangers are silent, and a neighbour dies`)
    const sinceMs = clock.monotonicMs()
    misbehave(dead, 'dies').start()
    const isFound = await net.until(() => net.heard('neighbour:dead', idOf(dead)).some(({ by }) => by === victim), 'the victim finds it dead')
    const wasOffline = net.heard('alarm').some(({ by, fields }) => by === victim && fields.code === 'offline')
    return {
      cost: `${STRANGERS_COUNT} names that need not register, of one address, and a link each`,
      effect: wasOffline ? 'the victim believed itself cut off' : `none: the death was found ${seconds(clock, sinceMs)} later`,
      endedBy: 'only links that the victim chose, and that answered before, say whether it is offline',
      pass: isFound && !wasOffline
    }
  }
}
