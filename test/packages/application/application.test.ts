/**
 * An application that has everything of its own: connection gater, topics with validators, score parameters, asynchronous validation and
 * datastore. It runs twice, without Peerwatch and with it, and must see the same.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { createPeerScoreParams, createTopicScoreParams } from '@libp2p/gossipsub/score'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { misbehave } from '@peerwatch/attacks'
import { createTestnet } from '@peerwatch/node/testnet'
import { gossipTopics, messageId, peerwatch } from '@peerwatch/peer'
import { LevelDatastore } from 'datastore-level'
import { Key } from 'interface-datastore'
import { createLibp2p } from 'libp2p'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p, PeerId, PrivateKey } from '@libp2p/interface'
import type { Peerwatch } from '@peerwatch/peer'

const NEWS = '/my-app/news/1' // with a validator
const TALK = '/my-app/talk/1' // without one; what is said there is judged later
const SETTING = new Key('/my-app/setting')
const APPLICATION_SCORE = 3

type Watched = Parameters<typeof peerwatch>[0]
/** Public there, and absent from the type of the factory's result. */
interface Gossip extends GossipSub {
  readonly reportMessageValidationResult: (id: string, from: string, verdict: TopicValidatorResult) => void
  readonly getMeshPeers: (topic: string) => string[]
  readonly getScore: (peer: string) => number
  readonly dumpPeerScoreStats: () => Record<string, { topics: Record<string, { invalidMessageDeliveries: number }> }>
}
interface Member {
  readonly node: Libp2p<{ pubsub: GossipSub; peerwatch?: Peerwatch }>
  readonly datastore: LevelDatastore
  /** What the application saw. */
  readonly validated: string[]
  readonly heard: string[]
  readonly stop: () => Promise<void>
}

async function member(folder: string, privateKey: PrivateKey, refused: readonly PeerId[], watched?: Watched): Promise<Member> {
  const datastore = new LevelDatastore(folder)
  await datastore.open()
  await datastore.put(SETTING, Uint8Array.of(7))
  const refuses = (peer: PeerId): boolean => refused.some(other => other.equals(peer))
  const node = await createLibp2p({
    privateKey,
    datastore,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialPeer: refuses, denyInboundEncryptedConnection: refuses },
    connectionManager: { inboundConnectionThreshold: 100 },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub({
        msgIdFn: messageId,
        asyncValidation: true,
        allowPublishToZeroTopicPeers: true,
        // room in the mesh for every host of this test: a full one would leave the corrupter out, and its copies with it
        D: 16,
        Dlo: 12,
        Dhi: 20,
        scoreParams: createPeerScoreParams({
          appSpecificScore: () => APPLICATION_SCORE,
          appSpecificWeight: 1,
          IPColocationFactorWeight: 0,
          topics: { [NEWS]: createTopicScoreParams({ timeInMeshWeight: 0, firstMessageDeliveriesWeight: 0, meshMessageDeliveriesWeight: 0 }) }
        })
      }),
      ...(watched != null && { peerwatch: peerwatch(watched) })
    }
  })
  const pubsub = node.services.pubsub as Gossip
  const validated: string[] = []
  const heard: string[] = []
  pubsub.topicValidators.set(NEWS, (_from, { data }) => {
    validated.push(textOf(data))
    return data.byteLength <= 140 ? TopicValidatorResult.Accept : TopicValidatorResult.Reject
  })
  pubsub.addEventListener('gossipsub:message', ({ detail: { msg, msgId, propagationSource } }) => {
    const text = textOf(msg.data)
    if (msg.topic === NEWS || msg.topic === TALK) heard.push(text)
    // The topics of others are theirs to judge; that of the network's small talk has nobody else.
    else if (!msg.topic.endsWith('/chat')) return
    pubsub.reportMessageValidationResult(msgId, propagationSource.toString(), text === 'spam' ? TopicValidatorResult.Reject : TopicValidatorResult.Accept)
  })
  for (const topic of [NEWS, TALK]) pubsub.subscribe(topic)
  const stop = async (): Promise<void> => {
    await node.stop()
    await datastore.close()
  }
  return { node, datastore, validated, heard, stop }
}

const textOf = (data: Uint8Array): string => new TextDecoder().decode(data)
const bodyOf = (text: string): Uint8Array => new TextEncoder().encode(text)

async function until(condition: () => boolean, what: string, deadlineMs = 180_000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!condition()) {
    assert.ok(Date.now() < end, `not within ${deadlineMs} ms: ${what}`)
    await new Promise(resolve => {
      setTimeout(resolve, 20)
    })
  }
}

/** Ada and Cem refuse each other, so that what one says reaches the other by Bob alone. */
async function runApplication(folder: string, keys: readonly PrivateKey[], watched?: Watched): Promise<object> {
  const [ada, bob, cem] = (await Promise.all(
    keys.map(async (key, index) => member(join(folder, `${index}`), key, index === 1 ? [] : [idOf(keys[2 - index]!)], watched))
  )) as [Member, Member, Member]
  await ada.node.dial(bob.node.getMultiaddrs())
  await cem.node.dial(bob.node.getMultiaddrs())
  const pubsub = bob.node.services.pubsub as Gossip
  for (const topic of [NEWS, TALK]) await until(() => pubsub.getMeshPeers(topic).length === 2, `Bob's mesh of ${topic}`)
  if (watched != null) {
    await until(() => [ada, bob, cem].every(({ node }) => node.services.peerwatch?.assembly.registry.state().state === 'registered'), 'registered')
  }
  for (const [topic, text] of [
    [NEWS, 'short'],
    [NEWS, 'long'.repeat(50)],
    [TALK, 'spam'],
    [TALK, 'hello'],
    [NEWS, 'last']
  ] as const) {
    await ada.node.services.pubsub.publish(topic, bodyOf(text))
  }
  await until(() => cem.heard.includes('last') && cem.heard.includes('hello'), 'Cem heard it')
  const refusal = await ada.node.dial(cem.node.getMultiaddrs()).then(
    () => 'none',
    (error: Error) => error.name
  )
  const stats = pubsub.dumpPeerScoreStats()[ada.node.peerId.toString()]?.topics[NEWS]
  const seen = {
    validated: bob.validated.toSorted(),
    heard: { bob: bob.heard.toSorted(), cem: cem.heard.toSorted() },
    refusal,
    scoreOfCem: pubsub.getScore(cem.node.peerId.toString()),
    invalidCounted: (stats?.invalidMessageDeliveries ?? 0) > 0,
    linked: ada.node.getConnections(cem.node.peerId).length
  }
  for (const { node } of [ada, bob, cem]) await node.stop()
  const setting = [...(await bob.datastore.get(SETTING))]
  const roots = new Set<string>()
  for await (const key of bob.datastore.queryKeys({})) roots.add(key.list()[0]!)
  for (const { datastore } of [ada, bob, cem]) await datastore.close()
  roots.delete('peerwatch')
  return { ...seen, setting, roots: [...roots].toSorted() }
}

const idOf = (key: PrivateKey): PeerId => peerIdFromPrivateKey(key)

suite('an application that has everything of its own', () => {
  test('validators, verdicts, scores, gater and datastore see the same with Peerwatch as without', async t => {
    const folder = await mkdtemp(join(tmpdir(), 'peerwatch-application-'))
    const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 2 })
    t.after(async () => {
      await testnet.stop()
      await rm(folder, { recursive: true })
    })
    const keys = await Promise.all(Array.from({ length: 3 }, async () => generateKeyPair('Ed25519')))
    const without = await runApplication(join(folder, 'without'), keys)
    const withIt = await runApplication(join(folder, 'with'), keys, { network: testnet.network })
    assert.deepEqual(without, {
      validated: ['last', 'long'.repeat(50), 'short'],
      heard: { bob: ['hello', 'last', 'short', 'spam'], cem: ['hello', 'last', 'short'] },
      refusal: 'DialDeniedError',
      scoreOfCem: APPLICATION_SCORE,
      invalidCounted: true,
      linked: 0,
      setting: [7],
      roots: ['my-app', 'peers']
    })
    assert.deepEqual(withIt, without)
  })

  test('whom Peerwatch cuts is refused besides those whom the application refuses; `neverEvict` keeps, `neighbours: false` dials nobody', async t => {
    const folder = await mkdtemp(join(tmpdir(), 'peerwatch-application-'))
    // These only look on, so that the corrupter keeps links by which it gets what it alters.
    const testnet = await createTestnet({ seeds: 1, trusted: 1, watchers: 0, peers: 4, nodeInit: () => ({ enforce: false, chat: { everyMs: 500 } }) })
    const { network } = testnet
    const [corrupter] = testnet.peers.map(({ libp2p }) => libp2p)
    const [refused, ...keys] = await Promise.all(Array.from({ length: 4 }, async () => generateKeyPair('Ed25519')))
    const [strict, lenient, quiet] = await Promise.all([
      member(join(folder, 'strict'), keys[0]!, [idOf(refused!)], { network }),
      member(join(folder, 'lenient'), keys[1]!, [], { network, neverEvict: [corrupter!.peerId] }),
      member(join(folder, 'quiet'), keys[2]!, [], { network, neighbours: false })
    ])
    t.after(async () => {
      for (const { stop } of [strict, lenient, quiet]) await stop()
      await testnet.stop()
      await rm(folder, { recursive: true })
    })
    const cut = new Promise<void>(resolve => {
      strict.node.services.peerwatch?.addEventListener('neighbour:cut', ({ detail }) => {
        if (detail.peer.equals(corrupter!.peerId)) resolve()
      })
    })
    let altered = 0
    lenient.node.services.peerwatch?.addEventListener('window:closed', ({ detail }) => {
      const about = detail.observations.find(({ subject }) => subject === corrupter!.peerId.toString())
      altered += about?.counts.integrity?.bad ?? 0
    })
    for (const { node } of [strict, lenient]) {
      node.services.pubsub.subscribe(gossipTopics(network.name).chat)
      await node.dial(corrupter!.getMultiaddrs())
    }
    // a copy is altered only beside its original, which comes by others; and gossipsub takes one who alters out of its mesh after a few
    const { chat } = gossipTopics(network.name)
    for (const { node } of [strict, lenient]) {
      const pubsub = node.services.pubsub as Gossip
      await until(
        () => pubsub.getMeshPeers(chat).length >= 2 && pubsub.getMeshPeers(chat).includes(corrupter!.peerId.toString()),
        'a mesh with others beside the corrupter'
      )
    }
    const attack = misbehave(testnet.peers[0]!, 'corrupts')
    attack.start()
    t.after(attack.stop)

    await cut
    // the peer is told why before its links end
    await until(() => strict.node.getConnections(corrupter!.peerId).length === 0, 'the links to the corrupter end')
    await assert.rejects(async () => strict.node.dial(corrupter!.getMultiaddrs()), { name: 'DialDeniedError' })
    await assert.rejects(async () => strict.node.dial(idOf(refused!)), { name: 'DialDeniedError' }, 'the gater of the application is asked still')
    await until(() => altered >= 3, 'altered copies were reported by the lenient one')
    assert.equal(lenient.node.getConnections(corrupter!.peerId).length > 0, true)
    const tier = new Set([...testnet.seeds, ...testnet.trusted].map(({ peerId }) => peerId.toString()))
    const dialled = quiet.node.getConnections().filter(({ direction }) => direction === 'outbound')
    assert.equal(dialled.length > 0, true)
    for (const { remotePeer } of dialled) assert.ok(tier.has(remotePeer.toString()), 'seeds and entries only')
  })
})
