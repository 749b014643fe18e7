import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { MemoryDatastore } from 'datastore-core'
import { peerIdText } from '@peerwatch/link'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { observedHost } from '../support/observed-host.ts'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { denyingGater } from '../../src/enforcement/gater.ts'
import type { ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface'

test('E11: an evicted peer is disconnected, can neither be dialled nor dial, is forgotten, and the application gater is still asked', async t => {
  const asked: string[] = []
  const own: ConnectionGater = {
    denyInboundEncryptedConnection: peer => {
      asked.push(peer.toString())
      return false
    }
  }
  const { network, trusted } = await testNetwork()
  const host = await observedHost(network, { node: { libp2p: { connectionGater: own } } })
  const peer = await plainHost()
  t.after(async () => Promise.all([host.stop(), peer.stop()]))
  await peer.dial(host.node.getMultiaddrs())
  await until(() => asked.includes(peer.peerId.toString()), 'the application gater was not asked')
  await host.node.peerStore.merge(peer.peerId, { tags: { 'keep-alive-test': { value: 100 } } })

  const evicted = once(host.core.events as unknown as EventTarget, 'peer:evicted')
  const gone = once(peer as unknown as EventTarget, 'peer:disconnect')
  await host.certificates.accept(await testCertificate(network, peerIdText(peer.peerId), trusted))
  await Promise.all([evicted, gone])
  const isForgotten = async (): Promise<boolean> => !(await host.node.peerStore.has(peer.peerId))
  await until(isForgotten, 'tags and addresses are still there')
  // as an identify message does that was being read when the link ended
  await host.node.peerStore.merge(peer.peerId, { multiaddrs: peer.getMultiaddrs() })
  await until(isForgotten, 'what came in late is remembered')

  await assert.rejects(host.node.dial(peer.getMultiaddrs()), /blocked by gater/)
  await assert.rejects(host.node.dial(peer.getMultiaddrs().map(address => address.decapsulateCode(421))))
  await peer.dial(host.node.getMultiaddrs()).catch(() => {})
  await until(() => host.node.getConnections(peer.peerId).length === 0 && peer.getConnections(host.node.peerId).length === 0, 'still connected')
  assert.deepEqual(Object.keys(own), ['denyInboundEncryptedConnection'], 'the application gater object is not changed')

  await host.certificates.allow(peerIdText(peer.peerId), true)
  const answered = new Promise<void>(resolve => {
    host.neighbours.onProbe((_peer, isAnswered) => {
      if (isAnswered) resolve()
    })
  })
  await host.node.dial(peer.getMultiaddrs())
  // from then on nothing is remembered of it that would end the link anyway
  await answered
  const again = once(peer as unknown as EventTarget, 'peer:disconnect')
  await host.certificates.allow(peerIdText(peer.peerId), false)
  await again
})

test('E11: whatever libp2p asks of the gater, an evicted peer is refused and about others the application decides', async () => {
  const [evicted, other] = (await Promise.all([0, 1].map(async () => generateKeyPair('Ed25519')))).map(peerIdFromPrivateKey) as [PeerId, PeerId]
  const link = {} as MultiaddrConnection
  const questions: Record<string, (gater: ConnectionGater, peer: PeerId) => unknown> = {
    denyDialPeer: (gater, peer) => gater.denyDialPeer?.(peer),
    denyDialMultiaddr: (gater, peer) => gater.denyDialMultiaddr?.(multiaddr(`/ip4/127.0.0.1/tcp/1/p2p/${peer.toString()}`)),
    denyOutboundConnection: (gater, peer) => gater.denyOutboundConnection?.(peer, link),
    denyInboundEncryptedConnection: (gater, peer) => gater.denyInboundEncryptedConnection?.(peer, link),
    denyOutboundEncryptedConnection: (gater, peer) => gater.denyOutboundEncryptedConnection?.(peer, link),
    denyInboundUpgradedConnection: (gater, peer) => gater.denyInboundUpgradedConnection?.(peer, link),
    denyOutboundUpgradedConnection: (gater, peer) => gater.denyOutboundUpgradedConnection?.(peer, link),
    denyInboundRelayReservation: (gater, peer) => gater.denyInboundRelayReservation?.(peer),
    denyOutboundRelayedConnection: (gater, peer) => gater.denyOutboundRelayedConnection?.(peer, other),
    denyInboundRelayedConnection: (gater, peer) => gater.denyInboundRelayedConnection?.(other, peer)
  }
  for (const [name, ask] of Object.entries(questions)) {
    for (const answer of [true, false, undefined]) {
      const asked: string[] = []
      const own: ConnectionGater = answer == null ? {} : { [name]: () => asked.push(name) > 0 && answer }
      const gater = denyingGater(own, peer => peer.equals(evicted))
      assert.equal(await ask(gater, evicted), true, `${name} of an evicted peer`)
      assert.deepEqual(asked, [], 'the application is not asked about whom the network refuses')
      assert.equal(await ask(gater, other), answer ?? false, `${name} of another`)
      assert.equal(asked.length, answer == null ? 0 : 1)
    }
  }
})

test('E12: an eviction holds after a restart, from before the first connection on', async t => {
  const datastore = new MemoryDatastore()
  const { network, trusted } = await testNetwork()
  const peer = await plainHost()
  const first = await observedHost(network, { node: { libp2p: { datastore } } })
  await first.certificates.accept(await testCertificate(network, peerIdText(peer.peerId), trusted))
  await first.stop()
  const second = await observedHost(network, { node: { libp2p: { datastore } } })
  t.after(async () => Promise.all([second.stop(), peer.stop()]))
  await assert.rejects(second.node.dial(peer.getMultiaddrs()), /blocked by gater/)
})

test('E13: a dry run refuses nobody, nor does a node whom its operator told never to', async t => {
  const { network, trusted } = await testNetwork()
  const peer = await plainHost()
  const subject = peerIdText(peer.peerId)
  const hosts = [await observedHost(network, { enforce: false }), await observedHost(network, { neverEvict: [subject] })]
  t.after(async () => Promise.all([...hosts.map(async host => host.stop()), peer.stop()]))
  for (const { node, certificates, enforcement } of hosts) {
    await peer.dial(node.getMultiaddrs())
    assert.equal(await certificates.accept(await testCertificate(network, subject, trusted)), 'new')
    assert.ok(certificates.evicted(subject), 'the certificate is held all the same')
    assert.equal(enforcement.refuses(subject), false)
    assert.equal(peer.getConnections(node.peerId).length, 1)
  }
})

test('one peer has a few links at a time, however many it opens, and others still get in', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [greedy, other] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([host.stop(), greedy.stop(), other.stop()]))
  const faults: string[] = []
  host.core.events.addEventListener('peer:fault', ({ detail }) => faults.push(`${detail.peer.toString()} ${detail.what}`))
  for (let dials = 0; dials < 20; dials++) await greedy.dial(host.node.getMultiaddrs(), { force: true }).catch(() => {})
  await until(() => faults.length >= 10, 'those beyond are counted')
  await until(() => host.node.getConnections(greedy.peerId).length <= 8, 'eight stay')
  assert.deepEqual(new Set(faults), new Set([`${greedy.peerId.toString()} too-many-links`]))
  await other.dial(host.node.getMultiaddrs())
  await until(() => host.node.getConnections(other.peerId).length === 1, 'the other one is linked')
})
