import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestnet } from '@peerwatch/node/testnet'
import { startGo } from './support/go.ts'
import { until } from '../support/until.ts'
import type { PeerwatchEvents } from '../../packages/link/src/events.ts'
import type { PeerwatchNode, Testnet } from '@peerwatch/node/testnet'
import type { GoProcess } from './support/go.ts'

const HOUR_MS = 60 * 60 * 1000

type EventName = 'neighbour:cut' | 'peer:removed' | 'report:acknowledged' | 'peer:evicted'

let net: Testnet
const guests: GoProcess[] = []
const events: { readonly node: string; readonly name: EventName; readonly peer: string; readonly dimension: string | undefined }[] = []

/** Whom an event is about. */
function subjectOf(detail: PeerwatchEvents[EventName]['detail']): string {
  return 'peer' in detail ? detail.peer.toString() : detail.subject.toString()
}

function record(node: PeerwatchNode): void {
  for (const name of ['neighbour:cut', 'peer:removed', 'report:acknowledged', 'peer:evicted'] as const) {
    node.libp2p.services.peerwatch.addEventListener(name, ({ detail }) => {
      events.push({ node: node.name, name, peer: subjectOf(detail), dimension: 'dimension' in detail ? detail.dimension : undefined })
    })
  }
}

function has(name: EventName, { peer }: GoProcess, dimension?: string): boolean {
  return events.some(event => event.name === name && event.peer === peer && (dimension == null || event.dimension === dimension))
}

/** What an operator does on one seed, by its API. */
async function admit(...args: string[]): Promise<GoProcess> {
  const go = await startGo('vanilla', '-every', '1s', ...args)
  guests.push(go)
  await net.seeds[0]!.view.addGuest(go.addresses[0]!, HOUR_MS)
  return go
}

/** The host itself dials some of our peers, which is sooner. */
async function invite(...args: string[]): Promise<GoProcess> {
  let redialled = 0
  const dial = net.peers.slice(0, 3).map(node => node.addresses()[0]!)
  const go = await admit(...args)
  for (const address of dial) go.send(`dial ${address}`)
  await until(() => {
    // on a busy machine a dial may take longer than its time-out
    const failed = go.events.filter(({ event }) => event === 'refused').length
    for (; redialled < failed; redialled++) go.send(`dial ${dial[redialled % dial.length]!}`)
    return go.events.some(({ event }) => event === 'dialled')
  }, 'linked to one of our peers')
  return go
}

const refusesEverywhere = ({ peer }: GoProcess): boolean =>
  [...net.peers, ...net.trusted, ...net.seeds].every(({ view }) => view.evictions().some(eviction => eviction.peer === peer))

/** Whether this host was linked to that node, and answered it. */
function isPinged({ view }: PeerwatchNode, go: GoProcess): boolean {
  return view.status().neighbours.some(({ peer, lastAnswerMs }) => peer === go.peer && (lastAnswerMs ?? 0) > 0)
}

before(async () => {
  net = await createTestnet({
    seeds: 2,
    trusted: 3,
    peers: 4,
    watchers: 1,
    // peers have all the links they want before any guest comes
    nodeInit: name => ({ log: false, ...(name.startsWith('peer') && { chat: { everyMs: 500 }, neighbours: { targetDegree: 4 } }), onCreated: record })
  })
})
after(async () => {
  await Promise.all(guests.map(async go => go.stop()))
  await net.stop()
})

test('vanilla Go hosts are listed as guests, linked to, pinged and reported on, and nobody thinks ill of them', async () => {
  const [one, two] = await Promise.all([invite('-publish', '1000'), invite('-publish', '1000')])
  assert.equal(net.seeds[0]!.view.status().seed?.guests, 2)
  await until(() => net.seeds[1]!.view.status().seed?.guests === 2, 'told to the other seed')
  await until(() => [one, two].every(go => net.peers.some(node => isPinged(node, go))), 'linked and pinged')
  await until(() => has('report:acknowledged', one) && has('report:acknowledged', two), 'reports about guests are stored')
  await one.event('message')
})

test('a Go host that alters what it relays is cut, evicted with k signatures, and refused from then on', async () => {
  const corrupter = await invite('-corrupt', '1')
  await until(() => has('neighbour:cut', corrupter, 'integrity'), 'cut by a neighbour')
  await until(() => refusesEverywhere(corrupter), 'evicted everywhere')
  const eviction = net.peers[0]!.view.evictions().find(({ peer }) => peer === corrupter.peer)
  assert.equal(eviction?.dimension, 'integrity')
  assert.ok((eviction?.signers.length ?? 0) >= net.network.roster.quorum)
  await until(() => net.peers.every(node => node.libp2p.getConnections().every(link => link.remotePeer.toString() !== corrupter.peer)), 'no link is left')
  const told = corrupter.events.length
  corrupter.send(`dial ${net.peers[0]!.addresses()[0]!}`)
  await until(() => corrupter.events.slice(told).some(({ event }) => event === 'refused' || event === 'disconnected'), 'its dial is refused')
  await until(() => net.peers[0]!.libp2p.getConnections().every(link => link.remotePeer.toString() !== corrupter.peer), 'and no link stays')
})

test('a Go host that floods is cut and evicted', async () => {
  const flooder = await invite('-flood', '120')
  await until(() => has('neighbour:cut', flooder, 'resource'), 'cut by a neighbour')
  await until(() => refusesEverywhere(flooder), 'evicted everywhere')
})

test('a Go host that hangs is found dead, tested by the seeds and removed on two votes; when it goes on it is a guest again', async () => {
  const hung = await invite()
  await until(() => net.peers.some(node => isPinged(node, hung)), 'linked')
  hung.signal('SIGSTOP')
  await until(() => has('peer:removed', hung), 'removed')
  const isListed = ({ view }: PeerwatchNode): boolean => (view.guests() ?? []).some(({ peer, removed }) => peer === hung.peer && !removed)
  await until(() => !net.seeds.some(isListed), 'off both lists')
  hung.signal('SIGCONT')
  await until(() => net.seeds.every(isListed), 'listed again')
  await until(() => net.peers.some(node => isPinged(node, hung)), 'linked again, though it dials nobody')
})

test('a Go host that comes late and dials nobody is linked to by peers that have all the links they want', async () => {
  assert.ok(net.peers.every(({ view }) => view.status().neighbours.filter(({ state }) => state === 'connected').length >= 4))
  const late = await admit()
  await until(() => net.peers.some(node => isPinged(node, late)), 'linked and pinged')
})

test('the honest Go hosts are still guests, uncut and not evicted', () => {
  for (const honest of guests.slice(0, 2)) {
    assert.ok(net.peers.every(({ view }) => view.evictions().every(({ peer }) => peer !== honest.peer)))
    assert.ok(!has('neighbour:cut', honest))
    assert.ok(!has('peer:removed', honest))
  }
})
