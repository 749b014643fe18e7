/** A dry run tries Peerwatch in a live network: the node observes and reports, and says what it would do, but refuses nobody. */
import { misbehave } from '@peerwatch/attacks'
import { createTestnet } from '@peerwatch/node/testnet'

// The other peers refuse nobody either. If all of them cut the corrupter off, it would have nothing to pass on.
const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 4, nodeInit: () => ({ enforce: false, chat: { everyMs: 500 } }) })

const careful = await testnet.addPeer({ enforce: false, chat: { everyMs: 500 } })
const watch = careful.libp2p.services.peerwatch

// A dry run reports as any other node does: what it saw of each neighbour in a window.
const seen = new Promise<void>(resolve => {
  watch.addEventListener('window:closed', ({ detail: { window, observations } }) => {
    for (const { subject, counts } of observations) console.log(`window ${window}: ${subject} ${JSON.stringify(counts)}`)
    if (observations.some(({ counts }) => (counts.integrity?.bad ?? 0) > 0)) resolve()
  })
})
// With `enforce: true` this would be a `neighbour:cut`, and the link would be gone.
const wouldCut = new Promise<string>(resolve => {
  watch.addEventListener('alarm', ({ detail }) => {
    if (detail.code === 'dry-run') resolve(detail.message)
  })
})

// Who passes gossip on to this node changes with gossip's mesh, so all the others alter what they pass on.
const attacks = testnet.peers.filter(peer => peer !== careful).map(peer => misbehave(peer, 'corrupts'))
for (const attack of attacks) attack.start()
console.log('dry run:', await wouldCut)
await seen
const links = careful.libp2p.services.peerwatch.neighbours().filter(({ state }) => state === 'connected')
console.log('still connected:', links.length > 0)

for (const attack of attacks) attack.stop()
await testnet.stop()
