import { createHmac, createSecretKey } from 'node:crypto'
import { BoundedMap, placeOf } from '@peerwatch/model'
import { peerIdBytes, ServicesError } from '@peerwatch/link'
import type { Hmac, KeyObject } from 'node:crypto'
import type { PeerIdString, Place, Pseudonym, RecordId } from '@peerwatch/model'

/** Where a peer's records lie, and under which name. Only a node with the pepper can tell. */
export interface Placement {
  readonly pseudonym: (peer: PeerIdString) => Pseudonym
  readonly place: (peer: PeerIdString) => Place
  /** Forgets the peer. A later call makes the same again. */
  readonly forget: (peer: PeerIdString) => void
  /** An id of the signed bytes, without the signature: the same report signed twice is one record. */
  readonly recordId: (signedBytes: Uint8Array) => RecordId
  /** HMAC-SHA-256 with the pepper over the parts, one after the other. For orders that no outsider may foresee, such as that of examiners. */
  readonly keyed: (...parts: Uint8Array[]) => Buffer
}

const PEPPER_LEAST_BYTES = 16
const REMEMBERED = 50_000

/**
 * @param pepper - as a function, it throws as long as there is none
 */
export function placement(pepper: Uint8Array | (() => Uint8Array)): Placement {
  const pseudonyms = new BoundedMap<PeerIdString, Pseudonym>(REMEMBERED)
  let key = typeof pepper === 'function' ? undefined : keyOf(pepper)
  const hmacOf = (parts: readonly Uint8Array[]): Hmac => {
    key ??= keyOf(secretOf(pepper))
    const hmac = createHmac('sha256', key)
    for (const part of parts) hmac.update(part)
    return hmac
  }
  const pseudonym = (peer: PeerIdString): Pseudonym => {
    const known = pseudonyms.peek(peer)
    if (known != null) return known
    const made = hmacOf([peerIdBytes(peer)]).digest('hex') as Pseudonym
    pseudonyms.set(peer, made)
    return made
  }
  return {
    pseudonym,
    forget: peer => {
      pseudonyms.delete(peer)
    },
    place: peer => placeOf(pseudonym(peer)),
    recordId: signedBytes => hmacOf([signedBytes]).digest('hex') as RecordId,
    keyed: (...parts) => hmacOf(parts).digest()
  }
}

export function secretOf(pepper: Uint8Array | (() => Uint8Array)): Uint8Array {
  return typeof pepper === 'function' ? pepper() : pepper
}

function keyOf(pepper: Uint8Array): KeyObject {
  if (pepper.byteLength < PEPPER_LEAST_BYTES) {
    throw new ServicesError('bad-option', `pepper: expected at least ${PEPPER_LEAST_BYTES} bytes, found ${pepper.byteLength}`)
  }
  // as a key object: from raw bytes Node takes seven times as long
  return createSecretKey(pepper)
}
