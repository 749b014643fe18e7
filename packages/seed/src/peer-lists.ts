import { LIMITS } from '@peerwatch/wire'
import { shuffled } from '@peerwatch/model'
import { peerIdFromBytes } from '@peerwatch/link'
import type { PeerIdString } from '@peerwatch/model'
import type { ListedPeer } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Registrants, Registrant } from './registrants.ts'
import type { Guest, Guests } from './guests.ts'

export interface PeerListsInit {
  readonly registrants: Registrants
  readonly guests: Guests
  /** The seed's own signed record, for a peer that looks for this seed. */
  readonly ownRecord: () => Promise<Uint8Array>
}

/** What a seed tells a peer about others. */
export interface PeerLists {
  /** Random peers that may be dialled, and guests. The list leaves out seeds, roster members, evicted peers and the asker. */
  readonly list: (asker: PeerIdString, most: number) => ListedPeer[]
  /** The peers of these ids, roster members and seeds too. Throws for a malformed id. */
  readonly find: (peers: readonly Uint8Array[]) => Promise<ListedPeer[]>
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
      return shuffled([...peers.slice(0, count - guests.length).map(listedPeer), ...guests.map(listedGuest)], core.rng)
    },
    find: async peers => {
      const found: ListedPeer[] = []
      for (const peer of new Set(peers.map(peerIdFromBytes))) {
        if (!core.roster.isMember(peer) && !isTold(peer)) continue
        const registrant = init.registrants.get(peer)
        const guest = init.guests.get(peer)
        if (peer === core.self) found.push(listedRecord(await init.ownRecord()))
        else if (registrant != null) found.push(mayBeDialled(core, registrant) ? listedPeer(registrant) : withoutStamp(registrant))
        else if (guest != null) found.push(listedGuest(guest))
      }
      return found
    }
  }
}

/** Whether the seed tells others where to dial the peer. In scope `public` it must be diallable where this seed saw it; roster members are where they say. */
export function mayBeDialled(core: Core, { peer, addresses }: Registrant): boolean {
  const { scope } = core.roster.current()
  return scope === 'local' || addresses.length > 0 || core.roster.isMember(peer)
}

export function listedPeer({ record, stamp, reach }: Registrant): ListedPeer {
  return { record, stamp, unreachable: reach === 'unreachable', guest: new Uint8Array() }
}

/** The peer is registered, so reports about it count, but nobody is to dial it anywhere. */
function withoutStamp(registrant: Registrant): ListedPeer {
  return { ...listedPeer(registrant), stamp: new Uint8Array() }
}

export function listedGuest({ encoded }: Guest): ListedPeer {
  return { record: new Uint8Array(), stamp: new Uint8Array(), unreachable: false, guest: encoded }
}

function listedRecord(record: Uint8Array): ListedPeer {
  return { record, stamp: new Uint8Array(), unreachable: false, guest: new Uint8Array() }
}
