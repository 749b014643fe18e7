/** An application with a libp2p node of its own, in a network that is watched: one line more among its services. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { messageId, peerwatch, readNetwork } from '@peerwatch/peer'
import { LevelDatastore } from 'datastore-level'
import { createLibp2p } from 'libp2p'

const NEWS = '/my-app/news/1'
const network = await readNetwork('network.json').catch((error: Error) => {
  console.error(`${error.message}; get it from whoever runs the network, or begin one to try it in, in another terminal: npm run devnet`)
  return process.exit(1)
})
const datastore = new LevelDatastore('data') // evictions and unsent reports last as long as this
await datastore.open()

const node = await createLibp2p({
  datastore,
  addresses: { listen: ['/ip4/0.0.0.0/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionMonitor: { enabled: false }, // Peerwatch waits for three unanswered pings, libp2p for one
  services: {
    identify: identify(),
    pubsub: gossipsub({ msgIdFn: messageId, allowPublishToZeroTopicPeers: true }),
    peerwatch: peerwatch({ network }) // enforce: false is a dry run
  }
})
const { pubsub, peerwatch: watch } = node.services
watch.addEventListener('alarm', ({ detail }) => console.warn(detail.code, detail.message))
watch.addEventListener('neighbour:connected', ({ detail }) => console.log('watches', detail.peer.toString()))
watch.addEventListener('peer:evicted', ({ detail }) => console.log('evicted', detail.peer.toString(), detail.reason))
pubsub.subscribe(NEWS)
pubsub.addEventListener('message', ({ detail }) => detail.topic === NEWS && console.log('news:', new TextDecoder().decode(detail.data)))
const stop = async (): Promise<void> => Promise.resolve(node.stop()).then(async () => datastore.close())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

const registered = await watch.whenRegistered().catch(() => undefined) // it was stopped before
if (registered != null) {
  console.log('registered at', registered.seeds)
  await pubsub.publish(NEWS, new TextEncoder().encode('hello'))
}
