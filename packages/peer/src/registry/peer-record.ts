import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { LIMITS, WireError } from '@peerwatch/wire'
import * as varint from 'uint8-varint'
import { peerIdText } from '@peerwatch/link'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'

/** What a libp2p signed peer record says; nothing is checked until `isSigned` says yes. */
export interface ReadPeerRecord {
  /** Whose key the envelope names; equal to the peer named inside. */
  readonly peer: PeerIdString
  readonly seq: number
  /** Ready to dial: each ends in `/p2p/ID`. */
  readonly addresses: readonly string[]
  readonly isSigned: () => Promise<boolean>
}

const P2P_CODE = 421

export async function sealPeerRecord(peerId: PeerId, key: PrivateKey, addresses: readonly Multiaddr[], seq: number): Promise<Uint8Array> {
  const multiaddrs = addresses.slice(0, LIMITS.addresses).map(address => address.decapsulateCode(P2P_CODE))
  const envelope = await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs, seqNumber: BigInt(seq) }), key)
  return envelope.marshal()
}

/** Throws WireError for anything too long, malformed, or signed in the name of another than the peer it is about. Costs no signature check. */
export function readPeerRecord(bytes: Uint8Array): ReadPeerRecord {
  if (bytes.byteLength > LIMITS.peerRecordBytes) throw new WireError('too-long', `peer record of ${bytes.byteLength} bytes, at most ${LIMITS.peerRecordBytes}`)
  let envelope: RecordEnvelope
  let record: PeerRecord
  try {
    envelope = RecordEnvelope.createFromProtobuf(bytes)
    if (!hasShortFields(envelope.payload)) throw new Error('a peer id or address that is too long')
    record = PeerRecord.createFromProtobuf(envelope.payload)
  } catch (error) {
    throw new WireError('malformed', 'malformed peer record', { cause: error })
  }
  const signer = peerIdFromPublicKey(envelope.publicKey)
  if (!signer.equals(record.peerId)) throw new WireError('malformed', `a peer record about another than ${signer.toString()}`)
  if (record.multiaddrs.length > LIMITS.addresses) {
    throw new WireError('malformed', `peer record with ${record.multiaddrs.length} addresses, at most ${LIMITS.addresses}`)
  }
  if (record.seqNumber < 0n || record.seqNumber > BigInt(Number.MAX_SAFE_INTEGER))
    throw new WireError('malformed', 'peer record with a sequence number beyond 2^53')
  const peer = peerIdText(signer)
  return {
    peer,
    seq: Number(record.seqNumber),
    addresses: record.multiaddrs.map(address => withPeer(address, peer)),
    isSigned: async () => {
      try {
        return await envelope.validate(PeerRecord.DOMAIN)
      } catch {
        return false
      }
    }
  }
}

/** Fields of libp2p's PeerRecord: 1 peer id, 2 number, 3 an address in a message of its own. Looked at first: decoding a long one takes 0.1 s. */
function hasShortFields(payload: Uint8Array): boolean {
  for (let at = 0; at < payload.byteLength; ) {
    const tag = varint.decode(payload, at)
    at += varint.encodingLength(tag)
    const size = varint.decode(payload, at)
    at += varint.encodingLength(size)
    if ((tag & 7) === 0) continue
    if ((tag & 7) !== 2 || size > (tag >> 3 === 1 ? LIMITS.peerIdBytes : LIMITS.addressBytes)) return false
    at += size
  }
  return true
}

export function withPeer(address: Multiaddr, peer: PeerIdString): string {
  const text = address.toString()
  return text.endsWith(`/p2p/${peer}`) ? text : `${text}/p2p/${peer}`
}
