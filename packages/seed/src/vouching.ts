import { ServicesError } from '@peerwatch/link'
import { changeOf } from '@peerwatch/peer/parts'
import { listedGuest } from './peer-lists.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Guest, Guests } from './guests.ts'
import type { Probe } from './probe.ts'
import type { Registrants } from './registrants.ts'
import type { Removals } from './removals.ts'
import type { SeedFeeds } from './seed-feeds.ts'

export interface VouchingInit {
  readonly invited: Pick<Guests, 'add' | 'takeBack'>
  readonly registrants: Pick<Registrants, 'get'>
  readonly removing: Pick<Removals, 'heard'>
  readonly feeds: Pick<SeedFeeds, 'tell'>
  readonly prober: Pick<Probe, 'isDialable'>
  readonly timeoutMs: number
}

/** What a seed's operator, or `network.json`, says of peers that do not speak Peerwatch. */
export interface Vouching {
  /**
   * Lists a guest for so long, and tells the other seeds. Rejects with ServicesError `bad-option` for a member of the roster, a registered peer or a
   * wrong address, and if there is no room.
   */
  readonly addGuest: (peer: PeerIdString, addresses: readonly string[], forMs: number) => Promise<Guest>
  /**
   * Takes a guest off the list, and tells the other seeds. Undefined: it is no guest. Rejects with ServicesError `bad-option` for a guest that
   * `network.json` names.
   */
  readonly removeGuest: (peer: PeerIdString) => Promise<Guest | undefined>
  /** Whether the guest answers a ping now, as it will have to. */
  readonly reachesGuest: (guest: Guest) => Promise<boolean>
}

export function vouching(core: Core, { invited, registrants, removing, feeds, prober, timeoutMs }: VouchingInit): Vouching {
  return {
    addGuest: async (peer, addresses, forMs) => {
      if (core.roster.isMember(peer)) throw new ServicesError('bad-option', `${peer} is a seed or trusted node of this network: such are no guests`)
      if (registrants.get(peer) != null) throw new ServicesError('bad-option', `${peer} is registered here: it speaks Peerwatch, and guests do not`)
      const guest = await invited.add(peer, addresses, forMs)
      feeds.tell(changeOf({ registered: listedGuest(guest) }))
      return guest
    },
    removeGuest: async peer => {
      if (core.network.guests.some(address => address.toString().endsWith(`/p2p/${peer}`))) {
        throw new ServicesError('bad-option', `${peer} is named by guests in network.json: each seed admits it anew until it is taken out of that file there`)
      }
      const guest = await invited.takeBack(peer)
      if (guest == null) return undefined
      removing.heard(peer)
      feeds.tell(changeOf({ registered: listedGuest(guest) }))
      return guest
    },
    reachesGuest: async ({ peer, addresses }) => prober.isDialable(peer, addresses, timeoutMs)
  }
}
