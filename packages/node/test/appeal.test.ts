import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createTestnet } from '../src/testnet.ts'
import { messages, PROTOCOLS } from '@peerwatch/wire'
import { peerIdBytes, VERDICT_KINDS } from '@peerwatch/link'
import { until } from '../../../test/support/until.ts'
import type { Testnet } from '../src/testnet.ts'
import type { PeerwatchNode } from '../src/peerwatch-node.ts'

const HOUR_MS = 60 * 60 * 1000

function coreOf(node: PeerwatchNode) {
  return node.libp2p.services.peerwatch.assembly.core
}

/** What two trusted nodes sign; it is given to the tier and to its seed, and to no peer. */
async function evict({ trusted, seeds }: Testnet, node: PeerwatchNode): Promise<void> {
  const issuedAtMs = coreOf(seeds[0]!).windows.nowMs()
  const verdict = messages.verdict.encode({
    kind: VERDICT_KINDS.eviction,
    rosterVersion: 1,
    subject: peerIdBytes(coreOf(node).self),
    dimension: 2,
    reason: 'integrity: a test',
    findings: new Uint8Array(32),
    issuedAtMs,
    expiresAtMs: issuedAtMs + HOUR_MS,
    serial: 1
  })
  const cosignatures = await Promise.all(
    trusted.slice(0, 2).map(async each => ({ signer: peerIdBytes(coreOf(each).self), signature: await coreOf(each).signer.signature('certificate', verdict) }))
  )
  for (const each of [...trusted, ...seeds])
    assert.notEqual(await coreOf(each).certificates.accept(messages.certificate.encode({ verdict, cosignatures })), 'refused')
}

suite('an evicted node', () => {
  test('E26: it asks its seeds by itself, says that it is evicted and by whom, and is back once the operators of k trusted nodes have said so', async t => {
    const net = await createTestnet({ seeds: 1, trusted: 3, peers: 2, watchers: 0, preset: 'demo' })
    t.after(net.stop)
    const [evicted, other] = net.peers as [PeerwatchNode, PeerwatchNode]
    const { peerwatch } = evicted.libp2p.services
    const alarms: string[] = []
    peerwatch.addEventListener('alarm', ({ detail }) => alarms.push(detail.code))
    assert.equal((await peerwatch.appeal()).eviction, undefined)
    await evict(net, evicted)
    await until(() => peerwatch.status().evicted != null, 'it knows that it is evicted')
    assert.ok(alarms.includes('evicted'))
    await until(() => evicted.view.ready().reason?.startsWith('evicted until ') === true, 'not ready, for this reason')
    const { eviction, quorum, trusted } = await evicted.view.appeal()
    assert.deepEqual([eviction?.dimension, eviction?.reason, eviction?.signers.length, quorum, trusted.length], ['integrity', 'integrity: a test', 2, 2, 3])
    assert.equal(evicted.view.status().evicted?.serial, 1)

    const id = coreOf(evicted).self
    assert.equal((await net.trusted[2]!.view.reinstate(id, 'a test'))?.isDone, false)
    await net.trusted[0]!.view.reinstate(id, 'a test')
    await until(() => peerwatch.status().registry.state === 'registered', 'the seed takes it again')
    await until(() => peerwatch.status().evicted == null, 'and tells it that it is reinstated')
    assert.equal(await other.view.reinstate(id, 'a test'), undefined, 'no business of a peer')
    assert.equal(net.trusted[1]!.libp2p.services.peerwatch.assembly.tier?.examination.standing(id).state, 'watched')
  })

  test('E27: a seed lets it in for the appeal only: no other stream is taken or opened, nothing is kept of it, and its group may come so often', async t => {
    const net = await createTestnet({ seeds: 1, trusted: 2, peers: 1, watchers: 0, preset: 'demo' })
    t.after(net.stop)
    const [node] = net.peers as [PeerwatchNode]
    const [seed] = net.seeds as [PeerwatchNode]
    await evict(net, node)
    await until(() => node.libp2p.services.peerwatch.status().evicted != null, 'the eviction')
    const address = seed.libp2p.getMultiaddrs()[0]!
    const dial = async () => node.libp2p.dial(address, { force: true })
    const link = await dial()
    const taken = [...Object.values(PROTOCOLS), '/meshsub/1.1.0', '/ipfs/id/1.0.0', '/ipfs/id/push/1.0.0']
    for (const protocol of taken.filter(each => each !== PROTOCOLS.appeal)) {
      await assert.rejects(async () => link.newStream(protocol), /protocol|UnsupportedProtocol|ended|reset|abort/i, protocol)
    }
    const theirs = seed.libp2p.getConnections(node.peerId)
    assert.ok(theirs.length > 0)
    for (const each of theirs) await assert.rejects(async () => each.newStream(PROTOCOLS.ping), /^Error: the peer is evicted$/)
    assert.equal(await seed.libp2p.peerStore.has(node.peerId), false)
    assert.deepEqual(seed.view.status().neighbours, [])
    let granted = 1
    for (let again = 0; again < 20; again++) {
      const before = seed.libp2p.getConnections(node.peerId).length
      const more = await dial().catch(() => undefined)
      const count = (): number => seed.libp2p.getConnections(node.peerId).length
      await until(() => more?.status !== 'open' || count() > before, 'the link is there, or was refused')
      if (count() === before) break
      granted++
    }
    assert.ok(granted <= 8, `${granted} links at once`)
  })
})
