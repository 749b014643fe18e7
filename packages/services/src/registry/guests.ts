import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS, messages } from '@peerwatch/wire'
import { BoundedMap } from '../bounded-map.ts'
import { ServicesError } from '../errors.ts'
import { peerIdBytes } from '../peer-ids.ts'
import { openGuest } from './known-peers.ts'
import { withPeer } from './peer-record.ts'
import { wireBytes } from './protocol.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '../core.ts'
import type { EntryStore } from './entry-store.ts'

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
}

const REMEMBERED_DEPARTURES = 10_000

export function guests(core: Core, store: EntryStore, most: number): Guests {
  const held = new Map<PeerIdString, Guest>()
  const departed = new BoundedMap<PeerIdString, number>(REMEMBERED_DEPARTURES)

  const list = (): Guest[] => {
    for (const { peer, expiresAtMs } of held.values()) {
      if (expiresAtMs > core.clock.nowMs()) continue
      held.delete(peer)
      store.deleteGuest(peer)
    }
    return [...held.values()]
  }
  const keep = (guest: Guest): boolean => {
    if (!held.has(guest.peer) && list().length >= most) return false
    held.set(guest.peer, guest)
    store.putGuest(guest.peer, guest.encoded)
    return true
  }
  return {
    add: async (peer, addresses, forMs) => {
      // above that of a removal: the operator knows better
      const expiresAtMs = Math.max(core.clock.nowMs() + forMs, (departed.get(peer) ?? 0) + 1)
      if (addresses.length === 0 || addresses.length > LIMITS.addresses) {
        throw new ServicesError('bad-option', `a guest has 1 to ${LIMITS.addresses} addresses, not ${addresses.length}`)
      }
      let bytes: Uint8Array<ArrayBuffer>[]
      try {
        bytes = addresses.map(address => wireBytes(multiaddr(address).bytes))
      } catch (error) {
        throw new ServicesError('bad-option', `an address of guest ${peer} is no multiaddr: ${addresses.join(', ')}`, { cause: error })
      }
      const payload = messages.guest.encode({ peer: wireBytes(peerIdBytes(peer)), addresses: bytes, expiresAtMs })
      const dialled = addresses.map(address => withPeer(multiaddr(address), peer))
      const guest = { peer, addresses: dialled, expiresAtMs, encoded: await core.signer.sign('guest', payload) }
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
      if ((held.get(peer)?.expiresAtMs ?? Number.POSITIVE_INFINITY) > expiresAtMs) return
      held.delete(peer)
      store.deleteGuest(peer)
    }
  }
}
