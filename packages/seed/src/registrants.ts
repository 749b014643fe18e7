import type { PeerIdString, Rng, WindowNumber } from '@peerwatch/model'

/** What a dial-back showed: nothing yet, or that the peer can be dialled, or that it cannot. */
export type Reach = 'untried' | 'reached' | 'unreachable'

/** A registered peer as one seed knows it. */
export interface Registrant {
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
export interface Registrants {
  readonly get: (peer: PeerIdString) => Registrant | undefined
  /** False where there is no room for a new one. */
  readonly set: (registrant: Registrant) => boolean
  readonly delete: (peer: PeerIdString) => boolean
  readonly count: () => number
  readonly values: () => IterableIterator<Registrant>
  /** Up to `most` random ones that are wanted, each once. */
  readonly sample: (most: number, wanted: (registrant: Registrant) => boolean, rng: Rng) => Registrant[]
}

/** Tries per wanted registrant before a sample of a large registry stays incomplete. */
const TRIES_PER_REGISTRANT = 20

export function registrants(most: number): Registrants {
  const held = new Map<PeerIdString, { registrant: Registrant; at: number }>()
  // The same peers by number, so that a random one costs no walk through 100,000.
  const order: PeerIdString[] = []

  const pick = (rng: Rng): Registrant | undefined => {
    const peer = order[Math.floor(rng() * order.length)]
    return peer == null ? undefined : held.get(peer)?.registrant
  }
  const swapped = (from: number, to: number): void => {
    const [first, second] = [order[from]!, order[to]!]
    order[from] = second
    order[to] = first
    held.get(second)!.at = from
    held.get(first)!.at = to
  }
  return {
    get: peer => held.get(peer)?.registrant,
    set: registrant => {
      const known = held.get(registrant.peer)
      if (known != null) {
        known.registrant = registrant
        return true
      }
      if (held.size >= most) return false
      held.set(registrant.peer, { registrant, at: order.length })
      order.push(registrant.peer)
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
      for (const { registrant } of held.values()) yield registrant
    },
    sample: (count, wanted, rng) => {
      const found = new Map<PeerIdString, Registrant>()
      if (order.length <= count * TRIES_PER_REGISTRANT) {
        // few enough to look at each: shuffle in place, from the end
        for (let last = order.length - 1; last >= 0 && found.size < count; last--) {
          swapped(last, Math.floor(rng() * (last + 1)))
          const { registrant } = held.get(order[last]!)!
          if (wanted(registrant)) found.set(registrant.peer, registrant)
        }
      } else {
        for (let tries = count * TRIES_PER_REGISTRANT; tries > 0 && found.size < count; tries--) {
          const registrant = pick(rng)
          if (registrant != null && wanted(registrant)) found.set(registrant.peer, registrant)
        }
      }
      return [...found.values()]
    }
  }
}
