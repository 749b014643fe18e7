import { forwarding as row } from '@peerwatch/detection'
import { BoundedMap } from '@peerwatch/model'
import { tally } from './tally.ts'
import type { Counts, PeerIdString } from '@peerwatch/model'
import type { GossipCopy } from '../gossip/gossip-copy.ts'
import type { ObserverFactory } from './observer.ts'

/** Larger bodies are announced as not wanted any more (IDONTWANT), so a missing copy tells nothing. Source: gossipsub 1.2. */
const LARGEST_COUNTED_BYTES = 511
const MOST_MESSAGES = 4096
/** Topics whose mesh is held; of another one each message has its own. */
const MOST_TOPICS = 64

const GOOD: Counts = Object.freeze({ ok: 1, bad: 0 })
const BAD: Counts = Object.freeze({ ok: 0, bad: 1 })

interface Message {
  readonly author: PeerIdString
  /** The peers that had a mesh link with this node when it first saw the message. Messages with the same peers share one array. */
  readonly mesh: readonly PeerIdString[]
  /** A bit for each of the mesh that gave a copy. A set of its own for each message would be most of what a busy host holds. */
  given: bigint
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

  const meshes = new BoundedMap<string, readonly PeerIdString[]>(MOST_TOPICS)
  const meshOf = (topic: string): readonly PeerIdString[] => {
    const now = tap.meshPeers(topic)
    const before = meshes.get(topic)
    if (before?.length === now.length && before.every((peer, at) => peer === now[at])) return before
    meshes.set(topic, now)
    return now
  }

  const onCopy = (copy: GossipCopy): void => {
    if (copy.id == null || copy.data.byteLength > LARGEST_COUNTED_BYTES) return
    const known = current.peek(copy.id) ?? previous.peek(copy.id)
    if (known != null) {
      known.given |= bitOf(copy.from, known.mesh)
    } else if (copy.kind === 'new') {
      const mesh = meshOf(copy.topic)
      current.set(copy.id, { author: copy.author, mesh, given: bitOf(copy.from, mesh) })
    }
  }
  return {
    dimension: row.name,
    needsOwnLink: true,
    close: () => {
      for (const { author, mesh, given } of previous.values()) {
        for (const peer of mesh) {
          if (peer !== author && isSubject(peer)) counts.add(peer, (given & bitOf(peer, mesh)) === 0n ? BAD : GOOD)
        }
      }
      previous = current
      current = new BoundedMap(MOST_MESSAGES)
      return counts.take()
    },
    start: () => tap.onCopy(onCopy)
  }
}

/** None for who is not of the mesh. */
function bitOf(peer: PeerIdString, mesh: readonly PeerIdString[]): bigint {
  const at = mesh.indexOf(peer)
  return at < 0 ? 0n : 1n << BigInt(at)
}
