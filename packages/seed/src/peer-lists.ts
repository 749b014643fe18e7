import { LIMITS } from '@peerwatch/wire'
import { shuffled } from '@peerwatch/model'
import { peerIdFromBytes } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerEntry } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Registrants, Registrant } from './registrants.ts'
import type { Guest, Guests } from './guests.ts'

export interface PeerListsInit {
  readonly registrants: Registrants
  readonly guests: Guests
  /** The seed's own signed record, for whoever looks for it. */
  readonly ownRecord: () => Promise<Uint8Array>
}

/** What a seed tells of others. */
export interface PeerLists {
  /** Random peers that may be dialled: no seeds, roster members, evicted ones, nor the asker. */
  readonly list: (asker: PeerIdString, most: number) => PeerEntry[]
  /** The named ones, roster members and seeds too. Throws for what is no peer id. */
  readonly find: (peers: readonly Uint8Array[]) => Promise<PeerEntry[]>
}

export function peerLists(core: Core, init: PeerListsInit): PeerLists {
  const isTold = (peer: PeerIdString): boolean => core.certificates.evicted(peer) == null
  return {
    list: (asker, most) => {
      const count = Math.min(most, LIMITS.listedPeers)
      const wanted = ({ peer }: { peer: PeerIdString }): boolean => peer !== asker && !core.roster.isMember(peer) && isTold(peer)
      const peers = init.registrants.sample(count, registrant => wanted(registrant) && mayBeDialled(core, registrant), core.rng)
      // guests watch nobody: where there are peers, at least half of a list are
      const guestsMost = Math.max(Math.ceil(count / 2), count - peers.length)
      const guests = shuffled(init.guests.list().filter(wanted), core.rng).slice(0, guestsMost)
      return shuffled([...peers.slice(0, count - guests.length).map(peerEntry), ...guests.map(guestEntry)], core.rng)
    },
    find: async peers => {
      const found: PeerEntry[] = []
      for (const peer of new Set(peers.map(peerIdFromBytes))) {
        if (!core.roster.isMember(peer) && !isTold(peer)) continue
        const registrant = init.registrants.get(peer)
        const guest = init.guests.get(peer)
        if (peer === core.self) found.push(recordEntry(await init.ownRecord()))
        else if (registrant != null) found.push(mayBeDialled(core, registrant) ? peerEntry(registrant) : withoutStamp(registrant))
        else if (guest != null) found.push(guestEntry(guest))
      }
      return found
    }
  }
}

/** In scope `public` others are told of it only if it can be dialled where this seed saw it; roster members are where they say. */
export function mayBeDialled(core: Core, { peer, addresses }: Registrant): boolean {
  const { scope } = core.roster.current()
  return scope === 'local' || addresses.length > 0 || core.roster.isMember(peer)
}

export function peerEntry({ record, stamp, reach }: Registrant): PeerEntry {
  return { record, stamp, unreachable: reach === 'unreachable', guest: new Uint8Array() }
}

/** It is registered, so reports about it count; but it is to be dialled nowhere. */
function withoutStamp(registrant: Registrant): PeerEntry {
  return { ...peerEntry(registrant), stamp: new Uint8Array() }
}

export function guestEntry({ encoded }: Guest): PeerEntry {
  return { record: new Uint8Array(), stamp: new Uint8Array(), unreachable: false, guest: encoded }
}

function recordEntry(record: Uint8Array): PeerEntry {
  return { record, stamp: new Uint8Array(), unreachable: false, guest: new Uint8Array() }
}
