/** A process of its own with libp2p and gossipsub as a peer runs them, and nothing besides: `bare-host.ts TOPIC PAUSE_MS`. */
import { createLibp2p } from 'libp2p'
import { systemClock } from '@peerwatch/model/system-clock'
import { rememberProtocols } from '../../packages/node/src/thrift/known-protocols.ts'
import { plainHost, plainServices } from './plain-host.ts'

const [topic = '', pauseMs = ''] = process.argv.slice(2)

const libp2p = await createLibp2p({ ...plainHost(), services: plainServices() })
rememberProtocols(libp2p.peerStore, systemClock)
const { pubsub } = libp2p.services
let published = 0
pubsub.subscribe(topic)
setInterval(() => {
  pubsub.publish(topic, new TextEncoder().encode(JSON.stringify({ number: ++published, atMs: Date.now() }))).catch((error: unknown) => {
    process.stderr.write(`not published: ${String(error)}\n`)
  })
}, Number(pauseMs))
console.log(JSON.stringify({ event: 'started', addresses: libp2p.getMultiaddrs().map(String) }))
