import { BoundedMap } from '@peerwatch/model'
import { registrants } from './registrants.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Registrants, Registrant } from './registrants.ts'
import type { RegistrantStore } from './registrant-store.ts'
import type { RegistryServerOptions } from './options.ts'

/** The registrants in memory and on disk, and the peers that left. A seed learns of both first-hand and from other seeds. */
export interface KeptRegistrants {
  readonly registrants: Registrants
  readonly load: (stored: readonly Registrant[]) => void
  /** Keeps a registrant in memory only. Returns false if there is no room for it. */
  readonly keep: (registrant: Registrant) => boolean
  /** Takes back every registration up to this sequence number. */
  readonly depart: (peer: PeerIdString, recordSeq: number) => void
  /** Whether the peer took back this registration. */
  readonly isDeparted: (peer: PeerIdString, recordSeq: number) => boolean
  readonly drop: (peer: PeerIdString) => void
  readonly reached: (peer: PeerIdString, seq: number, reached: boolean) => void
  /** Drops the registrants that nothing was heard of since then, and returns them. */
  readonly expire: (sinceMs: number) => PeerIdString[]
}

const REMEMBERED_DEPARTURES = 100_000

export function keptRegistrants(core: Core, store: RegistrantStore, { mostPeers }: RegistryServerOptions): KeptRegistrants {
  const held = registrants({ most: mostPeers, self: core.self, seedsCount: () => core.roster.current().seeds.length })
  const departed = new BoundedMap<PeerIdString, number>(REMEMBERED_DEPARTURES)

  const drop = (peer: PeerIdString): void => {
    if (held.delete(peer)) store.delete(peer)
  }
  return {
    registrants: held,
    load: stored => {
      for (const registrant of stored) held.set(registrant, core.rng)
    },
    keep: registrant => {
      const admission = held.set(registrant, core.rng)
      if (admission.as === 'in-place-of') store.delete(admission.turnedAway)
      if (admission.as === 'new' || admission.as === 'known') return true
      core.emit('registry:limited', { bound: admission.as === 'share' ? 'introduced' : 'group' })
      return admission.as === 'in-place-of'
    },
    depart: (peer, recordSeq) => {
      departed.set(peer, Math.max(recordSeq, departed.get(peer) ?? -1))
      if ((held.get(peer)?.seq ?? Number.POSITIVE_INFINITY) <= recordSeq) drop(peer)
    },
    isDeparted: (peer, recordSeq) => (departed.get(peer) ?? -1) >= recordSeq,
    drop,
    reached: (peer, seq, reached) => {
      const known = held.get(peer)
      // a dial-back that ends late must not hide from the tests of the dead that the peer could be dialled
      if (known?.seq !== seq || known.reach === 'reached') return
      const registrant: Registrant = { ...known, reach: reached ? 'reached' : 'unreachable' }
      held.set(registrant, core.rng)
      store.put(registrant)
    },
    expire: sinceMs => {
      const expired = [...held.values()].filter(({ heardAtMs }) => heardAtMs < sinceMs).map(({ peer }) => peer)
      for (const peer of expired) drop(peer)
      return expired
    }
  }
}
