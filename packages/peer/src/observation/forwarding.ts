import { forwarding as row } from '@peerwatch/detection'
import { BoundedMap } from '@peerwatch/model'
import { tally } from './tally.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { GossipCopy } from '../gossip/gossip-copy.ts'
import type { ObserverFactory } from './observer.ts'

/** Larger bodies are announced as not wanted any more (IDONTWANT), so a missing copy tells nothing. Source: gossipsub 1.2. */
const LARGEST_COUNTED_BYTES = 511
const MOST_MESSAGES = 4096

interface Message {
  readonly author: PeerIdString
  /** Who had a mesh link with this node when it first saw the message. */
  readonly mesh: readonly PeerIdString[]
  readonly givenBy: Set<PeerIdString>
}

/**
 * Of the messages this node knows: which each mesh neighbour gave it a copy of, settled one window later.
 *
 * One reporter alone cannot tell who passed a message on: who got it from this node gives no copy back. Over all d reporters with a mesh link
 * an honest subject gives d − 1 of d, and the trusted tier corrects for that. What the subject itself wrote is not forwarding and not counted.
 */
export const forwarding: ObserverFactory = (_core, { tap, isSubject }) => {
  const counts = tally()
  let current = new BoundedMap<string, Message>(MOST_MESSAGES)
  let previous = new BoundedMap<string, Message>(MOST_MESSAGES)

  const onCopy = (copy: GossipCopy): void => {
    if (copy.id == null || copy.data.byteLength > LARGEST_COUNTED_BYTES) return
    const known = current.peek(copy.id) ?? previous.peek(copy.id)
    if (known != null) {
      if (known.mesh.includes(copy.from)) known.givenBy.add(copy.from)
    } else if (copy.kind === 'new') {
      current.set(copy.id, { author: copy.author, mesh: tap.meshPeers(copy.topic), givenBy: new Set([copy.from]) })
    }
  }
  return {
    dimension: row.name,
    needsOwnLink: true,
    close: () => {
      for (const { author, mesh, givenBy } of previous.values()) {
        for (const peer of mesh) {
          if (peer !== author && isSubject(peer)) counts.add(peer, givenBy.has(peer) ? { ok: 1, bad: 0 } : { ok: 0, bad: 1 })
        }
      }
      previous = current
      current = new BoundedMap(MOST_MESSAGES)
      return counts.take()
    },
    start: () => tap.onCopy(onCopy)
  }
}
