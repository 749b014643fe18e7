import { messages, PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'
import { addressesIn, BoundedMap, groupOf, peekSigned, peerIdBytes, toPeerId } from '@peerwatch/link'
import { registrants } from './registrants.ts'
import { addressesOf } from './vouched.ts'
import { openStamp, readPeerRecord } from '@peerwatch/peer/parts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerEntry, RegistryStatus } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Registrants, Registrant } from './registrants.ts'
import type { RegistrantStore } from './registrant-store.ts'
import type { RegistryServerOptions } from './options.ts'
import type { ReadPeerRecord } from '@peerwatch/peer/parts'

export type Registered =
  | { readonly status: typeof REGISTRY_STATUS.done; readonly registrant: Registrant; readonly isNew: boolean; readonly isChanged: boolean }
  | { readonly status: Exclude<RegistryStatus, typeof REGISTRY_STATUS.done>; readonly reason: string; readonly held?: Registrant }

/** Who is registered: the rules by which registrants come, stay and go. */
export interface Registrations {
  readonly registrants: Registrants
  readonly load: (stored: readonly Registrant[]) => void
  /** First-hand: `record` came from `peer` itself over a link from `remote`. */
  readonly register: (peer: PeerIdString, remote: Multiaddr, record: Uint8Array) => Promise<Registered>
  /** From another seed. Throws where anything in it is wrong. */
  readonly learn: (entry: PeerEntry) => Promise<void>
  /** Takes back every registration up to this sequence number. */
  readonly depart: (peer: PeerIdString, recordSeq: number) => void
  readonly drop: (peer: PeerIdString) => void
  readonly reached: (peer: PeerIdString, seq: number, reached: boolean) => void
  /** Drops what was not heard of since. */
  readonly expire: (sinceMs: number) => PeerIdString[]
}

const REMEMBERED_DEPARTURES = 100_000

export function registrations(core: Core, store: RegistrantStore, options: RegistryServerOptions): Registrations {
  const held = registrants({ most: options.mostPeers, self: core.self, seedsCount: () => core.roster.current().seeds.length })
  const departed = new BoundedMap<PeerIdString, number>(REMEMBERED_DEPARTURES)

  const refuse = refusals(core)
  const isDeparted = (peer: PeerIdString, seq: number): boolean => (departed.get(peer) ?? -1) >= seq
  const drop = (peer: PeerIdString): void => {
    if (held.delete(peer)) store.delete(peer)
  }
  /** False where there is no room for it. */
  const keep = (registrant: Registrant): boolean => {
    const admission = held.set(registrant, core.rng)
    if (admission.as === 'in-place-of') store.delete(admission.turnedAway)
    if (admission.as === 'new' || admission.as === 'known') return true
    core.emit('registry:limited', { bound: admission.as === 'share' ? 'introduced' : 'group' })
    return admission.as === 'in-place-of'
  }
  /** Undefined where the record may be taken. In order of cost: whose, how old, who signed. An old one is no fault: what is held may come from another seed. */
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
  const register = async (peer: PeerIdString, remote: Multiaddr, record: Uint8Array): Promise<Registered> => {
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
      heardAtMs: nowMs,
      registeredAtMs: nowMs
    }
    if (!keep(registrant)) return refuse(peer, REGISTRY_STATUS.full, `${held.count()} peers are registered, and of group ${registrant.group} as many as of any`)
    const isChanged = !isRenewal || stamped.stamp !== before.stamp || isOther(addresses, before.addresses)
    if (isChanged) store.put(registrant)
    return { status: REGISTRY_STATUS.done, registrant, isNew: known == null, isChanged }
  }
  const learn = async ({ record, stamp, unreachable }: PeerEntry): Promise<void> => {
    const opened = readPeerRecord(record)
    const { peer, seq } = opened
    const known = held.get(peer)
    const nowMs = core.clock.monotonicMs()
    if (known != null && Buffer.compare(known.record, record) === 0) {
      // its own dial-back counts for more than what another seed says
      const reach = known.registeredAtMs != null ? known.reach : unreachable ? 'unreachable' : 'untried'
      held.set({ ...known, heardAtMs: nowMs, reach }, core.rng)
      return
    }
    if (isDeparted(peer, seq) || (known != null && known.seq >= seq) || core.certificates.evicted(peer) != null) return
    const { signer, group, firstWindow } = await openStamp(core, stamp, peer)
    if (!(await opened.isSigned())) throw new Error(`the record of ${peer} has a wrong signature`)
    if (isDeparted(peer, seq) || (held.get(peer)?.seq ?? -1) >= seq) return
    const { scope } = core.roster.current()
    const addresses = addressesIn(group, opened.addresses, scope, peer)
    const reach = unreachable ? 'unreachable' : reachOf(addresses, known)
    const registrant: Registrant = {
      peer,
      record,
      seq,
      addresses,
      stamp,
      introducedBy: signer,
      group,
      firstWindow,
      reach,
      heardAtMs: nowMs,
      registeredAtMs: known?.registeredAtMs
    }
    if (keep(registrant)) store.put(registrant)
  }
  return {
    registrants: held,
    load: stored => {
      for (const registrant of stored) held.set(registrant, core.rng)
    },
    register,
    learn,
    depart: (peer, recordSeq) => {
      departed.set(peer, Math.max(recordSeq, departed.get(peer) ?? -1))
      if ((held.get(peer)?.seq ?? Number.POSITIVE_INFINITY) <= recordSeq) drop(peer)
    },
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

type Refusal = Extract<Registered, { reason: string }>

/** A refusal blames the peer where it says for what. */
function refusals(core: Core) {
  return (peer: PeerIdString, status: Refusal['status'], reason: string, fault?: string): Refusal => {
    if (fault != null) core.emit('peer:fault', { peer: toPeerId(peer), protocol: PROTOCOLS.registry, what: fault })
    return { status, reason }
  }
}

/** The stamp that is held as long as it says the same, and says it of a window that has begun, else a new one. */
async function stampFor(
  core: Core,
  peer: PeerIdString,
  group: string,
  known: Registrant | undefined
): Promise<Pick<Registrant, 'stamp' | 'group' | 'firstWindow'>> {
  const { window } = core.windows.now()
  // one that is to come was signed while this clock, or that of another seed, was ahead
  const firstWindow = Math.min(known?.firstWindow ?? window, window)
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

/** Whoever announces no address cannot be dialled; new addresses are as yet untried. */
function reachOf(addresses: readonly string[], known: Registrant | undefined): Registrant['reach'] {
  if (addresses.length === 0) return 'unreachable'
  return known == null || isOther(addresses, known.addresses) ? 'untried' : known.reach
}

function isOther(addresses: readonly string[], before: readonly string[]): boolean {
  return addresses.join(' ') !== before.join(' ')
}
