import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { LIMITS, WireError } from '@peerwatch/wire'
import { decode as decodeMultihash } from 'multiformats/hashes/digest'
import { BoundedMap } from '@peerwatch/model'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'

// Base58 costs 10 µs a time and every report names two peers.
const REMEMBERED_PEERS = 20_000
/** Of a key that is too large to stand in its name: code, length and digest, each of the first two in one byte. */
const SHA256_BYTES = 32
const byText = new BoundedMap<PeerIdString, PeerId>(REMEMBERED_PEERS)
const byBytes = new BoundedMap<string, PeerIdString>(REMEMBERED_PEERS)

export function peerIdText(peer: PeerId): PeerIdString {
  const text = peer.toString() as PeerIdString
  // spares `toPeerId` from reading the text again
  if (byText.peek(text) == null) byText.set(text, peer)
  return text
}

/** Throws where the text is no peer id. */
export function toPeerId(text: PeerIdString): PeerId {
  const known = byText.peek(text)
  if (known != null) return known
  const peer = peerIdFromString(text)
  if (!isCanonical(peer)) throw new WireError('malformed', 'another form of a peer id')
  byText.set(text, peer)
  return peer
}

/** The one spelling of a peer id that somebody typed or a file has: base58, or a CID. Throws where it is none. */
export function readPeerId(text: string): PeerIdString {
  return peerIdText(toPeerId(text as PeerIdString))
}

/** The multihash bytes by which messages name a peer. */
export function peerIdBytes(text: PeerIdString): Uint8Array {
  return toPeerId(text).toMultihash().bytes
}

/** Throws where the bytes are no peer id, another form of one, or more than any has. */
export function peerIdFromBytes(bytes: Uint8Array): PeerIdString {
  // Base58 of 60 KB takes 17 s, and what is remembered would add up
  if (bytes.byteLength > LIMITS.peerIdBytes) throw new WireError('too-long', `a peer id of ${bytes.byteLength} bytes, at most ${LIMITS.peerIdBytes}`)
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const known = byBytes.peek(key)
  if (known != null) return known
  const peer = peerIdFromMultihash(decodeMultihash(bytes))
  if (!isCanonical(peer, bytes)) throw new WireError('malformed', 'another form of a peer id')
  const text = peerIdText(peer)
  byBytes.set(key, text)
  byText.set(text, peer)
  return text
}

/**
 * Whether these are the bytes that libp2p makes of the key, and no others of the same meaning: with a field more in the key's protobuf or a
 * longer varint one key would have any number of names, and who is evicted under one would speak on under the next.
 */
function isCanonical(peer: PeerId, bytes: Uint8Array = peer.toMultihash().bytes): boolean {
  if (peer.type === 'url') return false
  if (peer.type === 'RSA') return bytes[1] === SHA256_BYTES
  return Buffer.compare(peer.publicKey.toMultihash().bytes, bytes) === 0
}
