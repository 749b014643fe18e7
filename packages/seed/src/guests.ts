import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS, messages } from '@peerwatch/wire'
import { BoundedMap } from '@peerwatch/model'
import { peerIdBytes, ServicesError } from '@peerwatch/link'
import { openGuest, withPeer } from '@peerwatch/peer/parts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { RegistrantStore } from './registrant-store.ts'

export interface Guest {
  readonly peer: PeerIdString
  readonly addresses: readonly string[]
  readonly expiresAtMs: number
  /** `Signed<Guest>` by a seed. */
  readonly encoded: Uint8Array
}

/** Peers that do not speak Peerwatch, but that the operator of a seed vouches for. */
export interface Guests {
  /** Signs a new guest. Throws ServicesError `bad-option` for a wrong address, or if there is no room. */
  readonly add: (peer: PeerIdString, addresses: readonly string[], forMs: number) => Promise<Guest>
  /**
   * Signs that the peer is a guest no longer: a guest without addresses, with a number above all that was signed of it. Returns undefined if the peer
   * is no guest. Throws if there is no room.
   */
  readonly takeBack: (peer: PeerIdString) => Promise<Guest | undefined>
  /** Takes a guest that another seed signed or took back, or that was on disk. Returns false if it is known already. Throws if it is wrong. */
  readonly take: (encoded: Uint8Array) => Promise<boolean>
  readonly get: (peer: PeerIdString) => Guest | undefined
  readonly list: () => Guest[]
  /** What other seeds need to know: the guests on the list, and those that were taken back. */
  readonly told: () => Guest[]
  /** The newest signed word about the peer among `told`. */
  readonly word: (peer: PeerIdString) => Guest | undefined
  /** The peer was removed as dead. Every signed word about it with an expiry up to this one is void. */
  readonly depart: (peer: PeerIdString, expiresAtMs: number) => void
  /** Takes a guest that was removed or taken back before this seed started again. Throws if it is wrong, or if its time is over. */
  readonly recallRemoved: (encoded: Uint8Array) => Promise<void>
  /** Guests that were removed although their time is not over. */
  readonly removed: () => Guest[]
  /** Signs a removed guest again, on the terms on which it was admitted. Returns undefined if it is none, or if there is no room. */
  readonly readmit: (peer: PeerIdString) => Promise<Guest | undefined>
}

const REMEMBERED_DEPARTURES = 10_000

/** What became of a guest. It names no dead guest: the votes of the seeds tell of those. */
export interface GuestNews {
  readonly guest: Guest
  readonly is: 'new' | 'renewed' | 'taken back'
}

export function guests(core: Core, store: RegistrantStore, most: number, onNews: (news: GuestNews) => void = () => {}): Guests {
  const held = new Map<PeerIdString, Guest>()
  const removed = new Map<PeerIdString, Guest>()
  /** Guests without addresses. Each is kept until those that it voids would have expired. */
  const takenBack = new Map<PeerIdString, Guest>()
  const departed = new BoundedMap<PeerIdString, number>(REMEMBERED_DEPARTURES)

  const current = currentOf(core, store)
  const list = (): Guest[] => current(held)
  const keep = (guest: Guest): boolean => {
    const isNew = !held.has(guest.peer)
    if (isNew && list().length >= most) return false
    held.set(guest.peer, guest)
    removed.delete(guest.peer)
    takenBack.delete(guest.peer)
    store.putGuest(guest.peer, guest.encoded)
    onNews({ guest, is: isNew ? 'new' : 'renewed' })
    return true
  }
  const hasRoomFor = (peer: PeerIdString): boolean => takenBack.has(peer) || current(takenBack).length < most
  /** Returns false if there is no room. Then this word is gone, and an older word of another seed may bring the guest back. */
  const keepTakenBack = (guest: Guest): boolean => {
    const { peer, expiresAtMs, encoded } = guest
    const wasGuest = held.delete(peer)
    if (removed.delete(peer) || wasGuest) onNews({ guest, is: 'taken back' })
    store.deleteGuest(peer)
    departed.set(peer, Math.max(expiresAtMs, departed.get(peer) ?? 0))
    if (!hasRoomFor(peer)) return false
    takenBack.set(peer, guest)
    store.putRemovedGuest(peer, encoded)
    return true
  }
  /** A word whose number is not above this one is old. */
  const newestMs = (peer: PeerIdString): number => Math.max(held.get(peer)?.expiresAtMs ?? 0, takenBack.get(peer)?.expiresAtMs ?? 0, departed.get(peer) ?? 0)
  const takeBack: Guests['takeBack'] = async peer => {
    const known = [...list(), ...current(removed)].find(guest => guest.peer === peer)
    if (known == null) return undefined
    if (!hasRoomFor(peer)) throw tooManyTakenBack(most)
    const guest = await signed(core, peer, [], Math.max(known.expiresAtMs, newestMs(peer)) + 1)
    // another seed's word may have come meanwhile
    if (newestMs(peer) >= guest.expiresAtMs) return takeBack(peer)
    if (!keepTakenBack(guest)) throw tooManyTakenBack(most)
    return guest
  }
  return {
    add: async (peer, addresses, forMs) => {
      // above that of a removal: the operator knows better
      const expiresAtMs = Math.max(core.windows.nowMs() + forMs, Math.max(takenBack.get(peer)?.expiresAtMs ?? 0, departed.get(peer) ?? 0) + 1)
      const guest = await signed(core, peer, readAddresses(peer, addresses), expiresAtMs)
      if (!keep(guest)) throw new ServicesError('bad-option', `there are ${most} guests already`)
      return guest
    },
    takeBack,
    take: async encoded => {
      const guest = await openGuest(core, encoded)
      if (newestMs(guest.peer) >= guest.expiresAtMs) return false
      return guest.addresses.length === 0 ? keepTakenBack({ ...guest, encoded }) : keep({ ...guest, encoded })
    },
    get: peer => held.get(peer),
    list,
    told: () => [...list(), ...current(takenBack)],
    word: peer => held.get(peer) ?? takenBack.get(peer),
    depart: (peer, expiresAtMs) => {
      departed.set(peer, Math.max(expiresAtMs, departed.get(peer) ?? 0))
      const guest = held.get(peer)
      if (guest == null || guest.expiresAtMs > expiresAtMs) return
      held.delete(peer)
      if (removed.size >= most) return
      removed.set(peer, guest)
      store.putRemovedGuest(peer, guest.encoded)
    },
    recallRemoved: async encoded => {
      const guest = await openGuest(core, encoded)
      departed.set(guest.peer, guest.expiresAtMs)
      const into = guest.addresses.length === 0 ? takenBack : removed
      into.set(guest.peer, { ...guest, encoded })
    },
    removed: () => current(removed),
    readmit: async peer => {
      const known = removed.get(peer)
      if (known == null) return undefined
      // above that of the removal, and by so little that it changes nothing else
      const expiresAtMs = Math.max(known.expiresAtMs, departed.get(peer) ?? 0) + 1
      const guest = await signed(
        core,
        peer,
        known.addresses.map(address => multiaddr(address)),
        expiresAtMs
      )
      // another seed's word, or a removal, may have come meanwhile
      return removed.get(peer) === known && keep(guest) ? guest : undefined
    }
  }
}

/** Forgets guests whose time is over. */
function currentOf({ clock, windows }: Core, store: RegistrantStore): (some: Map<PeerIdString, Guest>) => Guest[] {
  return some => {
    for (const { peer, expiresAtMs } of some.values()) {
      // what is forgotten does not come back: by both clocks
      if (expiresAtMs > Math.min(clock.nowMs(), windows.nowMs())) continue
      some.delete(peer)
      store.deleteGuest(peer)
    }
    return [...some.values()]
  }
}

function tooManyTakenBack(most: number): ServicesError {
  return new ServicesError('bad-option', `${most} guests are taken back already, and one more would not be kept in mind`)
}

async function signed(core: Core, peer: PeerIdString, addresses: readonly Multiaddr[], expiresAtMs: number): Promise<Guest> {
  const payload = messages.guest.encode({ peer: peerIdBytes(peer), addresses: addresses.map(({ bytes }) => bytes), expiresAtMs })
  const encoded = await core.signer.sign('guest', payload)
  return { peer, addresses: addresses.map(address => withPeer(address, peer)), expiresAtMs, encoded }
}

function readAddresses(peer: PeerIdString, addresses: readonly string[]): Multiaddr[] {
  if (addresses.length === 0 || addresses.length > LIMITS.addresses) {
    throw new ServicesError('bad-option', `a guest has 1 to ${LIMITS.addresses} addresses, not ${addresses.length}`)
  }
  try {
    return addresses.map(address => multiaddr(address))
  } catch (error) {
    throw new ServicesError('bad-option', `an address of guest ${peer} is no multiaddr: ${addresses.join(', ')}`, { cause: error })
  }
}
