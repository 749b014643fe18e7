import { bootstrap } from '@libp2p/bootstrap'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { systemClock } from '@peerwatch/model/system-clock'
import { messageId } from '@peerwatch/peer'
import { createLibp2p } from 'libp2p'
import { frugalYamux } from './thrift/frugal-yamux.ts'
import { gatheringNoise } from './thrift/gathering-noise.ts'
import { importKeysOnce } from './thrift/imported-keys.ts'
import { rememberProtocols } from './thrift/known-protocols.ts'
import { quietLogger } from './thrift/quiet-logger.ts'
import { webSockets } from './web-sockets/web-sockets.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p, Metrics, PrivateKey, ServiceMap } from '@libp2p/interface'
import type { Timers } from '@peerwatch/model'
import type { Network, PeerwatchComponents } from '@peerwatch/link'
import type { Peerwatch } from '@peerwatch/peer'
import type { NodeAssembly } from './node-assembly.ts'
import type { Datastore } from 'interface-datastore'

export interface NodeServices extends ServiceMap {
  identify: unknown
  ping: unknown
  pubsub: GossipSub
  peerwatch: Peerwatch<NodeAssembly>
}

export interface HostInit {
  readonly network: Network
  readonly privateKey: PrivateKey
  readonly datastore: Datastore
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly clock: Timers
  /** Peers that it serves at a time, beside its neighbours. Default none. */
  readonly served?: number
  /** Where libp2p's own metrics go, if anywhere. */
  readonly metrics?: Metrics
  readonly peerwatch: (components: PeerwatchComponents) => Peerwatch<NodeAssembly>
}

/** Neighbours, entries, seeds and those that dial us: far above any degree, since libp2p counts pending dials too. */
const LINKS_MOST = 1_000
/** How much gossipsub holds for one slow neighbour before it drops messages to it. */
const MAX_OUTBOUND_BUFFER_BYTES = 4 * 1024 * 1024
/**
 * libp2p's own limit for a handshake, far above what any dial of Peerwatch waits for: those widen where this node is late, and a limit below them throws
 * away handshakes that both sides have all but done, again and again, which makes a busy machine busier. With the default of 6 s a network on a machine
 * that is 2 s late never linked up.
 */
const HANDSHAKE_WITHIN_MS = 30_000
/** A ping stream is kept for some seconds, which leaves no room for another by libp2p's default of one. */
const PING_STREAMS = 4
/** A seed stays tagged for as long as the node runs. Whole numbers only: with Infinity libp2p stores nothing, and says so in its debug log alone. */
const FOREVER_MS = 100 * 365 * 24 * 3_600_000

/** A libp2p host as every role runs it: TCP and WebSockets, Noise, Yamux, gossipsub with strict signatures. It is started by `host.start()`. */
export async function createHost(init: HostInit): Promise<Libp2p<NodeServices>> {
  const { clock, network, privateKey, datastore, listen, announce, served = 0, metrics } = init
  importKeysOnce()
  const logger = quietLogger()
  const self = privateKey.publicKey.toString()
  const seeds = network.seeds.map(String).filter(address => !address.endsWith(`/p2p/${self}`))
  const host = await createLibp2p<NodeServices>({
    privateKey,
    datastore,
    start: false,
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [tcp(), webSockets({ clock })],
    connectionEncrypters: [gatheringNoise()],
    streamMuxers: [frugalYamux()],
    ...(logger != null && { logger }),
    ...(metrics != null && { metrics: () => metrics }),
    ...(seeds.length > 0 && { peerDiscovery: [bootstrap({ list: seeds, tagTTL: FOREVER_MS })] }),
    connectionManager: {
      maxConnections: LINKS_MOST + served,
      addressDialTimeout: HANDSHAKE_WITHIN_MS,
      dialTimeout: HANDSHAKE_WITHIN_MS,
      inboundUpgradeTimeout: HANDSHAKE_WITHIN_MS,
      // Many peers of one address (a local network, a NAT) may arrive at once.
      inboundConnectionThreshold: LINKS_MOST,
      maxIncomingPendingConnections: LINKS_MOST
    },
    // Liveness has pings of its own; libp2p's monitor would double them and cut at the first miss.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      ping: ping({ maxInboundStreams: PING_STREAMS, maxOutboundStreams: PING_STREAMS }),
      pubsub: gossipsub({
        globalSignaturePolicy: 'StrictSign',
        msgIdFn: messageId,
        allowPublishToZeroTopicPeers: true,
        pruneBackoff: network.roster.preset.pruneBackoffMs,
        maxOutboundBufferSize: MAX_OUTBOUND_BUFFER_BYTES,
        scoreParams: { IPColocationFactorWeight: 0 }
      }),
      peerwatch: init.peerwatch
    }
  })
  rememberProtocols(host.peerStore, systemClock)
  return host
}
