import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { gossipTopics } from '../../src/gossip/core-topics.ts'
import { gossipTap } from '../../src/gossip/gossip-tap.ts'
import { peerIdText } from '@peerwatch/link'
import { testCertificate } from '../../../link/test/support/certificates.ts'
import { testHost, testNetwork, until } from '../../../link/test/support/core.ts'
import { observedHost } from '../support/observed-host.ts'
import { altering, bodyOf, knowSubscribers, plainHost, send } from '../support/gossip.ts'
import type { GossipCopy } from '../../src/gossip/gossip-copy.ts'

const TOPIC = '/app/1'

test('O1: every copy is told with relay, author and verdict: new, duplicate or unproved, and a missing signature is told of nobody', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [author, relay] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([host.stop(), author.stop(), relay.stop()]))
  const copies: GossipCopy[] = []
  host.tap.onCopy(copy => copies.push(copy))
  let validated = 0
  host.node.services.pubsub.topicValidators.set(TOPIC, () => {
    validated++
    return TopicValidatorResult.Accept
  })
  for (const { services } of [host.node, author, relay]) services.pubsub.subscribe(TOPIC)
  await relay.dial(host.node.getMultiaddrs())
  await author.dial(relay.getMultiaddrs())
  await until(() => relay.services.pubsub.getSubscribers(TOPIC).length === 2, 'no subscription')
  await knowSubscribers(TOPIC, [author, host.node])
  const sent = altering(relay, () => false)
  await author.services.pubsub.publish(TOPIC, bodyOf('fine'))
  await until(() => copies.length === 1, 'no copy')
  const [original] = sent
  assert.ok(original)
  send(relay, host.node, [original, { ...original, data: bodyOf('altered') }, { ...original, signature: undefined }, { ...original, seqno: undefined }])
  send(relay, host.node, [{ ...original, data: bodyOf('altered again') }])
  await until(() => copies.length === 4, `copies: ${JSON.stringify(copies)}`)
  assert.deepEqual(copies.map(({ kind }) => kind).toSorted(), ['duplicate', 'new', 'unproved', 'unproved'])
  for (const copy of copies) assert.deepEqual([copy.from, copy.author, copy.topic], [relay.peerId.toString(), author.peerId.toString(), TOPIC])
  assert.equal(validated, 1, 'the application validator sees what it would see without Peerwatch')
})

test('a copy that is the same in every byte as one before is a duplicate without another look at its signature, and any other copy is verified', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const [author, relay] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([host.stop(), author.stop(), relay.stop()]))
  const copies: GossipCopy[] = []
  host.tap.onCopy(copy => copies.push(copy))
  for (const { services } of [host.node, author]) services.pubsub.subscribe(TOPIC)
  await Promise.all([author.dial(host.node.getMultiaddrs()), relay.dial(host.node.getMultiaddrs())])
  await knowSubscribers(TOPIC, [author, host.node])
  const sent = altering(author, () => false)
  await author.services.pubsub.publish(TOPIC, bodyOf('fine'))
  await until(() => copies.length === 1, 'no copy')
  const [original] = sent
  assert.ok(original)
  const { signature, data } = original
  assert.ok(signature != null && data != null)
  const { publicKey } = author.peerId
  assert.ok(publicKey)
  const verify = t.mock.method(Object.getPrototypeOf(publicKey) as typeof publicKey, 'verify')
  const kindOf = async (copy: typeof original): Promise<string | undefined> => {
    const before = copies.length
    send(relay, host.node, [copy])
    await until(() => copies.length > before, 'not told')
    return copies.at(-1)?.kind
  }
  assert.equal(await kindOf({ ...original }), 'duplicate')
  assert.equal(verify.mock.callCount(), 0)
  // a byte that goes from one field into the next, a field that is not there, and another signature
  assert.equal(await kindOf({ ...original, topic: `${TOPIC}${String.fromCharCode(data[0]!)}`, data: data.subarray(1) }), 'unproved')
  assert.equal(await kindOf({ ...original, data: undefined }), 'unproved')
  assert.equal(await kindOf({ ...original, signature: signature.map(byte => byte ^ 1) }), 'unproved')
  assert.equal(verify.mock.callCount(), 3)
  const { seenCache } = host.node.services.pubsub as unknown as { seenCache: { clear: () => void } }
  seenCache.clear()
  assert.equal(await kindOf({ ...original }), 'new', 'gossipsub has forgotten it')
})

test('O2: the application score (P5) is kept, and lowered for whom this node refuses', async t => {
  const { network, trusted } = await testNetwork()
  const pubsub = gossipsub({ scoreParams: { IPColocationFactorWeight: 0, appSpecificScore: () => -3 } })
  const host = await observedHost(network, { node: { pubsub } })
  const peer = await plainHost()
  t.after(async () => Promise.all([host.stop(), peer.stop()]))
  await peer.dial(host.node.getMultiaddrs())
  const scored = host.node.services.pubsub as unknown as { getScore: (peer: string) => number; score: { peerStats: Map<string, unknown> } }
  await until(() => scored.score.peerStats.has(peer.peerId.toString()), 'no stats')
  assert.equal(scored.getScore(peer.peerId.toString()), -30)
  await host.certificates.accept(await testCertificate(network, peerIdText(peer.peerId), trusted))
  await until(() => scored.getScore(peer.peerId.toString()) === -130, `score ${scored.getScore(peer.peerId.toString())}`)
})

test('O3: what an evicted peer wrote is dropped also when an honest neighbour relays it, who is not blamed', async t => {
  const { network, trusted } = await testNetwork()
  // of all that a topic is scored by, invalid messages alone
  const topicParams = createTopicScoreParams({
    timeInMeshWeight: 0,
    firstMessageDeliveriesWeight: 0,
    meshMessageDeliveriesWeight: 0,
    meshFailurePenaltyWeight: 0,
    invalidMessageDeliveriesWeight: -10
  })
  const pubsub = gossipsub({ allowPublishToZeroTopicPeers: true, scoreParams: { IPColocationFactorWeight: 0, topics: { [TOPIC]: topicParams } } })
  const host = await observedHost(network, { node: { pubsub } })
  const [author, relay] = [await plainHost(), await plainHost()]
  t.after(async () => Promise.all([author.stop(), relay.stop(), host.stop()]))
  const heard: string[] = []
  host.node.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    heard.push(new TextDecoder().decode(detail.msg.data))
  })
  for (const { services } of [author, relay, host.node]) services.pubsub.subscribe(TOPIC)
  await author.dial(relay.getMultiaddrs())
  await relay.dial(host.node.getMultiaddrs())
  await until(() => relay.services.pubsub.getSubscribers(TOPIC).length === 2, 'no mesh')
  await knowSubscribers(TOPIC, [author, host.node])
  await author.services.pubsub.publish(TOPIC, bodyOf('before'))
  await until(() => heard.length === 1, 'not relayed')
  await host.certificates.accept(await testCertificate(network, peerIdText(author.peerId), trusted))
  const relayed: string[] = []
  relay.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    relayed.push(new TextDecoder().decode(detail.msg.data))
  })
  await author.services.pubsub.publish(TOPIC, bodyOf('after'))
  // what it passes on goes before what it says then
  await until(() => relayed.includes('after'), 'the relay has it')
  await relay.services.pubsub.publish(TOPIC, bodyOf('from the relay'))
  await until(() => heard.includes('from the relay'), 'the relay is cut off')
  assert.deepEqual(heard, ['before', 'from the relay'])
  // the score itself is worked out once a heartbeat
  const { score } = host.node.services.pubsub as unknown as {
    score: { peerStats: Map<string, { topics: Record<string, { invalidMessageDeliveries: number }> }> }
  }
  assert.equal(score.peerStats.get(relay.peerId.toString())?.topics[TOPIC]?.invalidMessageDeliveries, 0)
})

/** What a host asks its neighbours to take it into, as `peer topic`. */
function graftedBy(host: { services: { pubsub: unknown } }): string[] {
  const asked: string[] = []
  const pubsub = host.services.pubsub as { sendRpc: (to: string, rpc: { control?: { graft: { topicID?: string }[] } }) => boolean }
  const sendRpc = pubsub.sendRpc.bind(pubsub)
  pubsub.sendRpc = (to, rpc) => {
    for (const { topicID } of rpc.control?.graft ?? []) asked.push(`${to} ${topicID}`)
    return sendRpc(to, rpc)
  }
  return asked
}

test('O4: a look grafts the suspect, and asks for copies of what it announces, seen or not', async t => {
  const { network } = await testNetwork()
  const host = await observedHost(network)
  const suspect = await plainHost()
  t.after(async () => Promise.all([host.stop(), suspect.stop()]))
  const peer = peerIdText(suspect.peerId)
  assert.equal(host.tap.graft(peer, TOPIC), false, 'not linked')
  for (const { services } of [host.node, suspect]) services.pubsub.subscribe(TOPIC)
  await suspect.dial(host.node.getMultiaddrs())
  await knowSubscribers(TOPIC, [host.node, suspect])
  const inside = host.node.services.pubsub as unknown as { mesh: Map<string, Set<string>>; handleIHave: (id: string, ihave: unknown[]) => unknown[] }
  const grafted = graftedBy(host.node)
  const meshOfSuspect = (suspect.services.pubsub as unknown as { mesh: Map<string, Set<string>> }).mesh
  meshOfSuspect.get(TOPIC)?.delete(host.core.self)
  await until(() => {
    inside.mesh.get(TOPIC)?.delete(peer)
    grafted.splice(0)
    return host.tap.graft(peer, TOPIC)
  }, 'cannot graft')
  assert.deepEqual(grafted, [`${peer} ${TOPIC}`])
  assert.deepEqual(host.tap.meshPeers(TOPIC), [peer])
  await until(() => meshOfSuspect.get(TOPIC)?.has(host.core.self) === true, 'the suspect was not told')

  const copies: GossipCopy[] = []
  host.tap.onCopy(copy => copies.push(copy))
  const ids: Uint8Array[] = []
  host.node.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => ids.push(Buffer.from(detail.msgId, 'base64')))
  await suspect.services.pubsub.publish(TOPIC, bodyOf('seen'))
  await until(() => ids.length === 1 && copies.length === 1, 'no message')
  const announce = (): unknown[] => inside.handleIHave(peer, [{ topicID: TOPIC, messageIDs: ids }])
  assert.deepEqual(announce(), [], 'gossipsub itself never asks for what it has')
  const end = host.tap.askForCopies(peer)
  announce()
  await until(() => copies.length === 2, 'no copy was given')
  assert.deepEqual(
    copies.map(({ kind }) => kind),
    ['new', 'duplicate']
  )
  end()
})

test('O5: certificates and rosters travel by gossip, under asynchronous validation too, and only what is news travels on', async t => {
  const { network, trusted } = await testNetwork()
  const { certificates } = gossipTopics(network.name)
  const pubsub = gossipsub({ asyncValidation: true, allowPublishToZeroTopicPeers: true, scoreParams: { IPColocationFactorWeight: 0 } })
  const [first, second, third] = [await observedHost(network), await observedHost(network, { node: { pubsub } }), await observedHost(network)]
  t.after(async () => Promise.all([first.stop(), second.stop(), third.stop()]))
  const subject = peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))
  await second.node.dial(first.node.getMultiaddrs())
  await second.node.dial(third.node.getMultiaddrs())
  await until(() => second.node.services.pubsub.getSubscribers(certificates).length === 2, 'no subscription')
  await until(() => first.tap.meshPeers(certificates).length === 1 && third.tap.meshPeers(certificates).length === 1, 'no mesh')
  const copies: GossipCopy[] = []
  third.tap.onCopy(copy => copies.push(copy))
  await first.topics.publishCertificate(Uint8Array.of(1, 2, 3))
  await first.topics.publishCertificate(await testCertificate(network, subject, []))
  const good = await testCertificate(network, subject, trusted)
  await first.topics.publishCertificate(good)
  await until(() => third.certificates.evicted(subject) != null, 'the certificate did not arrive')
  await first.topics.publishCertificate(good)
  assert.equal(copies.length, 1, 'garbage and what is known already ends at the first node')
})

test('O6: a gossipsub of another make is named at the start', async t => {
  const { network } = await testNetwork()
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const tap = gossipTap({ ...core, components: { ...core.components, pubsub: {} as never } }, { ignores: () => false })
  assert.throws(() => tap.beforeStart?.(), { code: 'no-gossipsub', message: /validateReceivedMessage/ })
})
