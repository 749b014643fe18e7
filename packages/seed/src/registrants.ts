import { inTurn } from '@peerwatch/model'
import { groupSizes } from './group-sizes.ts'
import type { PeerIdString, Rng, WindowNumber } from '@peerwatch/model'

/** What the dial-back showed: nothing yet, or that others can dial the peer, or that they cannot. */
export type Reach = 'untried' | 'reached' | 'unreachable'

/** A registered peer as one seed knows it. */
export interface Registrant {
  readonly peer: PeerIdString
  /** The peer's own signed record. */
  readonly record: Uint8Array
  readonly seq: number
  /** The addresses of the record that the seed tells others to dial. */
  readonly addresses: readonly string[]
  /** A stamp signed by this seed, or by the seed at which the peer registered. */
  readonly stamp: Uint8Array
  /** The seed that signed the stamp. */
  readonly introducedBy: PeerIdString
  readonly group: string
  readonly firstWindow: WindowNumber
  readonly reach: Reach
  /** On the monotonic clock: when this run first knew the peer, when it heard of it last, and when the peer registered here last. */
  readonly knownAtMs: number
  readonly heardAtMs: number
  readonly registeredAtMs: number | undefined
}

/**
 * Whether the registry took the peer. `full`: its own group is as large as any. `share`: the seed that introduces it has introduced enough.
 * `in-place-of`: another peer was turned away for it.
 */
export type Admission = { readonly as: 'new' | 'known' | 'full' | 'share' } | { readonly as: 'in-place-of'; readonly turnedAway: PeerIdString }

export interface RegistrantsInit {
  readonly most: number
  readonly self: PeerIdString
  /** Each of so many seeds may introduce its part of all peers. */
  readonly seedsCount: () => number
}

/** The registered peers, at most `most`. If there are as many, the largest group makes room. */
export interface Registrants {
  readonly get: (peer: PeerIdString) => Registrant | undefined
  readonly set: (registrant: Registrant, rng: Rng) => Admission
  readonly delete: (peer: PeerIdString) => boolean
  readonly count: () => number
  readonly values: () => IterableIterator<Registrant>
  /** Up to `most` random peers that are wanted, each once: from random groups, and random ones within them. */
  readonly sample: (most: number, wanted: (registrant: Registrant) => boolean, rng: Rng) => Registrant[]
}

/** How many registrants a sample looks at for each one that is wanted. After that the sample of a large registry stays incomplete. */
const LOOKED_AT_PER_REGISTRANT = 20
/**
 * The seed compares so many members of the largest group and drops the newest. An attacker with far more names than there are honest neighbours pushes
 * out its own.
 */
const COMPARED_COUNT = 32

export function registrants({ most, self, seedsCount }: RegistrantsInit): Registrants {
  const held = new Map<PeerIdString, Registrant>()
  const groups = groupSizes<PeerIdString>()
  const introduced = new Map<PeerIdString, number>()

  const share = (total: number): number => Math.max(1, Math.floor(total / Math.max(1, seedsCount())))
  const count = (by: PeerIdString, change: number): void => {
    introduced.set(by, (introduced.get(by) ?? 0) + change)
  }
  const remove = (peer: PeerIdString): boolean => {
    const known = held.get(peer)
    if (known == null) return false
    groups.delete(known.group, peer)
    count(known.introducedBy, -1)
    return held.delete(peer)
  }
  const add = (registrant: Registrant): void => {
    held.set(registrant.peer, registrant)
    groups.add(registrant.group, registrant.peer)
    count(registrant.introducedBy, 1)
  }
  const newestOf = (group: string, rng: Rng): PeerIdString => {
    const some = groups.random(group, COMPARED_COUNT, rng).map(peer => held.get(peer)!)
    return some.reduce((newest, each) => (each.firstWindow > newest.firstWindow ? each : newest)).peer
  }
  const admit = (registrant: Registrant, rng: Rng): Admission => {
    const { group, introducedBy } = registrant
    if (introducedBy !== self && (introduced.get(introducedBy) ?? 0) >= share(most)) return { as: 'share' }
    if (held.size < most) return { as: 'new' }
    const largest = groups.largest()
    // one more must not make it the largest: names of equal groups would push each other out for ever
    if (largest == null || groups.size(group) + 1 >= groups.size(largest)) return { as: 'full' }
    return { as: 'in-place-of', turnedAway: newestOf(largest, rng) }
  }
  return {
    get: peer => held.get(peer),
    set: (registrant, rng) => {
      if (remove(registrant.peer)) {
        add(registrant)
        return { as: 'known' }
      }
      const admission = admit(registrant, rng)
      if (admission.as === 'in-place-of') remove(admission.turnedAway)
      if (admission.as !== 'full' && admission.as !== 'share') add(registrant)
      return admission
    },
    delete: remove,
    count: () => held.size,
    values: () => held.values(),
    sample: (wantedCount, wanted, rng) => {
      const others = new Map<PeerIdString, number>()
      const found: Registrant[] = []
      const beyond: Registrant[] = []
      for (const peer of groups.byTurns(wantedCount * LOOKED_AT_PER_REGISTRANT, rng)) {
        const registrant = held.get(peer)!
        if (!wanted(registrant)) continue
        const by = registrant.introducedBy
        const before = others.get(by) ?? 0
        if (by !== self && before >= share(wantedCount)) beyond.push(registrant)
        else {
          others.set(by, before + 1)
          found.push(registrant)
        }
        if (found.length >= wantedCount) break
      }
      // spare room is shared by those who introduced more than their part
      return [...found, ...inTurn(beyond, ({ introducedBy }) => introducedBy)].slice(0, wantedCount)
    }
  }
}

/** Nobody can dial a peer that announces no address. New addresses are untried. */
export function reachOf(addresses: readonly string[], known: Registrant | undefined): Registrant['reach'] {
  if (addresses.length === 0) return 'unreachable'
  return known == null || isOther(addresses, known.addresses) ? 'untried' : known.reach
}

export function isOther(addresses: readonly string[], before: readonly string[]): boolean {
  return addresses.join(' ') !== before.join(' ')
}
