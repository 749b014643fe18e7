import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { systemClock } from '@peerwatch/model/system-clock'
import { caller, createSigner, peerIdBytes } from '@peerwatch/link'
import { messageId } from '@peerwatch/peer'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { createLibp2p } from 'libp2p'
import { reportSender } from './report-sender.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, Libp2p, PrivateKey, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerIdString } from '@peerwatch/model'
import type { Network, Signer } from '@peerwatch/link'
import type { QueryRequest, QueryResponse, RegistryRequest, RegistryResponse, TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { ReportSender } from './report-sender.ts'

export type AttackerServices = { identify: unknown; ping: unknown; pubsub: GossipSub }

export interface Asking<Req, Res> {
  readonly call: (request: Partial<Omit<Req, 'id'>>) => Promise<Res>
  readonly isOpen: () => boolean
}

export interface ReportParts {
  readonly subject: PeerIdString
  readonly window: number
  readonly ok?: number
  readonly bad?: number
  readonly stamp?: Uint8Array
  readonly signer?: Signer
}

/** What it takes to reach a node: a `PeerwatchNode`, or one in another process. */
export interface Reachable {
  readonly addresses: () => readonly string[]
}

/** A bare libp2p host without any of Peerwatch's manners. It says whatever it is told to. */
export interface Attacker {
  readonly libp2p: Libp2p<AttackerServices>
  readonly peer: PeerIdString
  readonly key: PrivateKey
  readonly signer: Signer
  readonly dial: (node: Reachable) => Promise<Connection>
  readonly open: (node: Reachable, protocol: string) => Promise<Stream>
  readonly askRegistry: (node: Reachable) => Promise<Asking<RegistryRequest, RegistryResponse>>
  readonly askTree: (node: Reachable) => Promise<Asking<TreeRequest, TreeResponse>>
  readonly query: (node: Reachable) => Promise<Asking<QueryRequest, QueryResponse>>
  /** A signed peer record that claims all its addresses as its own. Default: none. */
  readonly record: (seq?: number, addresses?: readonly string[]) => Promise<Uint8Array>
  /** Registers. Throws if the seed refuses. Further requests on the connection go by `call`. The stamp is good for reports from `firstWindow` on. */
  readonly register: (
    seed: Reachable,
    addresses?: readonly string[]
  ) => Promise<Asking<RegistryRequest, RegistryResponse> & { readonly stamp: Uint8Array; readonly firstWindow: number }>
  readonly report: (node: Reachable) => Promise<ReportSender>
  /** A report about integrity, with the newest stamp that the attacker got. */
  readonly signReport: (parts: ReportParts) => Promise<Uint8Array>
  readonly stop: () => Promise<void>
}

/** It only ends what hangs. */
const ANSWER_WITHIN_MS = 180_000

async function bareHost(privateKey: PrivateKey, announce: readonly string[]): Promise<Libp2p<AttackerServices>> {
  return createLibp2p<AttackerServices>({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'], announce: [...announce] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { reconnectRetries: 0 },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictSign',
        msgIdFn: messageId,
        allowPublishToZeroTopicPeers: true,
        scoreParams: { IPColocationFactorWeight: 0 }
      })
    }
  })
}

function addressesOf(node: Reachable): Multiaddr[] {
  return node.addresses().map(text => multiaddr(text))
}

/**
 * @param announce - the addresses that it tells others, in place of those where it listens
 */
export async function attacker(network: Network, given?: PrivateKey, announce: readonly string[] = []): Promise<Attacker> {
  const key = given ?? (await generateKeyPair('Ed25519'))
  const signer = createSigner(key, network.id)
  const libp2p = await bareHost(key, announce)
  let stamp: Uint8Array = new Uint8Array()
  let lastSeq = systemClock.nowMs()

  const open: Attacker['open'] = async (node, protocol) => libp2p.dialProtocol(addressesOf(node), protocol)
  const asking = async <Req extends { id: number }, Res extends { id: number }>(
    node: Reachable,
    protocol: string,
    codecs: Pick<Parameters<typeof caller<Req, Res>>[1], 'request' | 'response'>
  ): Promise<Asking<Req, Res>> =>
    caller<Req, Res>(await open(node, protocol), { ...codecs, clock: systemClock, mostUnderWay: 10_000, timeoutMs: ANSWER_WITHIN_MS, onEnd: () => {} })
  const record: Attacker['record'] = async (seq = ++lastSeq, addresses = []) => {
    const multiaddrs = addresses.map(text => multiaddr(text))
    const envelope = await RecordEnvelope.seal(new PeerRecord({ peerId: libp2p.peerId, multiaddrs, seqNumber: BigInt(seq) }), key)
    return envelope.marshal()
  }
  const askRegistry: Attacker['askRegistry'] = async node =>
    asking(node, PROTOCOLS.registry, { request: messages.registryRequest, response: messages.registryResponse })

  return {
    libp2p,
    peer: signer.peer,
    key,
    signer,
    dial: async node => libp2p.dial(addressesOf(node)),
    open,
    askRegistry,
    askTree: async node => asking(node, PROTOCOLS.tree, { request: messages.treeRequest, response: messages.treeResponse }),
    query: async node => asking(node, PROTOCOLS.query, { request: messages.queryRequest, response: messages.queryResponse }),
    record,
    register: async (seed, addresses = []) => {
      const registry = await askRegistry(seed)
      const response = await registry.call({ register: { record: await record(undefined, addresses), watch: false } })
      if (response.status !== 0) throw new Error(`not registered: ${response.reason}`)
      stamp = response.stamp
      return { ...registry, stamp, firstWindow: messages.stamp.decode(messages.signed.decode(stamp).payload).firstWindow }
    },
    report: async node => reportSender(await open(node, PROTOCOLS.report)),
    signReport: async ({ subject, window, ok = 18, bad = 2, stamp: other = stamp, signer: by = signer }) =>
      by.sign('report', messages.report.encode({ subject: peerIdBytes(subject), window, observations: [{ dimension: 2, ok, bad }], cuts: [], stamp: other })),
    stop: async () => libp2p.stop()
  }
}
