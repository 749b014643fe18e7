import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { createTestnet } from '@peerwatch/node/testnet'
import { until } from '../../../../test/support/until.ts'
import { memberNames } from '../../src/member-names.ts'
import { peerDetail } from '../../src/peers/peer-detail.ts'
import { peerTraces } from '../../src/peers/peer-traces.ts'
import { sumOf } from '../../src/peers/gossip-score.ts'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'
import type { PeerDetailView } from '../../src/http/node-view.ts'

const NOBODY = '12D3KooWFZPEbDkXxbjvSxcbUJALnoCdnfvjjHBxWJto8XrhbG3h'
const MESHSUB = /^\/meshsub\//

async function detail(of: PeerwatchNode, by: PeerwatchNode): Promise<PeerDetailView> {
  return (await by.view.peer(of.peerId.toString()))!
}

function gossipBytes({ traffic }: PeerDetailView): { inBytes: number; outBytes: number } {
  return traffic.find(({ protocol }) => MESHSUB.test(protocol)) ?? { inBytes: 0, outBytes: 0 }
}

function isNear(peer: PeerwatchNode, other: PeerwatchNode): boolean {
  return peer.view.status().neighbours.some(each => each.peer === other.peerId.toString() && each.state === 'connected')
}

suite('what a node can say of a peer', () => {
  let net: Testnet
  let ann: PeerwatchNode
  let bob: PeerwatchNode
  before(async () => {
    net = await createTestnet({ preset: 'demo', seeds: 1, trusted: 1, peers: 2 })
    ;[ann, bob] = [net.peers[0]!, net.peers[1]!]
    await until(() => isNear(ann, bob) && isNear(bob, ann), 'they are neighbours')
  })
  after(async () => net.stop())

  test('C171: bytes are counted for each peer and protocol, as the other side counts them', async () => {
    await until(async () => gossipBytes(await detail(bob, ann)).inBytes > 0, 'bob sent gossip')
    // asked one after the other: nothing arrives before it was sent; of two links one may end meanwhile
    const isSent = async (from: PeerwatchNode, to: PeerwatchNode): Promise<boolean> => {
      const { inBytes } = gossipBytes(await detail(from, to))
      return inBytes > 0 && inBytes <= gossipBytes(await detail(to, from)).outBytes
    }
    await until(async () => isSent(ann, bob), 'what bob got ann sent')
    await until(async () => isSent(bob, ann), 'what ann got bob sent')
    const { link, traffic } = await detail(bob, ann)
    assert.ok(link != null)
    const total = traffic.reduce((sum, { inBytes }) => sum + inBytes, 0)
    assert.equal(link.inBytes, total)
    assert.ok(
      traffic.some(({ protocol }) => protocol === '/ipfs/id/1.0.0'),
      'identify was opened before the link was told of'
    )
  })

  test('C171: the list has who is linked, in which direction, how far away and with which score', async () => {
    await until(async () => (await detail(bob, ann)).link?.latencyMs != null, 'a ping was answered')
    const { peers } = await ann.view.peers('')
    const listed = peers.find(({ peer }) => peer === bob.peerId.toString())!
    assert.equal(listed.kind, 'neighbour')
    assert.ok(listed.link != null && listed.link.inBytes > 0 && listed.link.outBytes > 0 && listed.link.openedAtMs <= Date.now())
    // both may have dialled at once
    const [byAnn, byBob] = [(await detail(bob, ann)).connections, (await detail(ann, bob)).connections]
    const oldest = byAnn.toSorted((a, b) => a.openedAtMs - b.openedAtMs)[0]!
    assert.equal(listed.link.direction, oldest.direction)
    assert.deepEqual(
      byAnn.map(({ direction }) => direction).toSorted(),
      byBob.map(({ direction }) => (direction === 'inbound' ? 'outbound' : 'inbound')).toSorted()
    )
    assert.equal(typeof listed.link.score, 'number')
    assert.equal(peers.find(({ kind }) => kind === 'self')!.link, undefined)
  })

  test('C171: one peer is told with its software, addresses, mesh, windows, parts of its score, and what is not known here', async () => {
    await until(async () => (await detail(bob, ann)).windows.length > 0, 'a window has passed')
    const said = await detail(bob, ann)
    assert.match(said.agent_version!, /^peerwatch|js-libp2p/)
    assert.ok(said.addresses.length > 0 && said.protocols.some(protocol => MESHSUB.test(protocol)))
    assert.equal(said.score, sumOf(said.scoreParts))
    assert.deepEqual([said.disconnect_reason, said.isAllowed, said.cut, said.eviction], [undefined, false, undefined, undefined])
    assert.ok(said.meshTopics.length > 0)
    assert.equal(said.reporters, undefined)
    assert.ok(said.notHere.some(line => line.startsWith('what others report of it')))
    await until(async () => ((await detail(bob, net.trusted[0]!)).reporters ?? []).length > 0, 'the trusted node has a report of it')
  })

  test('C171: nobody is told for somebody, and whoever left is told with the reason', async () => {
    assert.equal(await ann.view.peer(NOBODY), undefined)
    await bob.stop()
    await until(async () => (await detail(bob, ann)).disconnect_reason != null, 'the link is gone')
    await until(() => ann.view.status().neighbours.every(({ peer }) => peer !== bob.peerId.toString()), 'the neighbour is gone')
    const said = await detail(bob, ann)
    assert.ok(['it said goodbye', 'closed, or lost'].includes(said.disconnect_reason!), said.disconnect_reason)
    assert.ok(said.disconnectedAtMs! <= Date.now())
    assert.deepEqual([said.connections, said.traffic, said.link], [[], [], undefined])
    await ann.libp2p.peerStore.delete(bob.peerId)
    const [forgotten] = (await detail(bob, ann)).notHere
    assert.equal(forgotten, 'what it says of itself: it was said on a link that has ended, and is no longer kept')
  })

  test('of a peer that is registered only, no link is remembered', async () => {
    const { assembly } = ann.libp2p.services.peerwatch
    const around = { assembly, traces: peerTraces(ann.libp2p, assembly), names: memberNames(assembly.core), kind: undefined }
    const said = await peerDetail(peerIdFromString(NOBODY), { libp2p: ann.libp2p, ...around, registry: 'registered' })
    assert.equal(said?.notHere[0], 'what it says of itself: this node remembers no link to it')
  })
})
