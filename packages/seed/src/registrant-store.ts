import { Key } from 'interface-datastore'
import { addressesIn, peekSigned } from '@peerwatch/link'
import { readPeerRecord } from '@peerwatch/peer/parts'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'
import type { Registrant, Reach } from './registrants.ts'

/** The registry on disk. The seed writes it soon after each change, and reads it once, at the start. */
export interface RegistrantStore {
  readonly load: () => Promise<{ readonly registrants: Registrant[]; readonly guests: Uint8Array[]; readonly removedGuests: Uint8Array[] }>
  readonly put: (registrant: Registrant) => void
  readonly putGuest: (peer: PeerIdString, encoded: Uint8Array) => void
  /** Puts a removed guest in the place of the guest, until it is put or deleted again. */
  readonly putRemovedGuest: (peer: PeerIdString, encoded: Uint8Array) => void
  readonly delete: (peer: PeerIdString) => void
  readonly deleteGuest: (peer: PeerIdString) => void
}

const ENTRIES = new Key('/peerwatch/registry/entries')
const GUESTS = new Key('/peerwatch/registry/guests')
const REMOVED_GUESTS = new Key('/peerwatch/registry/removed-guests')

interface StoredRegistrant {
  readonly record: string
  readonly stamp: string
  /** Older versions wrote none, since they did not choose among the addresses. */
  readonly addresses?: readonly string[]
  readonly group: string
  readonly firstWindow: number
  readonly reach: Reach
}

export function registrantStore(core: Core): RegistrantStore {
  const { writes } = core
  const { datastore } = core.components
  const change = (key: Key, value?: Uint8Array): void => {
    if (value == null) writes.delete(key)
    else writes.put(key, value)
  }
  const valuesBelow = async (key: Key): Promise<Uint8Array[]> => {
    const values: Uint8Array[] = []
    // with the slash: one prefix may begin like another
    for await (const { value } of datastore.query({ prefix: `${key.toString()}/` })) values.push(value)
    return values
  }
  const changeGuest = (peer: PeerIdString, invited?: Uint8Array, removed?: Uint8Array): void => {
    change(GUESTS.child(new Key(peer)), invited)
    change(REMOVED_GUESTS.child(new Key(peer)), removed)
  }
  return {
    load: async () => {
      const registrants: Registrant[] = []
      for await (const { key, value } of datastore.query({ prefix: ENTRIES.toString() })) {
        const registrant = readRegistrant(core, value)
        if (registrant == null) change(key)
        else registrants.push(registrant)
      }
      return { registrants, guests: await valuesBelow(GUESTS), removedGuests: await valuesBelow(REMOVED_GUESTS) }
    },
    put: registrant => {
      const { record, stamp, addresses, group, firstWindow, reach } = registrant
      const stored: StoredRegistrant = { record: base64(record), stamp: base64(stamp), addresses, group, firstWindow, reach }
      change(ENTRIES.child(new Key(registrant.peer)), new TextEncoder().encode(JSON.stringify(stored)))
    },
    putGuest: (peer, encoded) => {
      changeGuest(peer, encoded)
    },
    putRemovedGuest: (peer, encoded) => {
      changeGuest(peer, undefined, encoded)
    },
    delete: peer => {
      change(ENTRIES.child(new Key(peer)))
    },
    deleteGuest: peer => {
      changeGuest(peer)
    }
  }
}

/**
 * Reads one registrant; undefined if it is damaged. A seed that was down heard no renewals, so each registrant gets its full time again, however long
 * the seed was down.
 */
function readRegistrant(core: Core, value: Uint8Array): Registrant | undefined {
  try {
    const stored = JSON.parse(new TextDecoder().decode(value)) as StoredRegistrant
    const record = Buffer.from(stored.record, 'base64')
    const { peer, seq, addresses } = readPeerRecord(record)
    const stamp = Buffer.from(stored.stamp, 'base64')
    return {
      peer,
      record,
      seq,
      addresses: stored.addresses ?? addressesIn(stored.group, addresses, core.roster.current().scope, peer),
      stamp,
      introducedBy: peekSigned(stamp).signer,
      group: stored.group,
      firstWindow: stored.firstWindow,
      reach: stored.reach,
      knownAtMs: core.clock.monotonicMs(),
      heardAtMs: core.clock.monotonicMs(),
      registeredAtMs: undefined
    }
  } catch (error) {
    core.log.error('a damaged registry entry is dropped: %e', error)
    return undefined
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
