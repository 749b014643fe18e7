import { createHmac, createSecretKey } from 'node:crypto'
import { BoundedMap, placeOf } from '@peerwatch/model'
import { peerIdBytes, ServicesError } from '@peerwatch/link'
import type { PeerIdString, Place, Pseudonym, RecordId } from '@peerwatch/model'

/** Where a peer's records lie and what they are called: only who knows the pepper can tell. */
export interface Placement {
  readonly pseudonym: (peer: PeerIdString) => Pseudonym
  readonly place: (peer: PeerIdString) => Place
  /** Of the bytes that were signed, not of the signature: the same report signed twice is one record. */
  readonly recordId: (signedBytes: Uint8Array) => RecordId
  /** For orders that nobody outside may foresee, such as that of examiners: HMAC-SHA-256 with the pepper over the parts, one after the other. */
  readonly keyed: (...parts: Uint8Array[]) => Buffer
}

const PEPPER_LEAST_BYTES = 16
const REMEMBERED = 50_000

export function placement(pepper: Uint8Array): Placement {
  if (pepper.byteLength < PEPPER_LEAST_BYTES) {
    throw new ServicesError('bad-option', `pepper: expected at least ${PEPPER_LEAST_BYTES} bytes, found ${pepper.byteLength}`)
  }
  const pseudonyms = new BoundedMap<PeerIdString, Pseudonym>(REMEMBERED)
  // as a key object: from raw bytes Node takes seven times as long
  const key = createSecretKey(pepper)
  const keyed = (...parts: Uint8Array[]): Buffer => {
    const hmac = createHmac('sha256', key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  const pseudonym = (peer: PeerIdString): Pseudonym => {
    const known = pseudonyms.get(peer)
    if (known != null) return known
    const made = keyed(peerIdBytes(peer)).toString('hex') as Pseudonym
    pseudonyms.set(peer, made)
    return made
  }
  return {
    pseudonym,
    place: peer => placeOf(pseudonym(peer)),
    recordId: signedBytes => keyed(signedBytes).toString('hex') as RecordId,
    keyed
  }
}
