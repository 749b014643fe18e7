import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS, messages } from '@peerwatch/wire'
import { BoundedMap, peerIdBytes, ServicesError } from '@peerwatch/link'
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

/** Peers that speak no Peerwatch, for which a seed's operator vouches. */
export interface Guests {
  /** Signs one. Throws ServicesError `bad-option` for addresses that are none, or where there is no room. */
  readonly add: (peer: PeerIdString, addresses: readonly string[], forMs: number) => Promise<Guest>
  /** One that another seed signed, or that was on disk. False where it is known; throws where it is wrong. */
  readonly take: (encoded: Uint8Array) => Promise<boolean>
  readonly get: (peer: PeerIdString) => Guest | undefined
  readonly list: () => Guest[]
  /** Removed for dead: whatever was signed of it with an expiry up to this is void. */
  readonly depart: (peer: PeerIdString, expiresAtMs: number) => void
  /** One that was removed before this seed was started again. Throws where it is wrong, or its time is over. */
  readonly recallRemoved: (encoded: Uint8Array) => Promise<void>
  /** Those whose time is not over, but who were removed. */
  readonly removed: () => Guest[]
  /** Signs a removed one again, on the terms on which it was admitted. Undefined where it is none, or there is no room. */
  readonly readmit: (peer: PeerIdString) => Promise<Guest | undefined>
}

const REMEMBERED_DEPARTURES = 10_000

export function guests(core: Core, store: RegistrantStore, most: number): Guests {
  const held = new Map<PeerIdString, Guest>()
  const removed = new Map<PeerIdString, Guest>()
  const departed = new BoundedMap<PeerIdString, number>(REMEMBERED_DEPARTURES)

  const current = (some: Map<PeerIdString, Guest>): Guest[] => {
    for (const { peer, expiresAtMs } of some.values()) {
      // what is forgotten does not come back: by both clocks
      if (expiresAtMs > Math.min(core.clock.nowMs(), core.windows.nowMs())) continue
      some.delete(peer)
      store.deleteGuest(peer)
    }
    return [...some.values()]
  }
  const list = (): Guest[] => current(held)
  const keep = (guest: Guest): boolean => {
    if (!held.has(guest.peer) && list().length >= most) return false
    held.set(guest.peer, guest)
    removed.delete(guest.peer)
    store.putGuest(guest.peer, guest.encoded)
    return true
  }
  const sign = async (peer: PeerIdString, addresses: readonly Multiaddr[], expiresAtMs: number): Promise<Guest> => {
    const payload = messages.guest.encode({ peer: peerIdBytes(peer), addresses: addresses.map(({ bytes }) => bytes), expiresAtMs })
    const encoded = await core.signer.sign('guest', payload)
    return { peer, addresses: addresses.map(address => withPeer(address, peer)), expiresAtMs, encoded }
  }
  return {
    add: async (peer, addresses, forMs) => {
      // above that of a removal: the operator knows better
      const expiresAtMs = Math.max(core.windows.nowMs() + forMs, (departed.get(peer) ?? 0) + 1)
      if (addresses.length === 0 || addresses.length > LIMITS.addresses) {
        throw new ServicesError('bad-option', `a guest has 1 to ${LIMITS.addresses} addresses, not ${addresses.length}`)
      }
      let parsed: Multiaddr[]
      try {
        parsed = addresses.map(address => multiaddr(address))
      } catch (error) {
        throw new ServicesError('bad-option', `an address of guest ${peer} is no multiaddr: ${addresses.join(', ')}`, { cause: error })
      }
      const guest = await sign(peer, parsed, expiresAtMs)
      if (!keep(guest)) throw new ServicesError('bad-option', `there are ${most} guests already`)
      return guest
    },
    take: async encoded => {
      const guest = await openGuest(core, encoded)
      if (Math.max(held.get(guest.peer)?.expiresAtMs ?? 0, departed.get(guest.peer) ?? 0) >= guest.expiresAtMs) return false
      return keep({ ...guest, encoded })
    },
    get: peer => held.get(peer),
    list,
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
      removed.set(guest.peer, { ...guest, encoded })
    },
    removed: () => current(removed),
    readmit: async peer => {
      const known = removed.get(peer)
      if (known == null) return undefined
      // above that of the removal, and by so little that it changes nothing else
      const expiresAtMs = Math.max(known.expiresAtMs, departed.get(peer) ?? 0) + 1
      const guest = await sign(
        peer,
        known.addresses.map(address => multiaddr(address)),
        expiresAtMs
      )
      // another seed's word, or a removal, may have come meanwhile
      return removed.get(peer) === known && keep(guest) ? guest : undefined
    }
  }
}
