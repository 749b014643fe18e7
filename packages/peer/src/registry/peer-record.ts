import { publicKeyFromProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS, StrictReader, WireError } from '@peerwatch/wire'
import { peerIdText } from '@peerwatch/link'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'

/** A libp2p signed peer record, as it was read. Nothing in it is checked until `isSigned` says yes. */
export interface ReadPeerRecord {
  /** The peer whose key the envelope names. The record inside names the same peer. */
  readonly peer: PeerIdString
  readonly seq: number
  /** Ready to dial: each ends in `/p2p/ID`. */
  readonly addresses: readonly string[]
  readonly isSigned: () => Promise<boolean>
}

const P2P_CODE = 421
/** Of an RSA key of 8,192 bits, the longest that libp2p takes. */
const PUBLIC_KEY_BYTES_MOST = 1100

export async function sealPeerRecord(peerId: PeerId, key: PrivateKey, addresses: readonly Multiaddr[], seq: number): Promise<Uint8Array> {
  const multiaddrs = addresses.slice(0, LIMITS.addresses).map(address => address.decapsulateCode(P2P_CODE))
  const envelope = await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs, seqNumber: BigInt(seq) }), key)
  return envelope.marshal()
}

/** Throws WireError for anything too long, malformed, or signed in the name of another than the peer it is about. Costs no signature check. */
export function readPeerRecord(bytes: Uint8Array): ReadPeerRecord {
  if (bytes.byteLength > LIMITS.peerRecordBytes) throw new WireError('too-long', `peer record of ${bytes.byteLength} bytes, at most ${LIMITS.peerRecordBytes}`)
  try {
    return opened(bytes)
  } catch (error) {
    throw error instanceof WireError ? error : new WireError('malformed', 'malformed peer record', { cause: error })
  }
}

/** Decoded here, and measured as it is decoded: libp2p's own decoder takes 0.1 s for one long name, and a check before it would be another parser. */
function opened(bytes: Uint8Array): ReadPeerRecord {
  const { publicKey, ...signed } = decodeEnvelope(bytes)
  const { peerId, seq, addresses } = decodeRecord(signed.payload)
  const envelope = new RecordEnvelope({ publicKey: publicKeyFromProtobuf(publicKey), ...signed })
  const signer = peerIdFromPublicKey(envelope.publicKey)
  const peer = peerIdText(signer)
  if (Buffer.compare(signer.toMultihash().bytes, peerId) !== 0) throw new WireError('malformed', `a peer record about another than ${peer}`)
  return {
    peer,
    seq,
    addresses: addresses.map(address => withPeer(multiaddr(address), peer)),
    isSigned: async () => {
      try {
        return await envelope.validate(PeerRecord.DOMAIN)
      } catch {
        return false
      }
    }
  }
}

type Fields = Readonly<Record<number, (reader: StrictReader) => void>>

/** Fields of a message by their numbers; others are skipped. */
function eachField(bytes: Uint8Array, fields: Fields): void {
  const reader = new StrictReader(bytes)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const read = fields[tag >>> 3]
    if (read == null) reader.skipType(tag & 7)
    else read(reader)
  }
  reader.finish()
}

function measured(bytes: Uint8Array, mostBytes: number, what: string): Uint8Array {
  if (bytes.byteLength > mostBytes) throw new WireError('malformed', `${what} of ${bytes.byteLength} bytes, at most ${mostBytes}`)
  return bytes
}

/** libp2p's `Envelope`. */
function decodeEnvelope(bytes: Uint8Array): { publicKey: Uint8Array; payloadType: Uint8Array; payload: Uint8Array; signature: Uint8Array } {
  const nothing: Uint8Array = new Uint8Array()
  const envelope = { publicKey: nothing, payloadType: nothing, payload: nothing, signature: nothing }
  eachField(bytes, {
    1: reader => {
      envelope.publicKey = measured(reader.bytes(), PUBLIC_KEY_BYTES_MOST, 'a public key')
    },
    2: reader => {
      envelope.payloadType = reader.bytes()
    },
    3: reader => {
      envelope.payload = reader.bytes()
    },
    5: reader => {
      envelope.signature = reader.bytes()
    }
  })
  return envelope
}

/** libp2p's `PeerRecord`: an address is in a message of its own. */
function decodeRecord(payload: Uint8Array): { peerId: Uint8Array; seq: number; addresses: Uint8Array[] } {
  const record = { peerId: new Uint8Array() as Uint8Array, seq: 0, addresses: [] as Uint8Array[] }
  eachField(payload, {
    1: reader => {
      record.peerId = measured(reader.bytes(), LIMITS.peerIdBytes, 'a peer id')
    },
    2: reader => {
      record.seq = reader.uint64Number()
    },
    3: reader => {
      if (record.addresses.length === LIMITS.addresses) throw new WireError('malformed', `a peer record with more than ${LIMITS.addresses} addresses`)
      record.addresses.push(decodeAddress(reader.bytes()))
    }
  })
  return record
}

function decodeAddress(info: Uint8Array): Uint8Array {
  let address = new Uint8Array() as Uint8Array
  eachField(info, {
    1: reader => {
      address = measured(reader.bytes(), LIMITS.addressBytes, 'an address')
    }
  })
  return address
}

export function withPeer(address: Multiaddr, peer: PeerIdString): string {
  const text = address.toString()
  return text.endsWith(`/p2p/${peer}`) ? text : `${text}/p2p/${peer}`
}
