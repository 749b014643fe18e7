/** A dry run tries Peerwatch in a live network: the node observes and reports, and says what it would do, but refuses nobody. */
import { misbehave } from '@peerwatch/attacks'
import { createTestnet } from '@peerwatch/node/testnet'

// The other peers refuse nobody either. If all of them cut the corrupter off, it would have nothing to pass on.
const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 4, nodeInit: () => ({ enforce: false, chat: { everyMs: 500 } }) })

/** A peer says fewer messages itself in a window of 2 s, and sends those to every neighbour. */
const OWN_MESSAGES = 8

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

// The first whole window tells who passes gossip on to this node: not every link is one of gossip's mesh.
const relay = await new Promise<string>(resolve => {
  watch.addEventListener('window:closed', ({ detail: { observations } }) => {
    const most = observations.toSorted((a, b) => (b.counts.integrity?.ok ?? 0) - (a.counts.integrity?.ok ?? 0))[0]
    if ((most?.counts.integrity?.ok ?? 0) > OWN_MESSAGES) resolve(most!.subject)
  })
})
const corrupter = testnet.peers.find(peer => peer.peerId.toString() === relay)
const attack = misbehave(corrupter!, 'corrupts')
attack.start()
console.log('dry run:', await wouldCut)
await seen
console.log('still connected:', careful.libp2p.getConnections(corrupter!.peerId).length > 0)

attack.stop()
await testnet.stop()
