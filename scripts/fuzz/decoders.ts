import { RPC } from '@libp2p/gossipsub/message'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { DIMENSIONS } from '@peerwatch/detection'
import { PRESETS } from '@peerwatch/model'
import { LIMITS, messages } from '@peerwatch/wire'
import { frameReader } from '../../packages/link/src/frame-reader.ts'
import { peerIdFromBytes, peerIdText } from '../../packages/link/src/peer-ids.ts'
import { refuseLongPeerIds } from '../../packages/link/src/short-addresses.ts'
import { joinShortPieces } from '../../packages/link/src/short-pieces.ts'
import { peekSigned } from '../../packages/link/src/signatures.ts'
import { readCertificate } from '../../packages/link/src/verdicts.ts'
import { decodeRpc } from '../../packages/peer/src/gossip/rpc-decoder.ts'
import { readPeerRecord, sealPeerRecord } from '../../packages/peer/src/registry/peer-record.ts'
import { placement } from '../../packages/tier/src/tree/placement.ts'
import { summaryForm } from '../../packages/tier/src/tree/summary.ts'
import { declaredAs } from '../../packages/wire/test/support/messages.ts'
import { sample } from '../../packages/wire/test/support/samples.ts'
import type { Rng } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** What turns bytes of others into something. */
export interface Decoder {
  readonly name: string
  readonly maxBytes: number
  /** What it decodes. */
  readonly valid: Uint8Array
  /** May throw, as for most of what it gets. */
  readonly decode: (bytes: Uint8Array, rng: Rng) => unknown
}

const PIECES_MOST = 20_000
const GOSSIP_BYTES = 4 * 1024 * 1024
const IDENTIFY_BYTES = 8 * 1024

/** Of libp2p's own decoders, as this process has mended them. */
interface IdentifyInsides {
  readonly Identify: { readonly decode: (bytes: Uint8Array) => unknown; readonly encode: (message: object) => Uint8Array }
  readonly consumeIdentifyMessage: (peerStore: object, events: object, log: () => void, connection: object, message: unknown) => Promise<unknown>
}
interface GossipInsides {
  readonly defaultDecodeRpcLimits: Parameters<typeof decodeRpc>[1]
}

async function insidesOf<T>(specifier: string, files: readonly string[]): Promise<T> {
  const parts = await Promise.all(files.map(async file => (await import(new URL(file, import.meta.resolve(specifier)).href)) as object))
  return Object.assign({}, ...parts) as T
}

async function identifyDecoder(record: Uint8Array): Promise<Decoder> {
  const { Identify, consumeIdentifyMessage } = await insidesOf<IdentifyInsides>('@libp2p/identify', ['./pb/message.js', './utils.js'])
  const remotePeer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  const peerStore = { get: async () => ({ metadata: new Map() }), patch: async () => {}, merge: async () => {} }
  const addresses = ['/ip4/1.2.3.4/tcp/4001', '/dns4/peer.example/tcp/443/tls/ws'].map(text => multiaddr(text).bytes)
  return {
    name: 'identify',
    maxBytes: IDENTIFY_BYTES,
    valid: Identify.encode({ listenAddrs: addresses, protocols: ['/ipfs/ping/1.0.0'], signedPeerRecord: record }),
    decode: async bytes => consumeIdentifyMessage(peerStore, { safeDispatchEvent: () => {} }, () => {}, { remotePeer }, Identify.decode(bytes))
  }
}

async function gossipDecoder(): Promise<Decoder> {
  const { defaultDecodeRpcLimits: most } = await insidesOf<GossipInsides>('@libp2p/gossipsub/message', ['./decodeRpc.js'])
  const message = {
    from: new Uint8Array(38),
    data: new Uint8Array(200),
    seqno: new Uint8Array(8),
    topic: 'a topic',
    signature: new Uint8Array(64),
    key: new Uint8Array()
  }
  return {
    name: 'gossip',
    maxBytes: GOSSIP_BYTES,
    valid: RPC.encode({ subscriptions: [], messages: [message] }),
    decode: bytes => decodeRpc(bytes, most)
  }
}

function framesDecoder(): Decoder {
  return {
    name: 'frames of a stream',
    maxBytes: LIMITS.frameBytes,
    valid: Uint8Array.of(3, 1, 2, 3),
    decode: (bytes, rng) => {
      const reader = frameReader(LIMITS.frameBytes)
      const ofPieces = rng() < 0.5 ? 1 : 1 + Math.floor(rng() * 65_536)
      // more pieces than a link may bring at once are ended at the multiplexer
      for (let at = 0, piece = ofPieces; at < bytes.byteLength; at += piece) {
        piece = at < PIECES_MOST * ofPieces ? ofPieces : bytes.byteLength - at
        reader.append(bytes.subarray(at, at + piece))
        while (reader.next() != null);
      }
      return reader
    }
  }
}

/** What is left of an expired epoch, as one trusted node tells it another. */
async function summaryDecoder(): Promise<Decoder> {
  const core = { network: { roster: { preset: PRESETS.public } }, dimensions: DIMENSIONS } as unknown as Pick<Core, 'network' | 'dimensions'>
  const form = summaryForm(core, placement(new Uint8Array(32)))
  const [subject, reporter] = await Promise.all([0, 1].map(async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
  const counts = { integrity: { ok: 12, bad: 3 }, resource: { ok: 20, bad: 0 } }
  const folded = { integrity: { ok: 100.5, bad: 3, updatedWindow: 130 } }
  const windows = Array.from({ length: 12 }, (_, index) => [138 + index, { counts, cuts: ['resource'] }] as const)
  const account = { subject: subject!, reporter: reporter!, group: 'a group', newestWindow: 149, folded, windows }
  return { name: 'summary', maxBytes: LIMITS.summaryBytes, valid: form.made(account, 4).stored.bytes, decode: form.read }
}

/** Every decoder of what others send, ours and those of libp2p that anybody reaches. */
export async function decoders(): Promise<readonly Decoder[]> {
  joinShortPieces()
  refuseLongPeerIds()
  const key = await generateKeyPair('Ed25519')
  const record = await sealPeerRecord(peerIdFromPrivateKey(key), key, [multiaddr('/ip4/1.2.3.4/tcp/4001'), multiaddr('/dns4/peer.example/tcp/443/tls/ws')], 1)
  const ours = Object.entries(messages).map(([name, codec]) => ({
    name,
    maxBytes: codec.maxBytes,
    valid: codec.encode(sample(declaredAs(name))),
    decode: (bytes: Uint8Array): unknown => codec.decode(bytes)
  }))
  const validOf = (name: string): Uint8Array => ours.find(each => each.name === name)!.valid
  return [
    ...ours,
    { name: 'peer record', maxBytes: LIMITS.peerRecordBytes, valid: record, decode: readPeerRecord },
    { name: 'certificate of a verdict', maxBytes: LIMITS.certificateBytes, valid: validOf('certificate'), decode: bytes => readCertificate(bytes, DIMENSIONS) },
    { name: 'who signed', maxBytes: LIMITS.rosterBytes, valid: validOf('signed'), decode: peekSigned },
    { name: 'peer id', maxBytes: LIMITS.rosterBytes, valid: peerIdFromPrivateKey(key).toMultihash().bytes, decode: peerIdFromBytes },
    framesDecoder(),
    await summaryDecoder(),
    await identifyDecoder(record),
    await gossipDecoder()
  ]
}
