import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { systemClock } from '@peerwatch/model/system-clock'
import { createSigner } from '../../packages/link/src/signatures.ts'
import { messageId } from '@peerwatch/peer'
import { messages } from '@peerwatch/wire'
import { createLibp2p } from 'libp2p'
import { peerIdBytes } from '../../packages/link/src/peer-ids.ts'
import { sealPeerRecord } from '../../packages/peer/src/registry/peer-record.ts'
import { caller } from '../../packages/link/src/rpc.ts'
import { HANGS_AFTER_MS } from './until.ts'
import { rawReports } from '../../packages/tier/test/support/report-client.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p, PrivateKey, Stream } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'
import type { PeerwatchNode } from '@peerwatch/node/testnet'
import type { Network } from '../../packages/link/src/network.ts'
import type { Signer } from '../../packages/link/src/signatures.ts'
import type { QueryRequest, QueryResponse, RegistryRequest, RegistryResponse, ReportDown, TreeRequest, TreeResponse } from '@peerwatch/wire'

export const PROTOCOLS = {
  registry: '/peerwatch/registry/1.0.0',
  report: '/peerwatch/report/1.0.0',
  tree: '/peerwatch/tree/1.0.0',
  query: '/peerwatch/query/1.0.0',
  watch: '/peerwatch/watch/1.0.0'
} as const

export type ProtocolName = keyof typeof PROTOCOLS

export type HostServices = { identify: unknown; ping: unknown; pubsub: GossipSub }

type Call<Req, Res> = (request: Partial<Omit<Req, 'id'>>) => Promise<Res>

export interface Asking<Req, Res> {
  readonly call: Call<Req, Res>
  readonly isOpen: () => boolean
}

export interface Reporting {
  readonly stream: Stream
  readonly received: readonly ReportDown[]
  readonly isOpen: () => boolean
  readonly sendFrame: (bytes: Uint8Array) => boolean
  /** The word of the answer to each, in order. */
  readonly send: (reports: readonly Uint8Array[]) => Promise<string[]>
}

export interface ReportParts {
  readonly subject: PeerIdString
  readonly window: number
  readonly ok?: number
  readonly bad?: number
  readonly stamp?: Uint8Array
  readonly signer?: Signer
}

/** A bare libp2p host without any of Peerwatch's manners: it says whatever it is told to. */
export interface HostileHost {
  readonly libp2p: Libp2p<HostServices>
  readonly peer: PeerIdString
  readonly key: PrivateKey
  readonly signer: Signer
  readonly open: (node: PeerwatchNode, protocol: string) => Promise<Stream>
  readonly askRegistry: (node: PeerwatchNode) => Promise<Asking<RegistryRequest, RegistryResponse>>
  readonly askTree: (node: PeerwatchNode) => Promise<Asking<TreeRequest, TreeResponse>>
  readonly query: (node: PeerwatchNode) => Promise<Asking<QueryRequest, QueryResponse>>
  readonly record: (seq?: number) => Promise<Uint8Array>
  /** Registers; the connection's further requests go by `call`. */
  readonly register: (seed: PeerwatchNode) => Promise<Asking<RegistryRequest, RegistryResponse> & { readonly stamp: Uint8Array }>
  readonly report: (node: PeerwatchNode) => Promise<Reporting>
  readonly signReport: (parts: ReportParts) => Promise<Uint8Array>
  readonly stop: () => Promise<void>
}

export async function hostileHost(network: Network, given?: PrivateKey): Promise<HostileHost> {
  const key = given ?? (await generateKeyPair('Ed25519'))
  const signer = createSigner(key, network.id)
  const libp2p = await createLibp2p<HostServices>({
    privateKey: key,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
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
  let stamp: Uint8Array = new Uint8Array()
  let lastSeq = Date.now()

  const open = async (node: PeerwatchNode, protocol: string): Promise<Stream> =>
    libp2p.dialProtocol(
      node.addresses().map(text => multiaddr(text)),
      protocol
    )
  const asking = async <Req extends { id: number }, Res extends { id: number }>(
    node: PeerwatchNode,
    protocol: string,
    codecs: Pick<Parameters<typeof caller<Req, Res>>[1], 'request' | 'response'>
  ): Promise<Asking<Req, Res>> =>
    caller<Req, Res>(await open(node, protocol), { ...codecs, clock: systemClock, mostUnderWay: 10_000, timeoutMs: HANGS_AFTER_MS, onEnd: () => {} })
  const record: HostileHost['record'] = async (seq = ++lastSeq) => sealPeerRecord(libp2p.peerId, key, [], seq)
  const askRegistry: HostileHost['askRegistry'] = async node =>
    asking(node, PROTOCOLS.registry, { request: messages.registryRequest, response: messages.registryResponse })

  return {
    libp2p,
    peer: signer.peer,
    key,
    signer,
    open,
    askRegistry,
    askTree: async node => asking(node, PROTOCOLS.tree, { request: messages.treeRequest, response: messages.treeResponse }),
    query: async node => asking(node, PROTOCOLS.query, { request: messages.queryRequest, response: messages.queryResponse }),
    record,
    register: async seed => {
      const registry = await askRegistry(seed)
      const response = await registry.call({ register: { record: await record(), watch: false } })
      if (response.status !== 0) throw new Error(`not registered: ${response.reason}`)
      stamp = response.stamp
      return { ...registry, stamp }
    },
    report: async node => reporting(await open(node, PROTOCOLS.report)),
    signReport: async ({ subject, window, ok = 18, bad = 2, stamp: other = stamp, signer: by = signer }) =>
      by.sign('report', messages.report.encode({ subject: peerIdBytes(subject), window, observations: [{ dimension: 2, ok, bad }], cuts: [], stamp: other })),
    stop: async () => libp2p.stop()
  }
}

async function reporting(stream: Stream): Promise<Reporting> {
  const { framed, received, send } = await rawReports(stream)
  return { stream, received, isOpen: framed.isOpen, sendFrame: framed.send, send }
}
