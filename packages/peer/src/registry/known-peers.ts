import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS, messages, WireError } from '@peerwatch/wire'
import { addressesIn, openSigned, peekSigned, peerIdFromBytes, PRIVATE_GROUP, ServicesError, toPeerId } from '@peerwatch/link'
import { readPeerRecord, withPeer } from './peer-record.ts'
import { openStamp } from './stamps.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { ListedPeer } from '@peerwatch/wire'
import type { Core, KnownPeer } from '@peerwatch/link'

export interface OpenedPeer extends KnownPeer {
  /** Of the signed record; for a guest, which has none, the instant of its expiry. */
  readonly recordSeq: number
}

/** A guest, as a seed signed it; without addresses it was taken back. */
export interface OpenedGuest {
  readonly peer: PeerIdString
  readonly addresses: readonly string[]
  readonly expiresAtMs: number
}

/**
 * Checks what a seed says of a peer: the peer's own signature, or for a guest a roster seed's. Throws WireError or ServicesError;
 * `refused` where only this node's roster or clock is against it, which is nobody's fault.
 *
 * In scope `public` a peer is dialled only where a seed signed that it saw it, and at a private address only by who is on that seed's own network.
 *
 * @param isOnSeedsNetwork - whether this node itself has a private address of the seed that says it
 */
export async function openListed(core: Core, told: ListedPeer, isOnSeedsNetwork: boolean): Promise<OpenedPeer> {
  if (told.guest.byteLength > 0) {
    const { peer, addresses, expiresAtMs } = await openGuest(core, told.guest)
    if (addresses.length === 0) throw new ServicesError('refused', `${peer} is a guest no longer`)
    return { peer, addresses, unreachable: told.unreachable, guest: true, recordSeq: expiresAtMs }
  }
  const record = readPeerRecord(told.record)
  if (!(await record.isSigned())) throw new ServicesError('bad-signature', `the peer record of ${record.peer} has a wrong signature`)
  const known = { peer: record.peer, unreachable: told.unreachable, guest: false, recordSeq: record.seq }
  const { scope } = core.roster.current()
  if (scope === 'local' || core.roster.isMember(record.peer)) return { ...known, addresses: record.addresses }
  // it is registered, and the seed knows no address where it was seen
  if (told.stamp.byteLength === 0) return { ...known, addresses: [] }
  // of two rosters one is older: that is no fault of who hands it on
  if (!core.roster.isSeed(peekSigned(told.stamp).signer)) return { ...known, addresses: [] }
  const { group } = await openStamp(core, told.stamp, record.peer)
  const isUnknownNetwork = group === PRIVATE_GROUP && !isOnSeedsNetwork
  return { ...known, addresses: isUnknownNetwork ? [] : addressesIn(group, record.addresses, scope, record.peer) }
}

/** For so long a seed's operator may admit a guest at once; twice as much leaves room for clocks that differ. */
export const LONGEST_GUEST_MS = 366 * 24 * 60 * 60 * 1000

export async function openGuest(core: Core, encoded: Uint8Array): Promise<OpenedGuest> {
  if (encoded.byteLength > LIMITS.guestBytes) throw new WireError('too-long', `guest of ${encoded.byteLength} bytes`)
  const { signer, payload } = await openSigned('guest', core.network.id, encoded)
  if (!core.roster.isSeed(signer)) throw new ServicesError('refused', `a guest signed by ${signer}, which is no seed here`)
  const guest = messages.guest.decode(payload)
  // the next word on it needs a number above
  if (guest.expiresAtMs > core.windows.nowMs() + 2 * LONGEST_GUEST_MS)
    throw new ServicesError('refused', `a guest until ${guest.expiresAtMs}, which is too long`)
  if (guest.expiresAtMs <= core.windows.nowMs()) throw new ServicesError('refused', 'a guest that has expired')
  try {
    const peer = peerIdFromBytes(guest.peer)
    return { peer, addresses: guest.addresses.map(address => withPeer(multiaddr(address), peer)), expiresAtMs: guest.expiresAtMs }
  } catch (error) {
    throw new WireError('malformed', 'malformed guest', { cause: error })
  }
}

/** Lets libp2p know where this peer is. What cannot be stored is only not stored. */
export async function remember(core: Core, { peer, addresses, guest }: OpenedPeer, record: Uint8Array): Promise<void> {
  const { peerStore } = core.components
  const id = toPeerId(peer)
  try {
    // the record as a whole names addresses that nobody has seen
    const isWhole = !guest && (core.roster.current().scope === 'local' || core.roster.isMember(peer))
    if (isWhole) await peerStore.consumePeerRecord(record, { expectedPeer: id })
    else await peerStore.merge(id, { multiaddrs: addresses.map(address => multiaddr(address)) })
  } catch (error) {
    core.log('addresses of %s not stored: %e', peer, error)
  }
}
