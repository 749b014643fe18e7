import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isPeerId } from '@libp2p/interface'
import { gossipTopics } from '../src/gossip/core-topics.ts'
import { peerIdText } from '@peerwatch/link'
import { application, appNetwork } from './support/application.ts'
import { testCertificate } from '../../link/test/support/certificates.ts'
import { testNetwork, until } from '../../link/test/support/core.ts'
import { bodyOf, plainHost } from './support/gossip.ts'
import type { TestContext } from 'node:test'
import type { PeerIdString } from '@peerwatch/model'
import type { CoarseStanding, PeerwatchEvents } from '@peerwatch/link'
import type { App, AppInit, AppNetwork } from './support/application.ts'

const TOPIC = '/app/1'

interface Raised extends AppNetwork {
  /** An application that joins; it stops before the network does. */
  readonly join: (init?: AppInit) => Promise<App>
}

/** Each test has a network of its own: they all wait for windows, and do so at the same time. */
async function raised(t: TestContext): Promise<Raised> {
  const running = await appNetwork()
  const apps: App[] = []
  t.after(async () => {
    await Promise.all(apps.map(async app => app.stop()))
    await running.stop()
  })
  return {
    ...running,
    join: async init => {
      const app = await application(running.network, init)
      apps.push(app)
      return app
    }
  }
}

/** Resolves at the first such event from now on. */
async function next<K extends keyof PeerwatchEvents>(app: App, type: K, isIt: (detail: PeerwatchEvents[K]['detail']) => boolean = () => true): Promise<void> {
  return new Promise(resolve => {
    app.services.peerwatch.addEventListener(type, ({ detail }) => {
      if (isIt(detail)) resolve()
    })
  })
}

async function registered(app: App): Promise<void> {
  await until(() => app.services.peerwatch.assembly.registry.state().state === 'registered', 'not registered')
}

/** Who of `others` this node has dialled, by name. */
function dialled(app: App, others: Readonly<Record<string, App>>): string[] {
  const peers = new Set(app.getConnections().flatMap(({ direction, remotePeer }) => (direction === 'outbound' ? [remotePeer.toString()] : [])))
  return Object.keys(others).filter(name => peers.has(others[name]!.peerId.toString()))
}

/** Values of the fields that name peers, wherever they stand in an event. */
function peersIn(detail: object): [string, unknown][] {
  const named = ['peer', 'seeds', 'signers', 'subject', 'entry', 'by', 'reporter']
  return Object.entries(detail).flatMap(([field, value]) => (named.includes(field) ? [value].flat().map((each): [string, unknown] => [field, each]) : []))
}

suite('in a network that runs', { concurrency: true }, () => {
  test('neighbours: false dials seeds and entries only, and watches whoever links up', async t => {
    const { join, seed, trusted } = await raised(t)
    const still = await join({ neighbours: { targetDegree: 0 } })
    const quiet = await join({ neighbours: false })
    await Promise.all([still, quiet].map(registered))
    const { list } = quiet.services.peerwatch.assembly.registry
    await until(async () => (await list(8)).some(({ peer }) => peer === peerIdText(still.peerId)), 'there is nobody that it could dial')
    const eager = await join()
    await until(() => quiet.services.peerwatch.neighbours().some(({ peer }) => peer === peerIdText(eager.peerId)), 'who dials is no neighbour')
    await until(() => quiet.services.peerwatch.assembly.reporting?.status().entry != null, 'no entry')
    await next(quiet, 'report:acknowledged', ({ subject }) => subject.equals(eager.peerId))
    assert.deepEqual(dialled(quiet, { seed, trusted, still, eager }), ['seed', 'trusted'])
  })

  test('the same node stops and starts again in place: registered, watching, reporting, enforcing as before', async t => {
    const { keys, network, seed, join } = await raised(t)
    const [app, other] = [await join(), await join()]
    const enemy = await plainHost()
    t.after(async () => enemy.stop())
    const watch = app.services.peerwatch
    for (const { services } of [app, other]) services.pubsub.subscribe(TOPIC)
    await watch.assembly.core.certificates.accept(await testCertificate(network, peerIdText(enemy.peerId), keys.trusted))
    await next(app, 'report:acknowledged', ({ subject }) => subject.equals(other.peerId))

    const goodbye = next(seed, 'peer:goodbye', ({ peer }) => peer.equals(app.peerId))
    await app.stop()
    await goodbye
    assert.deepEqual([watch.neighbours(), app.getConnections()], [[], []])
    await app.start()
    app.services.pubsub.subscribe(TOPIC)
    await registered(app)
    await next(app, 'report:acknowledged', ({ subject }) => subject.equals(other.peerId))
    assert.ok(watch.evictions().some(({ peer }) => peer === peerIdText(enemy.peerId)))
    await assert.rejects(app.dial(enemy.getMultiaddrs()), /blocked by gater/)

    const heard: string[] = []
    app.services.pubsub.addEventListener('gossipsub:message', ({ detail }) => heard.push(new TextDecoder().decode(detail.msg.data)))
    await until(() => other.services.pubsub.getSubscribers(TOPIC).some(peer => peer.equals(app.peerId)), 'no subscription after the restart')
    await other.services.pubsub.publish(TOPIC, bodyOf('again'))
    await until(() => heard.includes('again'), 'no gossip after the restart')
    assert.equal(heard.filter(text => text === 'again').length, 1)
    assert.ok(app.services.pubsub.getTopics().includes(gossipTopics(network.name).certificates))
  })

  test('events carry PeerIds, and the methods tell the same peers as text', async t => {
    const { keys, network, trusted, join } = await raised(t)
    const [app, other] = [await join(), await join()]
    const watch = app.services.peerwatch
    const heard = new Map<string, object>()
    const types = ['neighbour:connected', 'neighbour:lost', 'report:acknowledged', 'entry:changed', 'registry:state', 'peer:evicted', 'peer:allowed'] as const
    for (const type of types) watch.addEventListener(type, ({ detail }: CustomEvent<object>) => heard.set(type, detail))
    await next(app, 'report:acknowledged')
    const peer = peerIdText(other.peerId)
    assert.deepEqual(
      watch.neighbours().map(neighbour => neighbour.peer),
      [peer]
    )
    await watch.assembly.core.certificates.accept(await testCertificate(network, peer, keys.trusted))
    await until(() => heard.has('neighbour:lost'), 'the link of the evicted peer is left')
    const signers = (): PeerIdString[] | undefined =>
      watch
        .evictions()
        .find(eviction => eviction.peer === peer)
        ?.signers.slice()
    assert.deepEqual(signers(), [peerIdText(trusted.peerId)])
    await watch.allow(other.peerId)
    assert.equal(signers(), undefined)
    await watch.allow(other.peerId, false)
    assert.ok(signers())
    for (const [type, detail] of heard) {
      for (const [field, value] of peersIn(detail)) assert.ok(isPeerId(value), `${type}: ${field} is ${String(value)}`)
    }
    assert.deepEqual(
      types.filter(type => !heard.has(type) && type !== 'registry:state' && type !== 'entry:changed'),
      []
    )
  })

  test('observe: what the application tells of a neighbour is reported in the window; what cannot be is refused', async t => {
    const { seed, join } = await raised(t)
    const [app, other] = [await join(), await join()]
    const watch = app.services.peerwatch
    await next(app, 'window:closed', ({ observations }) => observations.length > 0)
    watch.observe(other.peerId, 'forwarding', { bad: 3 })
    watch.observe(seed.peerId, 'forwarding', { bad: 3 })
    const told: PeerIdString[] = []
    watch.addEventListener('window:closed', ({ detail }) => {
      for (const { subject, counts } of detail.observations) if (counts.forwarding?.bad === 3) told.push(subject)
    })
    await until(() => told.length > 0, 'not in the observations of the window')
    assert.deepEqual(told, [peerIdText(other.peerId)], 'seeds and roster members are no subjects')
    for (const counts of [{ ok: -1 }, { bad: 0.5 }, { ok: NaN }, { bad: Infinity }]) {
      assert.throws(() => watch.observe(other.peerId, 'integrity', counts), { name: 'ServicesError', code: 'bad-option' })
    }
    assert.throws(() => watch.observe(other.peerId, 'charm', { ok: 1 }), { code: 'bad-option', message: /liveness, integrity, forwarding, resource/ })
  })

  test('standing answers of peers that nobody knows too, and rejects with no-route where no trusted node can be reached', async t => {
    const { join } = await raised(t)
    const app = await join()
    const { network: nobody } = await testNetwork()
    const alone = await application(nobody)
    t.after(async () => alone.stop())
    await registered(app)
    const told: CoarseStanding[] = []
    // a trusted node that is late may not answer the first time
    await until(
      async () =>
        told.push(
          ...(await app.services.peerwatch.standing(alone.peerId).then(
            answer => [answer],
            () => []
          ))
        ) > 0,
      'an answer'
    )
    const [answer] = told
    assert.deepEqual([answer?.state, answer?.reputation, typeof answer?.window], ['unknown', undefined, 'number'])
    await assert.rejects(alone.services.peerwatch.standing(app.peerId), { name: 'ServicesError', code: 'no-route' })
  })
})
