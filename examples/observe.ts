/**
 * An application knows its own protocols best. With `observe` it says what it saw of a neighbour, which goes into the reports of the window. With
 * `standing` it asks what the network thinks of a peer.
 */
import { createTestnet } from '@peerwatch/node/testnet'
import type { PeerId } from '@libp2p/interface'

const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 3 })
const [alice, bob] = testnet.peers.map(({ libp2p }) => libp2p)
const watch = alice!.services.peerwatch

/** The application got a block from a neighbour. Only the application can tell whether its hash was right. */
function onBlock(from: PeerId, isRight: boolean): void {
  // Peerwatch reports these counts with this window, and never cuts a link for them. It drops counts of a peer that is no neighbour.
  watch.observe(from, 'integrity', isRight ? { ok: 1 } : { bad: 1 })
}

await new Promise<void>(resolve => {
  watch.addEventListener('window:closed', ({ detail }) => {
    if (detail.observations.length > 0) resolve() // a whole window has passed: from here on everything counts
  })
})
for (let block = 0; block < 40; block++) onBlock(bob!.peerId, block % 4 > 0)

const reported = new Promise<number>(resolve => {
  watch.addEventListener('window:closed', ({ detail }) => {
    const about = detail.observations.find(({ subject, counts }) => subject === bob!.peerId.toString() && counts.integrity != null)
    if (about == null) return
    console.log('alice reports of bob:', about.counts) // at most 20 per dimension and window, in proportion
    resolve(detail.window)
  })
})
const window = await reported
await new Promise<void>(resolve => {
  watch.addEventListener('report:acknowledged', ({ detail }) => {
    if (detail.window >= window && detail.subject.equals(bob!.peerId)) resolve()
  })
})

// Coarse, and six windows old: nobody is told that it is being looked at. A young network knows nothing yet: `unknown`.
const { state, reputation, window: asOf } = await watch.standing(bob!.peerId)
console.log('the network says of bob:', state, reputation ?? '(too few observations)', 'as of window', asOf)

await testnet.stop()
