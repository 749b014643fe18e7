import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSigner } from '../packages/link/src/signatures.ts'
import { gossipTopics } from '@peerwatch/peer'
import { LIMITS, messages } from '@peerwatch/wire'
import { peerIdBytes } from '../packages/link/src/peer-ids.ts'
import { besieged, core, idOf, rosterOf } from './support/besieged.ts'
import { forgedCertificates, otherNetworkId, signedRoster, strangers } from './support/forged.ts'
import { until } from './support/until.ts'
import type { Besieged } from './support/besieged.ts'

const MOST_DEGREE = 4
const NOTHING_PUBLISHED = { certificates: [], findings: [], roster: new Uint8Array(), votes: [] }

let siege: Besieged
before(async () => {
  siege = await besieged({ seeds: 2, trusted: 3, watchers: 0, peers: 3, roster: { maxDegree: MOST_DEGREE } })
})
after(async () => siege.net.stop())

function windowNow(): number {
  return core(siege.trusted).windows.now().window
}

test('each wrong report gets the code of what is wrong with it, and those that no honest peer sends are counted', async t => {
  const [mallory, other] = [await siege.mallory(t), await siege.mallory(t)]
  const foreignId = await otherNetworkId(siege)
  const [registered, foreign] = [await mallory.register(siege.seed), await other.register(siege.seed)]
  const { send } = await mallory.report(siege.trusted)
  const { firstWindow } = messages.stamp.decode(messages.signed.decode(registered.stamp).payload)
  const subject = idOf(siege.peer)
  const sign = async (parts: Partial<Parameters<typeof mallory.signReport>[0]>): Promise<Uint8Array> =>
    mallory.signReport({ subject, window: firstWindow, ...parts })
  const seedOfOther = createSigner(core(siege.seed).components.privateKey, foreignId)
  const foreignStamp = await seedOfOther.sign('stamp', messages.signed.decode(registered.stamp).payload)
  const altered = messages.signed.decode(await sign({ subject: idOf(siege.net.peers[1]!) }))
  altered.signature[0]! ^= 1
  const [nobody] = await strangers(siege, 1)
  const cases: readonly (readonly [word: string, report: Uint8Array, isFault: boolean])[] = [
    ['stored', await sign({}), false],
    ['stored', await sign({}), false],
    ['malformed', Uint8Array.of(1, 2, 3), true],
    ['malformed', new Uint8Array(LIMITS.reportBytes + 1), true],
    ['malformed', await sign({ ok: 15, bad: 15 }), true],
    ['not-the-reporter', await other.signReport({ subject, window: firstWindow }), true],
    ['own-subject', await sign({ subject: mallory.peer }), true],
    ['old-window', await sign({ window: windowNow() - 400 }), false],
    ['future-window', await sign({ window: windowNow() + 10 }), false],
    ['protected-subject', await sign({ subject: idOf(siege.seed) }), false],
    ['protected-subject', await sign({ subject: idOf(siege.trusted) }), false],
    ['unknown-subject', await sign({ subject: nobody!.peer }), false],
    ['bad-stamp', await sign({ subject: idOf(siege.net.peers[1]!), stamp: foreign.stamp }), true],
    ['bad-stamp', await sign({ subject: idOf(siege.net.peers[1]!), stamp: foreignStamp }), true],
    ['early-window', await sign({ window: firstWindow - 3 }), false],
    ['bad-signature', messages.signed.encode(altered), true],
    ['bad-signature', await sign({ subject: idOf(siege.net.peers[1]!), signer: createSigner(mallory.key, foreignId) }), true]
  ]
  assert.deepEqual(
    await send(cases.map(([, report]) => report)),
    cases.map(([word]) => word)
  )
  const expected = cases.filter(([, , isFault]) => isFault).map(([word]) => word)
  assert.deepEqual(siege.faults(siege.trusted, mallory).toSorted(), expected.toSorted())
  await siege.assertAlive()
})

test('a reporter has no more subjects in a window than the maximum degree', async t => {
  const mallory = await siege.mallory(t)
  await mallory.register(siege.seed)
  const { send } = await mallory.report(siege.trusted)
  const window = windowNow()
  const crowd = await strangers(siege, MOST_DEGREE + 3)
  const words = await send(await Promise.all(crowd.map(async ({ peer }) => mallory.signReport({ subject: peer, window }))))
  assert.deepEqual(words, [...Array.from({ length: MOST_DEGREE }, () => 'unknown-subject'), 'too-many-subjects', 'too-many-subjects', 'too-many-subjects'])
  await siege.assertAlive()
})

test('a report that is played back by its author is stored once, and by another not at all', async t => {
  const [mallory, thief] = [await siege.mallory(t), await siege.mallory(t)]
  const { stamp } = await mallory.register(siege.seed)
  await thief.register(siege.seed)
  const window = messages.stamp.decode(messages.signed.decode(stamp).payload).firstWindow
  const subject = idOf(siege.peer)
  const report = await mallory.signReport({ subject, window })
  for (const trusted of siege.net.trusted) {
    const words = await (await mallory.report(trusted)).send(Array.from({ length: 30 }, () => report))
    assert.deepEqual(new Set(words), new Set(['stored']))
    assert.deepEqual(await (await thief.report(trusted)).send([report]), ['not-the-reporter'])
  }
  const { tree } = siege.trusted.libp2p.services.peerwatch.assembly.tier!
  const { records } = await tree.read(subject)
  assert.equal(records.filter(({ author }) => author === mallory.peer).length, 1)
  await siege.assertAlive()
})

test('who sends what no honest peer sends loses his stream, and gets no further one for a while', async t => {
  const mallory = await siege.mallory(t)
  const report = await mallory.report(siege.trusted)
  report.sendFrame(messages.reportUp.encode({ reports: Array.from({ length: 64 }, (_, number) => ({ number, report: Uint8Array.of(9) })) }))
  await until(() => !report.isOpen(), 'the stream is cut')
  await until(async () => !(await mallory.report(siege.trusted).catch(() => ({ isOpen: () => false }))).isOpen(), 'a further one is refused')
  await siege.assertAlive()
})

test('a registration, goodbye or vote in the name of another is refused and counted', async t => {
  const [mallory, victim] = [await siege.mallory(t), await siege.mallory(t)]
  const registry = await mallory.askRegistry(siege.seed)
  assert.equal((await registry.call({ list: { most: 1 } })).status, 9)
  assert.equal((await registry.call({ register: { record: await victim.record(), watch: false } })).status, 2)
  assert.equal((await registry.call({ register: { record: new Uint8Array(LIMITS.peerRecordBytes + 1), watch: false } })).status, 5)
  const altered = await mallory.record()
  altered[altered.byteLength - 1]! ^= 1
  assert.equal((await registry.call({ register: { record: altered, watch: false } })).status, 4)

  const seq = Date.now() + 1_000
  assert.equal((await registry.call({ register: { record: await mallory.record(seq), watch: false } })).status, 0)
  assert.equal((await registry.call({ register: { record: await mallory.record(seq - 1), watch: false } })).status, 3)
  await victim.register(siege.seed)
  const goodbye = await victim.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: seq * 2 }))
  assert.equal((await registry.call({ goodbye })).status, 4)
  const subject = peerIdBytes(victim.peer)
  const vote = await mallory.signer.sign('removal', messages.removalVote.encode({ peer: subject, recordSeq: seq, window: windowNow(), tests: 4 }))
  await registry.call({ publish: { ...NOTHING_PUBLISHED, votes: [vote] } })
  await registry.call({ dead: [new Uint8Array(40), subject] })

  const expected = ['foreign-record', 'bad-record', 'bad-record', 'bad-goodbye', 'bad-vote', 'malformed']
  assert.deepEqual(siege.faults(siege.seed, mallory), expected)
  const { seed } = siege.seed.libp2p.services.peerwatch.assembly
  assert.ok(seed!.status().peers.some(({ peer }) => peer === victim.peer))
  await siege.assertAlive()
})

/** The multihash of SHA-256 of nothing, that long: a peer id by its form. */
function name(size: number): Uint8Array {
  const bytes = new Uint8Array(size + 4).fill(119)
  bytes.set([0x12, (size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14])
  return bytes
}

test('names and addresses that would take minutes to decode cost nothing, wherever they stand', async t => {
  const mallory = await siege.mallory(t)
  // each call waits for its answer no longer than a hanging test
  const registry = await mallory.register(siege.seed)
  const { send } = await mallory.report(siege.trusted)
  const { call } = await mallory.query(siege.trusted)
  assert.equal((await registry.call({ find: { peers: [name(400_000)] } })).status, 1)
  assert.equal((await registry.call({ dead: [name(400_000)] })).status, 1)
  const signed = messages.signed.encode({ payload: Uint8Array.of(1), signer: name(60_000), signature: new Uint8Array(64) })
  assert.equal((await registry.call({ publish: { ...NOTHING_PUBLISHED, roster: signed } })).status, 10)
  assert.equal((await call({ standingOf: name(3_000) })).status, 1)
  assert.deepEqual(await send([messages.signed.encode({ payload: Uint8Array.of(1), signer: name(1_500) })]), ['malformed'])
  await siege.assertAlive()
})

async function onGossip(host: Awaited<ReturnType<Besieged['mallory']>>, topic: string, data: readonly Uint8Array[]): Promise<void> {
  const { pubsub } = host.libp2p.services
  await host.libp2p.dial(siege.peer.libp2p.getMultiaddrs())
  pubsub.subscribe(topic)
  await until(() => pubsub.getSubscribers(topic).length > 0, 'somebody listens')
  for (const bytes of data) await pubsub.publish(topic, bytes)
  // what comes last on the same link: when it is there, so is all of it
  const { chat } = gossipTopics(siege.net.network.name)
  const arrived = new Promise<void>(resolve => {
    siege.peer.onFirstSight(({ origin }) => {
      if (origin === host.peer) resolve()
    })
  })
  pubsub.subscribe(chat)
  await until(() => pubsub.getSubscribers(chat).length > 0, 'somebody chats')
  await pubsub.publish(chat, Uint8Array.of(1))
  await arrived
}

test('an old roster is taken by nobody, over the registry, by gossip, between trusted nodes or after a restart', async t => {
  const mallory = await siege.mallory(t)
  const registry = await mallory.register(siege.seed)
  const [two, three] = [await signedRoster(siege, 2), await signedRoster(siege, 3)]
  assert.equal((await registry.call({ publish: { ...NOTHING_PUBLISHED, roster: three } })).status, 0)
  await until(() => siege.nodes().every(node => rosterOf(node).version === 3), 'the new roster reaches everybody')

  assert.equal((await registry.call({ publish: { ...NOTHING_PUBLISHED, roster: two } })).status, 0, 'who is behind is not blamed')
  assert.deepEqual(siege.faults(siege.seed, mallory), [])
  await onGossip(mallory, gossipTopics(siege.net.network.name).roster, [two, siege.net.network.roster.encoded, three.subarray(1)])

  const member = siege.net.trusted[2]!
  const key = core(member).components.privateKey
  await member.stop()
  const traitor = await siege.mallory(t, key)
  const tree = await traitor.askTree(siege.trusted)
  const answer = await tree.call({
    hello: { roster: two, tokens: [], reportsPerSecond: Number.NaN, window: 0, windowOffsetMs: 0, settledRoster: 0 },
    view: { rosterVersion: 2, tokens: new Uint8Array(32) }
  })
  assert.equal(answer.status, 1, 'it is shown the newer view')
  assert.equal(answer.hello?.roster.byteLength, three.byteLength)
  await traitor.stop()
  await siege.net.restart(member)
  for (const node of siege.nodes()) assert.equal(rosterOf(node).version, 3, node.name)
  await until(() => siege.nodes().every(node => node.view.ready().ready), 'all are ready again')
})

test('no forged certificate evicts anybody, over the registry, by gossip or between trusted nodes', async t => {
  const mallory = await siege.mallory(t)
  const registry = await mallory.register(siege.seed)
  const victim = idOf(siege.net.peers[1]!)
  const forged = await forgedCertificates(siege, victim)
  await registry.call({ publish: { ...NOTHING_PUBLISHED, certificates: forged } })
  await onGossip(mallory, gossipTopics(siege.net.network.name).certificates, forged)

  const member = siege.net.trusted[2]!
  const signer = { ...core(member).signer }
  const key = core(member).components.privateKey
  await member.stop()
  const traitor = await siege.mallory(t, key)
  const tree = await traitor.askTree(siege.trusted)
  const { hello, status } = await tree.call({
    hello: { roster: new Uint8Array(), tokens: [], reportsPerSecond: 0, window: 0xffff_ffff, windowOffsetMs: 0xffff_ffff, settledRoster: 0 }
  })
  assert.ok(status === 0 && hello != null)
  for (const certificate of forged) await tree.call({ certificate })
  const finding = messages.finding.encode({
    subject: peerIdBytes(victim),
    dimension: 2,
    outcome: 1,
    window: windowNow(),
    bad: 9,
    controls: 3,
    controlsPassed: 3
  })
  // one member's own finding is real evidence, which alone evicts nobody; one in another member's name is nothing
  for (const by of [signer.peer, idOf(siege.net.trusted[1]!)]) {
    const { payload, signature } = messages.signed.decode(await signer.sign('finding', finding))
    await tree.call({ finding: messages.signed.encode({ payload, signature, signer: peerIdBytes(by) }) })
  }
  const { verdict } = messages.certificate.decode(forged[0]!)
  const proposed = await tree.call({ propose: { verdict } })
  assert.deepEqual([proposed.status, proposed.signature.byteLength], [2, 0])
  assert.equal(proposed.reason, 'no own finding')
  await tree.call({ case: { subject: new Uint8Array(3), dimension: 9, openedWindow: 0, weight: Number.NaN, groups: [] } })
  assert.ok(siege.faults(siege.trusted, traitor).includes('malformed'))
  await traitor.stop()
  await siege.net.restart(member)
  for (const node of siege.nodes()) assert.deepEqual(node.libp2p.services.peerwatch.evictions(), [], node.name)
  await until(() => siege.nodes().every(node => node.view.ready().ready), 'all are ready again')
  await siege.assertAlive()
})

test('garbage on the topics of certificates and rosters ends at the first node', async t => {
  const mallory = await siege.mallory(t)
  const { certificates, roster, chat } = gossipTopics(siege.net.network.name)
  const seen: string[] = []
  for (const node of siege.nodes().filter(other => other !== siege.peer)) {
    node.libp2p.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
      if (msg.type === 'signed' && msg.from.toString() === mallory.peer && msg.topic !== chat) seen.push(`${node.name} ${msg.topic}`)
    })
  }
  const garbage = Array.from({ length: 100 }, (_, size) => new Uint8Array(size * 20).fill(size))
  for (const topic of [certificates, roster]) await onGossip(mallory, topic, [...garbage, new Uint8Array(200_000)])
  const acknowledged = await siege.acknowledged()
  assert.ok(acknowledged >= siege.net.peers.length)
  assert.deepEqual(seen, [])
  await siege.assertAlive()
})

test('after all of it a new peer comes in, everybody reports and is acknowledged, and what was counted is documented', async () => {
  const newcomer = await siege.net.addPeer()
  await until(() => newcomer.view.ready().ready, 'the new peer is registered')
  assert.ok((await siege.acknowledged()) >= siege.net.peers.length)
  siege.assertDocumented()
})
