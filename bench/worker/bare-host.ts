/** A process of its own with libp2p and gossipsub as a peer runs them, and nothing besides: `bare-host.ts TOPIC PAUSE_MS`. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { messageId } from '../../packages/services/src/message-id.ts'

const [topic = '', pauseMs = ''] = process.argv.slice(2)

const libp2p = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  // eight hosts of one address dial it at once
  connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
  connectionMonitor: { abortConnectionOnPingFailure: false },
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
const { pubsub } = libp2p.services
let published = 0
pubsub.subscribe(topic)
setInterval(() => {
  pubsub.publish(topic, new TextEncoder().encode(JSON.stringify({ number: ++published, atMs: Date.now() }))).catch((error: unknown) => {
    process.stderr.write(`not published: ${String(error)}\n`)
  })
}, Number(pauseMs))
console.log(JSON.stringify({ event: 'started', addresses: libp2p.getMultiaddrs().map(String) }))
