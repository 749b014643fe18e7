import { gossipSender } from '../attackable.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { GossipMessage } from '../attackable.ts'
import type { Attacker } from './attacker.ts'
import type { GroundNetwork } from './ground-network.ts'

export interface Crafted {
  readonly from: Uint8Array
  readonly seqno: Uint8Array
  readonly topic: string
  readonly text: string
}

/** Eight bytes, as gossipsub has them. */
export function numberBytes(number: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(number))
  return bytes
}

/** A gossip message as its author signs it, under any name and number. Each field has at most 127 bytes. */
export async function craftedMessage(key: PrivateKey, { from, seqno, topic, text }: Crafted): Promise<GossipMessage> {
  const data = Buffer.from(text)
  const fields = [from, data, seqno, Buffer.from(topic)].flatMap((value, index) => [Uint8Array.of(((index + 1) << 3) | 2, value.byteLength), value])
  return { from, data, seqno, topic, signature: await key.sign(Buffer.concat([Buffer.from('libp2p-pubsub:'), ...fields])) }
}

/** Links the attacker to these nodes and makes it take part in the topic. Whatever it then sends to one of them goes out as it is. */
export async function gossiping(net: GroundNetwork, { libp2p, dial }: Attacker, topic: string, nodes: readonly PeerwatchNode[]) {
  libp2p.services.pubsub.subscribe(topic)
  for (const node of nodes) await dial(node)
  const subscribers = (): string[] => libp2p.services.pubsub.getSubscribers(topic).map(String)
  await net.until(() => nodes.every(({ peerId }) => subscribers().includes(peerId.toString())), 'the attacker is known as one of the topic')
  const sender = gossipSender({ libp2p })
  return (to: PeerwatchNode, messages: GossipMessage[]): boolean => sender.sendRpc(to.peerId.toString(), { subscriptions: [], messages })
}

/** What honest nodes blame each other for, a sentence for each. */
export function blamedForIntegrity(net: GroundNetwork, of: ReadonlySet<string>): string[] {
  return net.heard('window:closed').flatMap(({ by, fields }) => {
    const bad = (fields.bad ?? []) as { subject: string; counts: { integrity?: { bad: number } } }[]
    return bad.filter(({ subject, counts }) => of.has(subject) && (counts.integrity?.bad ?? 0) > 0).map(({ subject }) => `${by.name} blames ${subject}`)
  })
}

/** How many messages all honest nodes refused for this reason. */
export function refusedFor(net: GroundNetwork, reason: string): number {
  return net.heard('gossip:refused').reduce((sum, { fields }) => sum + ((fields.messages as Record<string, number>)[reason] ?? 0), 0)
}
