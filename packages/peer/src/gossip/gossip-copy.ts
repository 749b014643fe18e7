import { createHash } from 'node:crypto'
import { publicKeyFromProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { MessageStatus, ValidateError } from '@libp2p/gossipsub/types'
import { peerIdFromBytes, peerIdText } from '@peerwatch/link'
import type { GossipRefusal } from '@peerwatch/link'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { RpcMessage, Validated } from './gossipsub-insides.ts'

/** One copy of a gossip message that a neighbour handed to this node. */
export interface GossipCopy {
  /** The Noise peer that delivered it; the only one who can be blamed for it. */
  readonly from: PeerIdString
  /** The author that the message names. Without a valid signature this is only a claim. */
  readonly author: PeerIdString
  readonly seqno: Uint8Array
  readonly topic: string
  readonly data: Uint8Array
  readonly signature: Uint8Array
  /** `new` and `duplicate` have valid signatures, `unproved` has a wrong one: alone it proves nothing against anybody. No other kind is told of. */
  readonly kind: 'new' | 'duplicate' | 'unproved'
  /** gossipsub's own name of the message; one with a wrong signature has none. */
  readonly id: string | undefined
}

const NOTHING = new Uint8Array()
const SHA256_CODE = 0x12

/** Gives the copy of a message that gossipsub has judged, or why it was refused. Undefined if a validator of its topic dropped it. */
export function copyOf(from: PeerId, message: RpcMessage, { code, error, msgIdStr, messageId }: Validated): GossipCopy | GossipRefusal | undefined {
  const { from: author, seqno, topic, data = NOTHING, signature = NOTHING } = message
  if (error === ValidateError.InvalidSeqno) return 'number'
  if (error === ValidateError.InvalidPeerId || author == null) return 'author'
  // A missing signature also counts as invalid there, and may be a matter of configuration.
  if (signature.byteLength === 0) return 'unsigned'
  const isUnproved = error === ValidateError.InvalidSignature
  if (seqno == null || (code !== MessageStatus.valid && code !== MessageStatus.duplicate && !isUnproved)) return undefined
  const kind = code === MessageStatus.valid ? 'new' : code === MessageStatus.duplicate ? 'duplicate' : 'unproved'
  return { from: peerIdText(from), author: peerIdFromBytes(author), seqno, topic, data, signature, kind, id: msgIdStr ?? messageId?.msgIdStr }
}

/** Whether a message names its author by the one name that this has; a key that is sent along may be written in many ways, too. */
export function namesAuthor({ from, key }: RpcMessage): boolean {
  if (from == null) return true
  try {
    peerIdFromBytes(from)
    return key == null || from[0] !== SHA256_CODE || isNameOf(from, key)
  } catch {
    return false
  }
}

function isNameOf(name: Uint8Array, key: Uint8Array): boolean {
  const digest = createHash('sha256')
    .update(publicKeyToProtobuf(publicKeyFromProtobuf(key)))
    .digest()
  return Buffer.compare(digest, name.subarray(2)) === 0
}
