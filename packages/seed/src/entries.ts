import type { PeerIdString, Rng, WindowNumber } from '@peerwatch/model'

/** What a dial-back showed: nothing yet, or that the peer can be dialled, or that it cannot. */
export type Reach = 'untried' | 'reached' | 'unreachable'

/** A registered peer as one seed knows it. */
export interface Entry {
  readonly peer: PeerIdString
  /** The peer's own signed record. */
  readonly record: Uint8Array
  readonly seq: number
  readonly addresses: readonly string[]
  /** Signed by this seed, or by the one at which the peer registered. */
  readonly stamp: Uint8Array
  readonly group: string
  readonly firstWindow: WindowNumber
  readonly reach: Reach
  /** On the monotonic clock: when it was heard of, and when it last registered here. */
  readonly heardAtMs: number
  readonly registeredAtMs: number | undefined
}

/** The registered peers, at most `most`. */
export interface Entries {
  readonly get: (peer: PeerIdString) => Entry | undefined
  /** False where there is no room for a new one. */
  readonly set: (entry: Entry) => boolean
  readonly delete: (peer: PeerIdString) => boolean
  readonly count: () => number
  readonly values: () => IterableIterator<Entry>
  /** Up to `most` random ones that are wanted, each once. */
  readonly sample: (most: number, wanted: (entry: Entry) => boolean, rng: Rng) => Entry[]
}

/** Tries per wanted entry before a sample of a large registry stays incomplete. */
const TRIES_PER_ENTRY = 20

export function entries(most: number): Entries {
  const held = new Map<PeerIdString, { entry: Entry; at: number }>()
  // The same peers by number, so that a random one costs no walk through 100,000.
  const order: PeerIdString[] = []

  const pick = (rng: Rng): Entry | undefined => {
    const peer = order[Math.floor(rng() * order.length)]
    return peer == null ? undefined : held.get(peer)?.entry
  }
  const swapped = (from: number, to: number): void => {
    const [first, second] = [order[from]!, order[to]!]
    order[from] = second
    order[to] = first
    held.get(second)!.at = from
    held.get(first)!.at = to
  }
  return {
    get: peer => held.get(peer)?.entry,
    set: entry => {
      const known = held.get(entry.peer)
      if (known != null) {
        known.entry = entry
        return true
      }
      if (held.size >= most) return false
      held.set(entry.peer, { entry, at: order.length })
      order.push(entry.peer)
      return true
    },
    delete: peer => {
      const known = held.get(peer)
      if (known == null) return false
      swapped(known.at, order.length - 1)
      order.pop()
      return held.delete(peer)
    },
    count: () => held.size,
    *values() {
      for (const { entry } of held.values()) yield entry
    },
    sample: (count, wanted, rng) => {
      const found = new Map<PeerIdString, Entry>()
      if (order.length <= count * TRIES_PER_ENTRY) {
        // few enough to look at each: shuffle in place, from the end
        for (let last = order.length - 1; last >= 0 && found.size < count; last--) {
          swapped(last, Math.floor(rng() * (last + 1)))
          const { entry } = held.get(order[last]!)!
          if (wanted(entry)) found.set(entry.peer, entry)
        }
      } else {
        for (let tries = count * TRIES_PER_ENTRY; tries > 0 && found.size < count; tries--) {
          const entry = pick(rng)
          if (entry != null && wanted(entry)) found.set(entry.peer, entry)
        }
      }
      return [...found.values()]
    }
  }
}
