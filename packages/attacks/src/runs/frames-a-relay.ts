import { blamedForIntegrity, craftedMessage, gossiping, numberBytes, refusedFor } from '../trial/crafted-gossip.ts'
import { idOf } from '../trial/ground-network.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const TIMES = 20
const WINDOWS_COUNT = 3

export const framesARelay: AttackRun = {
  name: 'frames-a-relay',
  does: 'Two authors give each relay another message of one number, some under the same signature.',
  takes: 'windows',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const topic = `/peerwatch/${net.network.name}/chat/1`
    const honest = new Set<string>(net.nodes().map(idOf))
    let sent = 0
    for (const author of [await attacker(net), await attacker(net)]) {
      const send = await gossiping(net, author, topic, net.peers)
      const from = author.libp2p.peerId.toMultihash().bytes
      for (let time = 0; time < TIMES; time++) {
        const seqno = numberBytes(clock.nowMs() * 1_000 + time)
        for (const [index, to] of net.peers.entries()) {
          const own = await craftedMessage(author.key, { from, seqno, topic, text: `${time} for ${index}` })
          // the original of one relay is the altered copy of the next
          send(to, [own, { ...own, data: Buffer.from(`${time} for ${index + 1}`) }, { ...own, from: Uint8Array.of(0, 39, ...from.subarray(2), 26, 1, 7) }])
          sent += 3
        }
      }
    }
    const isRefused = await net.until(() => refusedFor(net, 'signature') > 0 && refusedFor(net, 'author') > 0, 'some are refused')
    await net.until(() => false, 'what they count is told', WINDOWS_COUNT)
    const blamed = blamedForIntegrity(net, honest)
    const cuts = net.heard('neighbour:cut').filter(({ fields }) => honest.has(String(fields.peer))).length
    return {
      cost: `2 keys and ${sent} messages`,
      effect: `${refusedFor(net, 'signature')} were refused for their signature and ${refusedFor(net, 'author')} for the name of their author; ${blamed.length} bad counts against honest nodes, ${cuts} cuts`,
      endedBy: 'nothing needs to: a relay passes on none that proves anything against it',
      pass: isRefused && blamed.length + cuts === 0
    }
  }
}
