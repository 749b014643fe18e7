import { craftedMessage, gossiping, numberBytes, refusedFor } from '../trial/crafted-gossip.ts'
import type { AttackRun } from '../trial/attack-run.ts'

const NAMES_COUNT = 100

export const anotherName: AttackRun = {
  name: 'another-name',
  does: 'An author speaks under other forms of its own name, each with a field more in its key.',
  run: async ({ network, attacker, clock }) => {
    const net = await network()
    const topic = `/peerwatch/${net.network.name}/chat/1`
    const author = await attacker(net)
    const send = await gossiping(net, author, topic, net.peers)
    const name = author.libp2p.peerId.toMultihash().bytes
    const heard = new Set<string>()
    for (const { libp2p } of net.peers) {
      libp2p.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => heard.add(Buffer.from(msg.data).toString()))
    }
    for (let count = 0; count < NAMES_COUNT; count++) {
      const from = Uint8Array.of(0, 39, ...name.subarray(2), 26, 1, count)
      const message = await craftedMessage(author.key, { from, seqno: numberBytes(clock.nowMs() * 1_000 + count), topic, text: `under another name ${count}` })
      for (const to of net.peers) send(to, [message])
    }
    const [first] = net.peers
    const last = await craftedMessage(author.key, { from: name, seqno: numberBytes(clock.nowMs() * 1_000 + NAMES_COUNT), topic, text: 'under its own' })
    if (first != null) send(first, [last])
    const pass = await net.until(() => heard.has('under its own') && refusedFor(net, 'author') >= NAMES_COUNT * net.peers.length, 'all are refused')
    const others = [...heard].filter(text => text.startsWith('under another name')).length
    return {
      cost: `${NAMES_COUNT} names of one key, at nothing`,
      effect: `${refusedFor(net, 'author')} messages were refused, and ${others} were heard`,
      endedBy: 'each is refused before its signature is looked at; an eviction of the author holds',
      pass: pass && others === 0
    }
  }
}
