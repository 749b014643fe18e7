import { gossipSender } from './attackable.ts'
import type { Attack, Attackable, GossipMessage, GossipSender } from './attackable.ts'

/** Makes of a message by another author what goes out to that peer; undefined drops it. It must not change the message that it is given. */
export type AlterRelay = (message: GossipMessage, to: string) => GossipMessage | undefined

const alterations = new WeakMap<GossipSender, Set<AlterRelay>>()

/** Alters what a node passes on for others, forwarded messages and answers to IWANT, separately for each peer. The node's own messages go out as they are. */
export function alterRelays(node: Attackable, alter: AlterRelay): Attack {
  const sender = gossipSender(node)
  return {
    start: () => {
      wrapped(sender, node.libp2p.peerId.toMultihash().bytes).add(alter)
    },
    stop: () => {
      alterations.get(sender)?.delete(alter)
    }
  }
}

function wrapped(sender: GossipSender, self: Uint8Array): Set<AlterRelay> {
  const known = alterations.get(sender)
  if (known != null) return known
  const active = new Set<AlterRelay>()
  alterations.set(sender, active)
  const send = sender.sendRpc.bind(sender)
  sender.sendRpc = (peer, rpc) => {
    if (active.size === 0 || rpc.messages.length === 0) return send(peer, rpc)
    const messages = rpc.messages.flatMap(message => {
      let altered: GossipMessage | undefined = message
      if (!isBy(message, self)) for (const alter of active) altered = altered && alter(altered, peer)
      return altered == null ? [] : [altered]
    })
    const isEmpty = messages.length === 0 && rpc.subscriptions.length === 0 && rpc.control == null
    return isEmpty || send(peer, { ...rpc, messages })
  }
  return active
}

function isBy({ from }: GossipMessage, author: Uint8Array): boolean {
  return from != null && Buffer.compare(from, author) === 0
}
