import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { createLibp2p } from 'libp2p'
import { createNetworkFile, parseNetwork, peerIdText, ServicesError } from '@peerwatch/link'
import { gossipTopics } from '../src/gossip/core-topics.ts'
import { peerwatch } from '../src/peerwatch.ts'
import { application } from './support/application.ts'
import { testCertificate } from '../../link/test/support/certificates.ts'
import { testNetwork, until } from '../../link/test/support/core.ts'
import { bodyOf, knowSubscribers, plainHost } from './support/gossip.ts'
import type { ConnectionGater, Libp2p, PeerId } from '@libp2p/interface'
import type { PeerwatchEvents } from '@peerwatch/link'
import type { App, AppServices } from './support/application.ts'
import type { TestKeys } from '../../link/test/support/core.ts'

const TOPIC = '/app/1'
const PROTOCOL = '/app/requests/1'

async function evict(keys: TestKeys, app: App, peer: PeerId): Promise<void> {
  const certificate = await testCertificate(keys.network, peerIdText(peer), keys.trusted)
  assert.equal(await app.services.peerwatch.assembly.core.certificates.accept(certificate), 'new')
}

const orders: (keyof AppServices)[][] = [
  ['peerwatch', 'identify', 'pubsub'],
  ['identify', 'peerwatch', 'pubsub'],
  ['pubsub', 'identify', 'peerwatch']
]
for (const order of orders) {
  test(`one line among the services is enough, wherever it stands: ${order.join(', ')}`, async t => {
    const keys = await testNetwork()
    const [app, peer] = [await application(keys.network, { order }), await plainHost()]
    t.after(async () => Promise.all([app.stop(), peer.stop()]))
    const { certificates, roster } = gossipTopics(keys.network.name)
    await until(() => [certificates, roster].every(topic => app.services.pubsub.getTopics().includes(topic)), 'the topics of Peerwatch are not joined')
    await peer.dial(app.getMultiaddrs())
    await until(() => app.services.peerwatch.neighbours().some(neighbour => neighbour.peer === peer.peerId.toString()), 'nobody is watched')
    const gone = once(peer as unknown as EventTarget, 'peer:disconnect')
    await evict(keys, app, peer.peerId)
    await gone
    await assert.rejects(app.dial(peer.getMultiaddrs()), /blocked by gater/)
  })
}

test("the application's own gater is asked about everybody else, and its object is not changed", async t => {
  const keys = await testNetwork()
  const asked: string[] = []
  const unwanted = await plainHost()
  const connectionGater: ConnectionGater = {
    denyInboundEncryptedConnection: peer => {
      asked.push(peer.toString())
      return false
    },
    denyDialPeer: peer => peer.equals(unwanted.peerId)
  }
  const [app, peer] = [await application(keys.network, { libp2p: { connectionGater } }), await plainHost()]
  t.after(async () => Promise.all([app.stop(), peer.stop(), unwanted.stop()]))
  await peer.dial(app.getMultiaddrs())
  await until(() => asked.includes(peer.peerId.toString()), 'the gater of the application was not asked')
  await assert.rejects(app.dial(unwanted.getMultiaddrs()), /blocked by gater|denied/i, 'what it denies stays denied')
  assert.deepEqual(Object.keys(connectionGater), ['denyInboundEncryptedConnection', 'denyDialPeer'])
})

test("the application's validators and score parameters stay its own", async t => {
  const keys = await testNetwork()
  const peer = await plainHost()
  const scoreParams = { IPColocationFactorWeight: 0, appSpecificWeight: 2, appSpecificScore: (id: string) => (id === peer.peerId.toString() ? 3 : 0) }
  const before = { ...scoreParams }
  const app = await application(keys.network, { pubsub: { scoreParams } })
  t.after(async () => Promise.all([app.stop(), peer.stop()]))
  const { pubsub } = app.services
  const heard: string[] = []
  const validator = (_from: PeerId, { data }: { data: Uint8Array }): TopicValidatorResult => {
    heard.push(new TextDecoder().decode(data))
    return heard.length === 1 ? TopicValidatorResult.Accept : TopicValidatorResult.Reject
  }
  pubsub.topicValidators.set(TOPIC, validator)
  const delivered: string[] = []
  pubsub.addEventListener('gossipsub:message', ({ detail }) => delivered.push(new TextDecoder().decode(detail.msg.data)))
  for (const { services } of [app, peer]) services.pubsub.subscribe(TOPIC)
  await peer.dial(app.getMultiaddrs())
  await until(() => peer.services.pubsub.getSubscribers(TOPIC).length === 1, 'no subscription')
  await peer.services.pubsub.publish(TOPIC, bodyOf('one'))
  await until(() => heard.length === 1, 'not validated')
  const scored = pubsub as unknown as { getScore: (peer: string) => number }
  assert.equal(scored.getScore(peer.peerId.toString()), 2 * 3, "the application's own score counts")
  await peer.services.pubsub.publish(TOPIC, bodyOf('two'))
  await until(() => heard.length === 2, 'not validated')
  assert.deepEqual(delivered, ['one'], 'what the validator rejects is not delivered')
  assert.deepEqual(scoreParams, before)
  assert.equal(new Map(pubsub.topicValidators).get(TOPIC), validator)
})

test('under asyncValidation the application answers for its own topics, and Peerwatch for those of Peerwatch', async t => {
  const keys = await testNetwork({ trusted: 1 })
  const [from, middle, to] = [
    await application(keys.network),
    await application(keys.network, { pubsub: { asyncValidation: true } }),
    await application(keys.network)
  ]
  const apps = [from, middle, to]
  t.after(async () => Promise.all(apps.map(async app => app.stop())))
  const verdicts = new Map([
    ['good', TopicValidatorResult.Accept],
    ['bad', TopicValidatorResult.Ignore]
  ])
  middle.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => {
    const verdict = verdicts.get(new TextDecoder().decode(detail.msg.data))
    const raw = middle.services.pubsub as unknown as { reportMessageValidationResult: (id: string, from: string, result: TopicValidatorResult) => void }
    if (verdict != null) raw.reportMessageValidationResult(detail.msgId, detail.propagationSource.toString(), verdict)
  })
  const heard: string[] = []
  to.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => heard.push(new TextDecoder().decode(detail.msg.data)))
  for (const { services } of apps) services.pubsub.subscribe(TOPIC)
  await from.dial(middle.getMultiaddrs())
  await to.dial(middle.getMultiaddrs())
  const topics = [TOPIC, gossipTopics(keys.network.name).certificates]
  const { pubsub } = middle.services as unknown as { pubsub: { getMeshPeers: (topic: string) => string[] } }
  await until(() => topics.every(topic => pubsub.getMeshPeers(topic).length === 2), 'no mesh')
  for (const topic of topics) await knowSubscribers(topic, [from])
  for (const text of ['bad', 'good']) await from.services.pubsub.publish(TOPIC, bodyOf(text))
  await until(() => heard.includes('good'), 'what the application accepts is not passed on')
  assert.deepEqual(heard, ['good'])

  const subject = await plainHost()
  t.after(async () => subject.stop())
  const evicted = once(to.services.peerwatch as unknown as EventTarget, 'peer:evicted')
  const certificate = await testCertificate(keys.network, peerIdText(subject.peerId), keys.trusted)
  await from.services.pubsub.publish(gossipTopics(keys.network.name).certificates, certificate)
  await evicted
})

/** Of them a node that takes one a second refuses some, however slowly they are opened. */
const EXCESS = 200
/** Of libp2p's own limits. */
const UNBOUNDED = { maxInboundStreams: 2 * EXCESS, maxOutboundStreams: 2 * EXCESS }

/** How many of `count` streams opened at once reach the application of the other side. */
async function served(app: App, peer: Libp2p, count: number): Promise<number> {
  let handled = 0
  await app.handle(
    PROTOCOL,
    stream => {
      handled++
      stream.send(new Uint8Array(1))
      void stream.close()
    },
    UNBOUNDED
  )
  const answers = Array.from({ length: count }, async () => {
    const stream = await peer.dialProtocol(app.peerId, PROTOCOL, UNBOUNDED)
    const ended = once(stream as unknown as EventTarget, 'close')
    await stream.close()
    await ended
  })
  await Promise.allSettled(answers)
  await app.unhandle(PROTOCOL)
  return handled
}

test('enforce: false refuses nobody: neither whom a certificate evicts, nor excess requests, nor whom it would cut', async t => {
  const keys = await testNetwork({ requestsPerSecond: 1 })
  const [app, strict] = [await application(keys.network, { enforce: false }), await application(keys.network)]
  const peer = await plainHost()
  t.after(async () => Promise.all([app.stop(), strict.stop(), peer.stop()]))
  for (const each of [app, strict]) await peer.dial(each.getMultiaddrs())
  assert.equal(await served(app, peer, EXCESS), EXCESS)
  assert.ok((await served(strict, peer, EXCESS)) < EXCESS, 'with enforcement the signed limit holds')
  await evict(keys, app, peer.peerId)
  assert.equal(app.services.peerwatch.evictions().length, 1, 'it is told of all the same')
  assert.equal(await served(app, peer, 1), 1)
  await app.hangUp(peer.peerId)
  await app.dial(peer.getMultiaddrs())
})

test('neverEvict keeps its peers, given as text or as PeerId, and nobody else', async t => {
  const keys = await testNetwork()
  const [named, given, other] = [await plainHost(), await plainHost(), await plainHost()]
  const app = await application(keys.network, { neverEvict: [named.peerId.toString(), given.peerId] })
  t.after(async () => Promise.all([app, named, given, other].map(async node => node.stop())))
  for (const { peerId } of [named, given, other]) await evict(keys, app, peerId)
  for (const peer of [named, given]) await app.dial(peer.getMultiaddrs())
  await assert.rejects(app.dial(other.getMultiaddrs()), /blocked by gater/)
})

test('a datastore that does not last is warned of exactly once, also when nobody can listen before the start', async t => {
  const { network } = await testNetwork()
  const app = await application(network)
  t.after(async () => app.stop())
  const alarms: string[] = []
  const listener = ({ detail }: PeerwatchEvents['alarm']): void => {
    alarms.push(detail.code)
  }
  app.services.peerwatch.addEventListener('alarm', listener)
  await until(() => alarms.length > 0, 'no warning')
  await app.stop()
  await app.start()
  app.services.peerwatch.addEventListener('alarm', ({ detail }) => alarms.push(`again ${detail.code}`))
  await until(() => app.services.pubsub.getTopics().length > 0, 'not started')
  assert.deepEqual(
    alarms.filter(code => !code.includes('no-seed')),
    ['volatile-datastore']
  )
})

test('a newer roster is told of, the one that is held is not', async t => {
  const { authority, trusted, network, file } = await testNetwork()
  const app = await application(network)
  t.after(async () => app.stop())
  const versions: number[] = []
  app.services.peerwatch.addEventListener('roster:changed', ({ detail }) => versions.push(detail.version))
  const init = { name: file.name, authority, seeds: [], trusted, preset: 'demo', scope: 'local', nowMs: Date.now() } as const
  const newer = await parseNetwork({ ...(await createNetworkFile({ ...init, rosterVersion: 2 })), seeds: file.seeds })
  const { roster } = app.services.peerwatch.assembly.core
  for (const { encoded } of [network.roster, newer.roster, newer.roster]) await roster.accept(encoded)
  assert.deepEqual(versions, [2])
})

test('without gossipsub libp2p itself says what is missing', async () => {
  const { network } = await testNetwork()
  const services = { identify: identify(), peerwatch: peerwatch({ network }) as never }
  await assert.rejects(createLibp2p({ services }), { name: 'UnmetServiceDependenciesError', message: /@libp2p\/pubsub/ })
})

const wrong: { readonly what: string; readonly init: object; readonly says: RegExp }[] = [
  {
    what: 'network.json that was not read',
    init: { network: { format: 1 } },
    says: /network: expected what readNetwork\(\) or parseNetwork\(\) returns, found \{"format":1\}/
  },
  {
    what: 'a neverEvict that is no peer id',
    init: { neverEvict: ['12D3', 'x'] },
    says: /neverEvict\[0\]: expected a PeerId, or a peer id such as .*found 12D3/
  },
  { what: 'a negative degree', init: { neighbours: { targetDegree: -1 } }, says: /targetDegree: expected a whole number, 0 or more, at most 512, found -1/ },
  {
    what: 'a maximum below the target',
    init: { neighbours: { targetDegree: 9, maxDegree: 8 } },
    says: /maxDegree: expected a whole number, at least targetDegree \(9\), at most 512, found 8/
  }
]
for (const { what, init, says } of wrong) {
  test(`an option that cannot be is refused with its rule: ${what}`, async () => {
    const { network } = await testNetwork()
    const services = { identify: identify(), pubsub: gossipsub(), peerwatch: peerwatch({ network, ...init }) }
    await assert.rejects(createLibp2p({ services: services as never }), (error: unknown) => {
      assert.ok(error instanceof ServicesError)
      assert.equal(error.code, 'bad-option')
      assert.match(error.message, says)
      return true
    })
  })
}
