import { STAMP_TOLERANCE_WINDOWS, windowAt } from '@peerwatch/model'
import { messages, PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { groupOf, peekSigned, peerIdBytes, toPeerId } from '@peerwatch/link'
import { readPeerRecord } from '@peerwatch/peer/parts'
import { isOther, reachOf } from './registrants.ts'
import { addressesOf } from './vouched.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { RegistryStatusCode } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { ReadPeerRecord } from '@peerwatch/peer/parts'
import type { KeptRegistrants } from './kept-registrants.ts'
import type { Registrant } from './registrants.ts'
import type { RegistrantStore } from './registrant-store.ts'

export type Registered =
  | { readonly status: typeof REGISTRY_STATUS.done; readonly registrant: Registrant; readonly isNew: boolean; readonly isChanged: boolean }
  | { readonly status: Exclude<RegistryStatusCode, typeof REGISTRY_STATUS.done>; readonly reason: string; readonly held?: Registrant }

type Refusal = Extract<Registered, { reason: string }>

/** Takes a registration at first hand: `record` came from `peer` itself, over a link from `remote`. */
export type Register = (peer: PeerIdString, remote: Multiaddr, record: Uint8Array) => Promise<Registered>

export function firstHand(core: Core, store: RegistrantStore, { registrants: held, keep, isDeparted }: KeptRegistrants): Register {
  const refuse = refusals(core)
  /**
   * What is wrong with a record; undefined if the seed may take it. The checks go by cost: whose record it is, how old it is, who signed it. An old
   * record is no fault, since the newer one may have come from another seed.
   */
  const fault = async (peer: PeerIdString, read: ReadPeerRecord): Promise<Refusal | undefined> => {
    if (read.peer !== peer) return refuse(peer, REGISTRY_STATUS.foreignRecord, `the record is of ${read.peer}`, 'foreign-record')
    if (isDeparted(peer, read.seq)) return refuse(peer, REGISTRY_STATUS.staleRecord, 'this record was taken back')
    const known = held.get(peer)
    if (known != null && known.seq >= read.seq) {
      return { ...refuse(peer, REGISTRY_STATUS.staleRecord, `record ${read.seq} after ${known.seq} was seen`), held: known }
    }
    if (!(await read.isSigned())) return refuse(peer, REGISTRY_STATUS.badSignature, 'the record has a wrong signature', 'bad-record')
    return undefined
  }
  return async (peer, remote, record) => {
    const before = held.get(peer)
    const isRenewal = before != null && Buffer.compare(before.record, record) === 0
    const { scope } = core.roster.current()
    // on the open internet it may have moved, which decides what others are told of
    const read = isRenewal && scope === 'local' ? before : readOrReason(record)
    if (typeof read === 'string') return refuse(peer, REGISTRY_STATUS.badRecord, read, 'bad-record')
    const refused = 'isSigned' in read && !isRenewal ? await fault(peer, read) : undefined
    if (refused != null) return refused
    const stamped = await stampFor(core, peer, groupOf(remote, scope, peer), held.get(peer))
    const addresses = addressesOf(peer, read.addresses, remote, scope)
    // while signatures were checked, a newer record, a goodbye or a certificate may have come
    const known = held.get(peer)
    if (isDeparted(peer, read.seq) || (known != null && known.seq > read.seq)) return refuse(peer, REGISTRY_STATUS.staleRecord, 'a newer record was seen')
    if (core.certificates.evicted(peer) != null) return refuse(peer, REGISTRY_STATUS.evicted, 'evicted')
    const nowMs = core.clock.monotonicMs()
    const registrant: Registrant = {
      ...stamped,
      peer,
      record,
      introducedBy: core.self,
      seq: read.seq,
      addresses,
      reach: reachOf(addresses, known),
      knownAtMs: known?.knownAtMs ?? nowMs,
      heardAtMs: nowMs,
      registeredAtMs: nowMs
    }
    if (!keep(registrant)) return refuse(peer, REGISTRY_STATUS.full, `${held.count()} peers are registered, and of group ${registrant.group} as many as of any`)
    const isChanged = !isRenewal || stamped.stamp !== before.stamp || isOther(addresses, before.addresses)
    if (isChanged) store.put(registrant)
    return { status: REGISTRY_STATUS.done, registrant, isNew: known == null, isChanged }
  }
}

/** Refuses a registration. The refusal blames the peer if it names a fault. */
function refusals(core: Core) {
  return (peer: PeerIdString, status: Refusal['status'], reason: string, fault?: string): Refusal => {
    if (fault != null) core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what: fault })
    return { status, reason }
  }
}

/** The stamp that the peer holds, as long as the new one would say the same and the held one names no window after the peer came. Otherwise a new stamp. */
async function stampFor(
  core: Core,
  peer: PeerIdString,
  group: string,
  known: Registrant | undefined
): Promise<Pick<Registrant, 'stamp' | 'group' | 'firstWindow'>> {
  const { clock, windows } = core
  // by the time as it is known now: a later one was signed while this clock, or that of another seed, was ahead
  const cameIn = windowAt((known?.knownAtMs ?? clock.monotonicMs()) + windows.aheadMs(), windows.windowMs)
  const firstWindow = known == null || known.firstWindow > cameIn + STAMP_TOLERANCE_WINDOWS ? cameIn : known.firstWindow
  if (known?.group === group && known.firstWindow === firstWindow && peekSigned(known.stamp).signer === core.self) return known
  const payload = messages.stamp.encode({ peer: peerIdBytes(peer), group, firstWindow })
  return { stamp: await core.signer.sign('stamp', payload), group, firstWindow }
}

/** The record, or what is wrong with it. */
function readOrReason(record: Uint8Array): ReadPeerRecord | string {
  try {
    return readPeerRecord(record)
  } catch (error) {
    return error instanceof Error ? error.message : 'malformed record'
  }
}
