import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { PeerIdString } from '@peerwatch/model'
import type { Neighbour } from '@peerwatch/link'
import type { AttackRun } from '../trial/attack-run.ts'

const MISSES_COUNT = 4
/** Nothing else on the attacker's machine has this address. */
const ELSEWHERE = '127.0.0.2'

export const thirdParty: AttackRun = {
  name: 'third-party',
  does: "A stranger links to every peer, says that it is at somebody else's address, and leaves: all look for it there.",
  takes: 'windows',
  run: async ({ network, attacker }) => {
    let knocks = 0
    const victim = createServer(socket => {
      knocks++
      socket.destroy()
    })
    victim.listen(0, ELSEWHERE)
    await once(victim, 'listening')
    try {
      const net = await network({ scope: 'public' })
      const mallory = await attacker(net, undefined, [`/ip4/${ELSEWHERE}/tcp/${(victim.address() as AddressInfo).port}`])
      // on a busy machine a handshake may take longer than a dial
      for (const peer of net.peers) await net.until(async () => mallory.dial(peer).then(Boolean, () => false), `it is linked to ${peer.name}`)
      const linked = (): PeerwatchNode[] => net.peers.filter(peer => of(peer, mallory.peer)?.lastAnswerMs != null)
      await net.until(() => linked().length === net.peers.length, 'it is a neighbour of all')
      const known = linked()
      for (const connection of mallory.libp2p.getConnections()) connection.abort(new Error('it leaves'))
      await net.until(() => known.every(peer => (of(peer, mallory.peer)?.misses ?? MISSES_COUNT) >= MISSES_COUNT), 'all look for it')
      const { alive } = await net.stillServes(mallory.peer, attacker)
      return {
        cost: `one link to each of ${known.length} peers`,
        effect: `${knocks} knocks at the address that it named, while each peer looked for it ${MISSES_COUNT} times`,
        endedBy: 'the rule that a lost neighbour is dialled only where it was linked',
        pass: alive && known.length > 0 && knocks === 0
      }
    } finally {
      victim.close()
    }
  }
}

function of(node: PeerwatchNode, peer: PeerIdString): Neighbour | undefined {
  return node.libp2p.services.peerwatch.assembly.neighbours.list().find(each => each.peer === peer)
}
