/** Peerwatch in an application that is ready-made: two Helia (IPFS) nodes, one of which fetches a block of the other, and both are watched. */
import { libp2pDefaults } from '@helia/libp2p'
import { gossipsub } from '@libp2p/gossipsub'
import { createTestnet } from '@peerwatch/node/testnet'
import { messageId, peerwatch } from '@peerwatch/peer'
import { createHelia } from 'helia'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import type { Peerwatch } from '@peerwatch/peer'

// In an application: `await readNetwork('public/network.json')`, which whoever runs the network gives out.
const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 1 })

async function watchedHelia() {
  const node = createHelia({
    libp2p: {
      // All else is Helia's own configuration; these two lines keep the example on this machine.
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      peerDiscovery: [],
      services: {
        ...libp2pDefaults().services,
        // What is added. Helia has no gossipsub of its own.
        pubsub: gossipsub({ msgIdFn: messageId }),
        peerwatch: peerwatch({ network: testnet.network })
      }
    }
  })
  await node.start()
  return node
}

const [ada, bob] = await Promise.all([watchedHelia(), watchedHelia()])
const watch: Peerwatch = ada.libp2p.services.peerwatch
const bobsId = bob.libp2p.peerId
console.log('helia nodes:', ada.libp2p.peerId.toString(), bobsId.toString())

const watched = new Promise<void>(resolve => {
  watch.addEventListener('report:acknowledged', ({ detail }) => {
    if (detail.subject.equals(bobsId)) resolve()
  })
})
await ada.libp2p.dial(bob.libp2p.getMultiaddrs())

const block = new TextEncoder().encode('a block')
const cid = CID.createV1(raw.code, await sha256.digest(block))
await bob.blockstore.put(cid, block)
let fetched = ''
for await (const bytes of ada.blockstore.get(cid)) fetched += new TextDecoder().decode(bytes)
console.log('ada fetched:', fetched)

await watched
const neighbour = watch.neighbours().find(({ peer }) => peer === bobsId.toString())
console.log('ada watches bob:', neighbour?.state, '- a trusted node keeps what ada reported on bob')

await Promise.all([ada.stop(), bob.stop()])
await testnet.stop()
