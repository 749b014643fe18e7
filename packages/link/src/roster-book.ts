import { inOrder } from '@peerwatch/model'
import { listeners } from './listeners.ts'
import { openRoster } from './network.ts'
import { Key } from 'interface-datastore'
import type { Datastore } from 'interface-datastore'
import type { PeerIdString, WindowNumber } from '@peerwatch/model'
import type { Network, Roster } from './network.ts'

/** Holds the newest roster that this node has seen. It survives restarts and never goes back. */
export interface RosterBook {
  readonly current: () => Roster
  /** `newer` was taken, `known` is the one held, `older` is the authority's too, but its sender is behind. A wrong roster throws ServicesError `bad-roster`. */
  readonly accept: (encoded: Uint8Array) => Promise<Taken>
  /** Told of the roster that is in force from now on, and of the one before. */
  readonly onChange: (listener: (roster: Roster, before: Roster) => void) => () => void
  /** Whether the authority signed another roster with the version of the one in force: which of the two a node has is chance, until there is a newer one. */
  readonly hasDouble: () => boolean
  readonly isTrusted: (peer: PeerIdString) => boolean
  /** Whether its signature counts on a verdict of this time: it is trusted, or was when the verdict was issued. */
  readonly isSigner: (peer: PeerIdString, issuedAtMs: number) => boolean
  /** How many signatures a verdict of this time needs: as many as when it was issued, or fewer now. */
  readonly quorumFor: (issuedAtMs: number) => number
  readonly isSeed: (peer: PeerIdString) => boolean
  /** Whether its stamp counts in a report of this window: it is a seed, or was one when the report was written. */
  readonly isStampedBy: (signer: PeerIdString, window: WindowNumber) => boolean
  /** A seed or a trusted node: nobody reports, cuts or evicts one. */
  readonly isMember: (peer: PeerIdString) => boolean
  readonly load: () => Promise<void>
}

type Taken = 'newer' | 'known' | 'older'

const KEY = new Key('/peerwatch/roster')

/** @param onDouble - told once of each version that two rosters have */
export function rosterBook(network: Network, datastore: Datastore, onDouble: (version: number) => void = () => {}): RosterBook {
  const changed = listeners<[roster: Roster, before: Roster]>()
  let current = network.roster
  let hasDouble = false
  let trusted = new Set(current.trusted)
  let seeds = new Set(current.seeds)
  // while one is written a newer one may come, and must not be undone by it
  const writing = inOrder()

  const take = (roster: Roster): void => {
    const before = current
    current = roster
    hasDouble = false
    trusted = new Set(roster.trusted)
    seeds = new Set(roster.seeds)
    changed.tell(roster, before)
  }
  /** One that is not above the one in force. */
  const compare = ({ version, encoded }: Roster): void => {
    if (hasDouble || version !== current.version || isKnown(encoded)) return
    hasDouble = true
    onDouble(version)
  }
  const isKnown = (encoded: Uint8Array): boolean => Buffer.compare(encoded, current.encoded) === 0
  const keep = async (roster: Roster): Promise<Taken> => {
    if (isKnown(roster.encoded)) return 'known'
    if (roster.version <= current.version) {
      compare(roster)
      return 'older'
    }
    await datastore.put(KEY, roster.encoded)
    take(roster)
    return 'newer'
  }
  const accept = async (encoded: Uint8Array): Promise<Taken> => {
    if (isKnown(encoded)) return 'known'
    const roster = await openRoster(encoded, network.authority, network.id)
    return writing(async () => keep(roster))
  }
  return {
    current: () => current,
    accept,
    onChange: changed.add,
    hasDouble: () => hasDouble,
    isTrusted: peer => trusted.has(peer),
    isSigner: (peer, issuedAtMs) => trusted.has(peer) || issuedAtMs <= (current.formerTrusted.get(peer) ?? -1),
    quorumFor: issuedAtMs => Math.min(current.quorum, ...current.formerQuorums.filter(({ untilMs }) => issuedAtMs <= untilMs).map(({ quorum }) => quorum)),
    isSeed: peer => seeds.has(peer),
    isStampedBy: (signer, window) => seeds.has(signer) || window <= (current.formerSeeds.get(signer) ?? -1),
    isMember: peer => seeds.has(peer) || trusted.has(peer),
    load: async () => {
      if (!(await datastore.has(KEY))) return
      const roster = await openRoster(await datastore.get(KEY), network.authority, network.id)
      if (roster.version > current.version) take(roster)
      else compare(roster)
    }
  }
}
