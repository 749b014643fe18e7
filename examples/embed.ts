/**
 * An application has its own libp2p node, with its own topic, validator, connection gater and datastore. One more line among its services makes it join
 * a watched network.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createTestnet } from '@peerwatch/node/testnet'
import { messageId, peerwatch } from '@peerwatch/peer'
import { LevelDatastore } from 'datastore-level'
import { createLibp2p } from 'libp2p'
import type { Network } from '@peerwatch/peer'

const NEWS = '/my-app/news/1'

/** The application had everything here before, except the line `peerwatch`. */
async function application(network: Network, datastore: LevelDatastore) {
  const node = await createLibp2p({
    datastore, // evictions and reports in hand last as long as this does
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyInboundConnection: connection => connection.remoteAddr.toString().startsWith('/ip6/') },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({ msgIdFn: messageId, allowPublishToZeroTopicPeers: true }),
      peerwatch: peerwatch({ network })
    }
  })
  const { pubsub } = node.services
  pubsub.topicValidators.set(NEWS, (_from, { data }) => (data.byteLength <= 140 ? TopicValidatorResult.Accept : TopicValidatorResult.Reject))
  pubsub.subscribe(NEWS)
  return node
}

// In an application: `await readNetwork('public/network.json')`, which whoever runs the network gives out.
const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 2 })
const folder = await mkdtemp(join(tmpdir(), 'peerwatch-embed-'))
const datastores = ['ada', 'bob'].map(name => new LevelDatastore(join(folder, name)))
for (const datastore of datastores) await datastore.open()
const [ada, bob] = await Promise.all(datastores.map(async datastore => application(testnet.network, datastore)))

const watch = ada!.services.peerwatch
watch.addEventListener('neighbour:connected', ({ detail }) => console.log('ada watches', detail.peer.toString()))
watch.addEventListener('neighbour:cut', ({ detail }) => console.log('ada cut', detail.peer.toString(), detail.evidence))
watch.addEventListener('peer:evicted', ({ detail }) => console.log('evicted', detail.peer.toString(), detail.reason))
watch.addEventListener('alarm', ({ detail }) => console.log('alarm', detail.code, detail.message))

const acknowledged = new Promise<string>(resolve => {
  watch.addEventListener('report:acknowledged', ({ detail }) => resolve(detail.subject.toString()))
})
const heard = new Promise<string>(resolve => {
  bob!.services.pubsub.addEventListener('message', ({ detail }) => {
    if (detail.topic === NEWS) resolve(new TextDecoder().decode(detail.data))
  })
})
console.log('a trusted node keeps what ada reported on', await acknowledged)
// gossip has no memory: what is published before anybody is known to listen is heard by nobody
while (ada!.services.pubsub.getSubscribers(NEWS).length === 0) await pause(100)
await ada!.services.pubsub.publish(NEWS, new TextEncoder().encode('first post'))
console.log('bob heard:', await heard)
console.log('neighbours of ada:', watch.neighbours().length, '· evictions in force:', watch.evictions().length)

await Promise.all([ada!.stop(), bob!.stop()]) // says goodbye to the seeds, hands over the last reports
for (const datastore of datastores) await datastore.close() // libp2p leaves this to the application
await testnet.stop()
await rm(folder, { recursive: true })
