import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@peerwatch/model/system-clock'
import { MemoryDatastore } from 'datastore-core'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS, messages, PROTOCOLS, REGISTRY_STATUS } from '@peerwatch/wire'

import * as varint from 'uint8-varint'
import { answerer, caller, createSigner, peerIdBytes, peerIdText } from '@peerwatch/link'
import { changeOf, readPeerRecord, signVote } from '@peerwatch/peer/parts'
import { sealPeerRecord } from '../../peer/src/registry/peer-record.ts'
import { noCertificates, streamsAt, testHost, until } from '../../link/test/support/core.ts'
import { HANGS_AFTER_MS } from '../../../test/support/until.ts'
import { rawCaller, rawStream, testRegistry } from './support/registry.ts'
import type { RegistryRequest, RegistryResponse } from '@peerwatch/wire'
import type { Caller } from '@peerwatch/link'
import type { RegistryNode, SeedNode, TestRegistry } from './support/registry.ts'

/** Of an allowance: what a slow machine takes longer for gets no more of it. */
const NEXT_TO_NOTHING = 0.001
const NO_PUBLISH = { certificates: [], roster: new Uint8Array(), votes: [] }

/** A host without a client, for saying what no client says. */
async function stranger(registry: TestRegistry, key = registry.keys.trusted[0]!): Promise<Pick<RegistryNode, 'node' | 'core' | 'self'>> {
  const { node, core } = await testHost(registry.network, key)
  return { node, core, self: core.self }
}

async function recordOf(node: Pick<RegistryNode, 'node' | 'core'>, seq: number, count = 1): Promise<Uint8Array> {
  const addresses = Array.from({ length: count }, (_, at) => multiaddr(`/ip4/127.0.0.1/tcp/${at + 1}`))
  return sealPeerRecord(node.node.peerId, node.core.components.privateKey, addresses, seq)
}

async function isServing(registry: TestRegistry, seed: SeedNode): Promise<void> {
  const honest = await registry.peer()
  await until(() => honest.client.state().state === 'registered', 'the seed still registers others')
  assert.ok(seed.server.status().peers.some(({ peer }) => peer === honest.self))
  await honest.stop()
}

/** Takes whatever it is given. */
function trustingBook(): { held: Set<string>; certificates: ReturnType<typeof noCertificates> } {
  const held = new Set<string>()
  const certificates = {
    ...noCertificates(),
    accept: async (bytes: Uint8Array): Promise<'new' | 'known'> => {
      const text = Buffer.from(bytes).toString()
      const result = held.has(text) ? 'known' : 'new'
      held.add(text)
      return result
    },
    encoded: () => [...held].map(text => Buffer.from(text)),
    liveSet: () => ({ count: held.size, hash: Buffer.from([...held].toSorted().join(' ')) })
  }
  return { held, certificates }
}

test('G11: a record of another, an older one and one with a wrong signature are refused, and all but the older counted', async t => {
  const registry = await testRegistry({ scope: 'local' })
  t.after(registry.end)
  const seed = await registry.seed(0)
  const [mallory, victim] = [await stranger(registry), await registry.peer()]
  t.after(async () => mallory.node.stop())
  const { call } = await rawCaller(mallory, seed)
  const register = async (record: Uint8Array): Promise<number> => (await call({ register: { record, watch: false } })).status

  assert.equal((await call({ list: { most: 10 } })).status, REGISTRY_STATUS.notRegistered)
  assert.equal(await register(await victim.client.record()), REGISTRY_STATUS.foreignRecord)
  assert.equal(await register(new Uint8Array([1, 2, 3])), REGISTRY_STATUS.badRecord)
  assert.equal(await register(new Uint8Array(LIMITS.peerRecordBytes + 1)), REGISTRY_STATUS.badRecord)
  const altered = await recordOf(mallory, 5)
  altered[altered.byteLength - 1]! ^= 1
  assert.equal(await register(altered), REGISTRY_STATUS.badSignature)
  assert.equal(await register(await recordOf(mallory, 10)), REGISTRY_STATUS.done)
  const { status, peers } = await call({ register: { record: await recordOf(mallory, 9), watch: false } })
  assert.equal(status, REGISTRY_STATUS.staleRecord)
  assert.deepEqual(
    peers.map(({ record }) => Buffer.from(record)),
    [Buffer.from(await recordOf(mallory, 10))],
    'it is shown what the seed has'
  )
  assert.equal(await register(await recordOf(mallory, 10)), REGISTRY_STATUS.done, 'the same again is a renewal')
  const what = seed.faults.filter(fault => fault.startsWith(mallory.self)).map(fault => fault.split(' ')[1])
  assert.deepEqual(what, ['foreign-record', 'bad-record', 'bad-record', 'bad-record'])
  await isServing(registry, seed)
})

test('G12: garbage, oversized and endless frames end the stream and are counted; the seed lives', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const seed = await registry.seed(0)
  const mallory = await stranger(registry)
  t.after(async () => mallory.node.stop())
  const frames = [
    { bytes: Uint8Array.of(3, 255, 255, 255), what: 'malformed' },
    { bytes: varint.encode(LIMITS.frameBytes + 1), what: 'too-long' },
    { bytes: new Uint8Array(16).fill(255), what: 'malformed' }
  ]
  for (const { bytes, what } of frames) {
    const before = seed.faults.length
    const stream = await rawStream(mallory, seed)
    stream.send(bytes)
    await until(() => seed.faults.length > before, 'the fault is counted')
    assert.equal(seed.faults.at(-1), `${mallory.self} ${what}`)
  }
  await isServing(registry, seed)
})

test('G13: thousands of streams and requests stay within bounds', async t => {
  const registry = await testRegistry({ trusted: 0 })
  t.after(registry.end)
  const seed = await registry.seed(0, { options: { mostStreams: 3, registerWithinMs: 300, costPerSecond: NEXT_TO_NOTHING } })
  const mallory = await stranger(registry, registry.keys.authority)
  t.after(async () => mallory.node.stop())
  for (let opening = 0; opening < 100; opening++) {
    const stream = await rawStream(mallory, seed)
    stream.abort(new Error('again'))
  }
  await until(() => seed.faults.includes(`${mallory.self} too-fast`), 'opening without end is counted')
  const connection = await mallory.node.dial(seed.node.getMultiaddrs())
  const opened = await Promise.allSettled(
    Array.from({ length: 2_000 }, async () => connection.newStream(PROTOCOLS.registry, { maxOutboundStreams: 5_000, negotiateFully: false }))
  )
  assert.equal(opened.length, 2_000)
  assert.ok(streamsAt(seed, PROTOCOLS.registry) <= 1)
  await until(() => streamsAt(seed, PROTOCOLS.registry) === 0, 'whoever does not register is closed')
  await mallory.node.hangUp(seed.node.peerId)
  await isServing(registry, seed)
  const crowd = await Promise.all([registry.peer(), registry.peer(), registry.peer(), registry.peer(), registry.peer()])
  await until(() => crowd.filter(({ client }) => client.state().state === 'registered').length === 3, 'three get in')
  assert.equal(streamsAt(seed, PROTOCOLS.registry), 3)
})

test('G13: a stream on which nobody registers is closed', async t => {
  const registry = await testRegistry({ trusted: 0 })
  t.after(registry.end)
  const seed = await registry.seed(0, { options: { registerWithinMs: 300 } })
  const silent = await stranger(registry, registry.keys.authority)
  t.after(async () => silent.node.stop())
  const stream = await rawStream(silent, seed)
  await until(() => stream.status !== 'open' || stream.remoteWriteStatus === 'closed', 'the seed ends it')
  await until(() => streamsAt(seed, PROTOCOLS.registry) === 0, 'nothing of it is left')
})

test('G14: requests beyond the allowance are refused, and then the stream is cut', async t => {
  const registry = await testRegistry({ trusted: 0 })
  t.after(registry.end)
  const seed = await registry.seed(0, { options: { costBurst: 30, costPerSecond: NEXT_TO_NOTHING, refusedMost: 10 } })
  const mallory = await stranger(registry, registry.keys.authority)
  t.after(async () => mallory.node.stop())
  const { call, isOpen } = await rawCaller(mallory, seed)
  assert.equal((await call({ register: { record: await recordOf(mallory, 1), watch: true } })).status, REGISTRY_STATUS.done)
  const statuses = await Promise.allSettled(Array.from({ length: 100 }, async () => call({ list: { most: 100 } })))
  const served = statuses.filter(result => result.status === 'fulfilled' && result.value.status === REGISTRY_STATUS.done)
  assert.ok(served.length < 10, `${served.length} of 100 were served`)
  assert.ok(!isOpen())
  assert.ok(seed.faults.includes(`${mallory.self} too-fast`))
  assert.equal(seed.refused.length, 11, 'each is told of once')
  assert.deepEqual(new Set(seed.refused), new Set([mallory.self]))
  await isServing(registry, seed)
})

test('G14: what costs a seed more takes more of the allowance', async t => {
  const registry = await testRegistry({ trusted: 0 })
  t.after(registry.end)
  const seed = await registry.seed(0, { options: { costBurst: 90, costPerSecond: NEXT_TO_NOTHING } })
  const mallory = await stranger(registry, registry.keys.authority)
  t.after(async () => mallory.node.stop())
  const { call } = await rawCaller(mallory, seed)
  await call({ register: { record: await recordOf(mallory, 1), watch: false } })
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await call({ pull: { roster: false, certificates: true } })).status))
  assert.equal(statuses.filter(status => status === REGISTRY_STATUS.done).length, 3)
})

test('G15: one seed’s vote, a stranger’s vote and a goodbye in another’s name remove nobody', async t => {
  const registry = await testRegistry({ seeds: 2 })
  t.after(registry.end)
  const [first, second] = await Promise.all([registry.seed(0), registry.seed(1)])
  const [ann, bob, mallory] = [await registry.peer(), await registry.peer(), await stranger(registry)]
  t.after(async () => mallory.node.stop())
  await until(() => [ann, bob, first, second].every(({ client }) => client.state().state === 'registered'), 'registered')
  const { seq } = readPeerRecord(await bob.client.record())
  const vote = { peer: bob.self, recordSeq: seq, tests: 4 }
  const one = await signVote(first.core, vote)
  const forged = await signVote(mallory.core, vote)
  const hasty = await signVote(second.core, { ...vote, tests: 1 })

  await ann.client.learn(changeOf({ votes: [one, one] }))
  await assert.rejects(ann.client.learn(changeOf({ votes: [one, forged] })), { code: 'refused' })
  await assert.rejects(ann.client.learn(changeOf({ votes: [one, hasty] })), { code: 'malformed' })
  assert.ok(!ann.client.hasLeft(bob.self))

  const { call } = await rawCaller(mallory, first)
  await call({ register: { record: await recordOf(mallory, 1), watch: false } })
  await call({ publish: { ...NO_PUBLISH, votes: [one, forged] } })
  const goodbye = await mallory.core.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: seq + 1 }))
  const { payload, signature } = messages.signed.decode(goodbye)
  const inBobsName = messages.signed.encode({ payload, signature, signer: peerIdBytes(bob.self) })
  assert.equal((await call({ goodbye: inBobsName })).status, REGISTRY_STATUS.badSignature)
  await assert.rejects(ann.client.learn(changeOf({ goodbye: inBobsName })), { code: 'bad-signature' })
  const bobsOwn = await bob.core.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: seq + 1 }))
  assert.equal((await call({ goodbye: bobsOwn })).status, REGISTRY_STATUS.badSignature, 'nor his own, brought by another')
  const what = first.faults.filter(fault => fault.startsWith(mallory.self)).map(fault => fault.split(' ')[1])
  assert.deepEqual(what, ['bad-vote', 'bad-vote', 'bad-goodbye', 'bad-goodbye'])
  assert.ok(first.server.status().peers.some(({ peer }) => peer === bob.self))
  assert.ok(!ann.client.hasLeft(bob.self))
})

test('a removal is taken by a node whose clock is some windows behind, and refused without blame where it is far off', async t => {
  const registry = await testRegistry({ seeds: 2 })
  t.after(registry.end)
  const [first, second] = await Promise.all([registry.seed(0), registry.seed(1)])
  const [ann, bob] = [await registry.peer(), await registry.peer()]
  await until(() => [ann, bob, first, second].every(({ client }) => client.state().state === 'registered'), 'registered')
  const { seq } = readPeerRecord(await bob.client.record())
  const vote = { peer: bob.self, recordSeq: seq, tests: 4 }
  const removal = changeOf({ votes: [await signVote(first.core, vote), await signVote(second.core, vote)] })
  const { window } = first.core.windows.now()
  const { windows, clock } = ann.core
  windows.steer((window - 40) * windows.windowMs - clock.monotonicMs(), 'whole')
  await assert.rejects(ann.client.learn(removal), { code: 'refused' })
  windows.steer((window - 5) * windows.windowMs - clock.monotonicMs(), 'whole')
  await ann.client.learn(removal)
  assert.ok(ann.client.hasLeft(bob.self))
})

test('G16: a goodbye of an earlier run, played back, sends nobody away', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const seed = await registry.seed(0)
  const [ann, bob] = await Promise.all([registry.peer(), registry.peer()])
  await until(() => [ann, bob].every(({ client }) => client.state().state === 'registered'), 'registered')
  await ann.node.dial(bob.node.getMultiaddrs())
  await until(async () => (await ann.node.peerStore.get(bob.node.peerId)).peerRecordEnvelope != null, 'identified')
  const old = await bob.core.signer.sign('goodbye', messages.goodbye.encode({ recordSeq: 1_000 }))
  await ann.client.learn(changeOf({ goodbye: old }))
  assert.ok(!ann.client.hasLeft(bob.self))
  assert.ok(seed.server.status().peers.some(({ peer }) => peer === bob.self))
})

test('G88: a goodbye counts though the leaving node answered identify after it had signed it', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  await registry.seed(0)
  const [ann, bob] = await Promise.all([registry.peer(), registry.peer()])
  await until(() => [ann, bob].every(({ client }) => client.state().state === 'registered'), 'registered')
  const recordSeq = Date.now()
  const goodbye = await bob.core.signer.sign('goodbye', messages.goodbye.encode({ recordSeq }))
  await until(() => Date.now() > recordSeq, 'the next millisecond')
  await ann.node.dial(bob.node.getMultiaddrs())
  await until(async () => (await ann.node.peerStore.get(bob.node.peerId)).peerRecordEnvelope != null, 'identified')
  await ann.client.learn(changeOf({ goodbye }))
  assert.ok(ann.client.hasLeft(bob.self))
})

test('G17: a rolled-back roster is not taken; who sends one is behind, which is no fault, and is shown the newer, while an altered one is counted', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const seed = await registry.seed(0)
  const mallory = await stranger(registry)
  t.after(async () => mallory.node.stop())
  const { payload } = messages.signed.decode(registry.network.roster.encoded)
  const authority = createSigner(registry.keys.authority, registry.network.id)
  const roster = async (version: number): Promise<Uint8Array> =>
    await authority.sign('roster', messages.roster.encode({ ...messages.roster.decode(payload), version }))
  const { call } = await rawCaller(mallory, seed)
  await call({ register: { record: await recordOf(mallory, 1), watch: false } })
  assert.equal((await call({ publish: { ...NO_PUBLISH, roster: await roster(5) } })).status, REGISTRY_STATUS.done)
  const shown = await call({ publish: { ...NO_PUBLISH, roster: await roster(4) } })
  assert.equal(shown.status, REGISTRY_STATUS.done)
  assert.deepEqual(Buffer.from(shown.roster), Buffer.from(await roster(5)))
  assert.deepEqual(seed.faults, [])
  const altered = await roster(4)
  altered[altered.byteLength - 1]! ^= 1
  assert.equal((await call({ publish: { ...NO_PUBLISH, roster: altered } })).status, REGISTRY_STATUS.badRoster)
  assert.equal(seed.core.roster.current().version, 5)
  assert.deepEqual(seed.faults, [`${mallory.self} bad-roster`])
})

async function sees(by: RegistryNode, other: RegistryNode): Promise<boolean> {
  return (await by.client.list(10)).some(({ peer }) => peer === other.self)
}

test('G50: a finding that one trusted node signed changes no list', async t => {
  const registry = await testRegistry({ trusted: 3 })
  t.after(registry.end)
  const seed = await registry.seed(0)
  const [ann, suspect, trusted] = await Promise.all([registry.peer(), registry.peer(), registry.peer({ key: registry.keys.trusted[0]! })])
  await until(() => [ann, suspect, trusted].every(({ client }) => client.state().state === 'registered'), 'registered')
  const subject = peerIdBytes(suspect.self)
  const { window } = seed.core.windows.now()
  const finding = await trusted.core.signer.sign(
    'finding',
    messages.finding.encode({ subject, dimension: 2, outcome: 1, window, bad: 30, controls: 9, controlsPassed: 9 })
  )
  const carrier = await testHost(registry.network)
  t.after(async () => carrier.node.stop())
  const { call } = await findingsCaller(carrier, seed, finding)
  await call({ register: { record: await recordOf(carrier, 1), watch: false } })
  assert.equal((await call({ publish: NO_PUBLISH })).status, REGISTRY_STATUS.done)
  assert.ok((await sees(ann, suspect)) && (await sees(suspect, ann)), 'it is listed, and told of others')
  assert.equal((await ann.client.find([suspect.self])).length, 1)
})

/** Tells with every request a finding where findings were told until they changed no list any more. */
async function findingsCaller(from: Pick<RegistryNode, 'node'>, to: RegistryNode, finding: Uint8Array): Promise<Caller<RegistryRequest, RegistryResponse>> {
  const inPublish = Buffer.concat([Uint8Array.of(0x12), varint.encode(finding.byteLength), finding])
  const { encode } = messages.registryRequest
  const publish = Buffer.concat([Uint8Array.of(0x42), varint.encode(inPublish.byteLength), inPublish])
  return caller<RegistryRequest, RegistryResponse>(await rawStream(from, to), {
    clock: systemClock,
    request: { ...messages.registryRequest, encode: request => Buffer.concat([encode(request), publish]) },
    response: messages.registryResponse,
    mostUnderWay: 100,
    timeoutMs: HANGS_AFTER_MS,
    onPush: () => {},
    onEnd: () => {}
  })
}

test('G19: an evicted peer is refused, and no longer listed', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const evicted = new Set<string>()
  const eviction = { dimension: 'integrity', reason: 'test', issuedAtMs: 0, expiresAtMs: Number.MAX_SAFE_INTEGER, serial: 1, signers: [] } as const
  const certificates = { ...noCertificates(), evicted: (peer: RegistryNode['self']) => (evicted.has(peer) ? { ...eviction, peer } : undefined) }
  const seed = await registry.seed(0, { certificates })
  const [ann, bad] = await Promise.all([registry.peer(), registry.peer()])
  await until(() => [ann, bad].every(({ client }) => client.state().state === 'registered'), 'registered')
  const stranded = await stranger(registry, registry.keys.authority)
  t.after(async () => stranded.node.stop())
  evicted.add(stranded.self)
  const refused = await rawCaller(stranded, seed)
  await assert.rejects(async () => refused.call({ register: { record: await recordOf(stranded, 1), watch: false } }), 'its stream is not taken')
  evicted.add(bad.self)
  seed.core.emit('peer:evicted', { ...eviction, peer: bad.node.peerId, signers: [] })
  await until(() => bad.client.state().state === 'alone', 'cut off')
  assert.deepEqual(await ann.client.list(10), [])
  assert.ok(!seed.server.status().peers.some(({ peer }) => peer === bad.self))
})

test('G20: certificates reach a node at registration, and a seed that lacks them', async t => {
  const registry = await testRegistry()
  t.after(registry.end)
  const [seedBook, annBook, bobBook] = [trustingBook(), trustingBook(), trustingBook()]
  for (let count = 0; count < 150; count++) seedBook.held.add(`seed ${count}`)
  annBook.held.add('ann 1')
  await registry.seed(0, { certificates: seedBook.certificates })
  await registry.peer({ certificates: bobBook.certificates })
  await until(() => bobBook.held.size === 150, 'all of them, in more than one frame')
  await registry.peer({ certificates: annBook.certificates })
  await until(() => [seedBook, annBook, bobBook].every(({ held }) => held.size === 151), 'and the other way, to who watches')
})

test('G21: what a lying seed lists is not believed, and another is asked', async t => {
  const registry = await testRegistry({ seeds: 2 })
  t.after(registry.end)
  const honest = await registry.seed(0)
  const [ann, bob] = await Promise.all([registry.peer(), registry.peer()])
  const liar = await testHost(registry.network, registry.keys.seeds[1], {
    listen: [registry.network.seeds[1]!.decapsulateCode(421).toString()],
    libp2p: { datastore: new MemoryDatastore() }
  })
  t.after(async () => liar.node.stop())
  const lie = (await bob.client.record()).slice()
  lie[lie.byteLength - 1]! ^= 1
  await liar.node.handle(PROTOCOLS.registry, stream => {
    const answers = answerer<RegistryRequest, RegistryResponse>(stream, {
      clock: systemClock,
      request: messages.registryRequest,
      response: messages.registryResponse,
      answer: async ({ list }) =>
        list == null ? { window: 1, renewEveryMs: 1 } : { peers: [{ record: lie, stamp: new Uint8Array(), unreachable: false, guest: new Uint8Array() }] },
      onEnd: () => {}
    })
    answers.push({ changes: [changeOf({ goodbye: lie })] })
  })
  const liarId = peerIdText(peerIdFromPrivateKey(registry.keys.seeds[1]!))
  await until(() => ann.client.state().state === 'registered', 'at the liar too')
  await until(() => ann.faults.includes(`${liarId} bad-change`), 'the forged goodbye is counted')
  await until(async () => {
    assert.deepEqual(
      (await ann.client.list(10)).map(({ peer }) => peer),
      [bob.self]
    )
    return ann.faults.includes(`${liarId} bad-record`)
  }, 'the liar was asked, too')
  assert.ok(streamsAt(honest, PROTOCOLS.registry) > 0)
})
