import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { frugalYamux } from '../../packages/node/src/thrift/frugal-yamux.ts'
import { gatheringNoise } from '../../packages/node/src/thrift/gathering-noise.ts'
import { importKeysOnce } from '../../packages/node/src/thrift/imported-keys.ts'
import { quietLogger } from '../../packages/node/src/thrift/quiet-logger.ts'
import { messageId } from '../../packages/peer/src/gossip/message-id.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { ServiceMap } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

export interface PlainServices extends ServiceMap {
  identify: unknown
  ping: unknown
  pubsub: GossipSub
}

const MANY_CONNECTIONS = 1_000

// what Peerwatch's nodes save in libp2p itself is no merit of the watching: both sides have it
importKeysOnce()
const logger = quietLogger()

/** What the hosts of all benchmarks have without Peerwatch: nothing else is loaded, or a bare process would not be bare. */
export const plainHost = (): Libp2pOptions<PlainServices> => ({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  ...(logger != null && { logger }),
  transports: [tcp()],
  connectionEncrypters: [gatheringNoise()],
  streamMuxers: [frugalYamux()],
  // all hosts have one address, and dial at once
  connectionManager: { maxConnections: MANY_CONNECTIONS, inboundConnectionThreshold: MANY_CONNECTIONS, maxIncomingPendingConnections: MANY_CONNECTIONS },
  // libp2p's default, but for the cut at the first silence
  connectionMonitor: { abortConnectionOnPingFailure: false }
})

export const plainServices = (): NonNullable<Libp2pOptions<PlainServices>['services']> => ({
  identify: identify(),
  ping: ping(),
  pubsub: gossipsub({
    globalSignaturePolicy: 'StrictSign',
    msgIdFn: messageId,
    allowPublishToZeroTopicPeers: true,
    scoreParams: { IPColocationFactorWeight: 0 }
  })
})
