import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { LIMITS, WireError } from '@peerwatch/wire'
import { base58btc } from 'multiformats/bases/base58'
import { decode as decodeMultihash } from 'multiformats/hashes/digest'
import { BoundedMap } from '@peerwatch/model'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'

// Base58 costs 10 µs a time and every report names two peers.
const REMEMBERED_PEERS = 20_000
/** The multihash of a key that is too large to stand in its name: code, length and digest, each of the first two in one byte. */
const SHA256_BYTES = 32
const byText = new BoundedMap<PeerIdString, PeerId>(REMEMBERED_PEERS)
const byBytes = new BoundedMap<string, PeerIdString>(REMEMBERED_PEERS)
const bytesOf = new BoundedMap<PeerIdString, Uint8Array>(REMEMBERED_PEERS)
/** What is before the 32 bytes of an Ed25519 key: no other form of it has both this and the length, so nothing of libp2p's has to be made to see that. */
const ED25519_PREFIX = Buffer.from('002408011220', 'hex').toString('latin1')
const ED25519_BYTES = 38
const ED25519_CHARACTERS = 52

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
  const peer = text as PeerIdString
  if (bytesOf.peek(peer) != null) return peer
  const bytes = text.length === ED25519_CHARACTERS ? base58btc.decode(`z${text}`) : undefined
  if (bytes == null || !isEd25519(latin1(bytes))) return peerIdText(toPeerId(peer))
  bytesOf.set(peer, bytes)
  return peer
}

/** The multihash bytes by which messages name a peer. */
export function peerIdBytes(text: PeerIdString): Uint8Array {
  return bytesOf.peek(text) ?? toPeerId(text).toMultihash().bytes
}

/** Throws where the bytes are no peer id, another form of one, or more than any has. */
export function peerIdFromBytes(bytes: Uint8Array): PeerIdString {
  // Base58 of 60 KB takes 17 s, and what is remembered would add up
  if (bytes.byteLength > LIMITS.peerIdBytes) throw new WireError('too-long', `a peer id of ${bytes.byteLength} bytes, at most ${LIMITS.peerIdBytes}`)
  const key = latin1(bytes)
  const known = byBytes.peek(key)
  if (known != null) return known
  const text = isEd25519(key) ? (base58btc.encode(bytes).slice(1) as PeerIdString) : textOfOther(bytes)
  byBytes.set(key, text)
  // a copy: the bytes may be a part of a longer frame
  bytesOf.set(text, new Uint8Array(bytes))
  return text
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function isEd25519(bytes: string): boolean {
  return bytes.length === ED25519_BYTES && bytes.startsWith(ED25519_PREFIX)
}

function textOfOther(bytes: Uint8Array): PeerIdString {
  const peer = peerIdFromMultihash(decodeMultihash(bytes))
  if (!isCanonical(peer, bytes)) throw new WireError('malformed', 'another form of a peer id')
  return peerIdText(peer)
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
