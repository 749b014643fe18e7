import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { peerIdFromBytes } from '@peerwatch/link'
import { isWard, wards } from '../../src/neighbours/wards.ts'
import { testNetwork, until } from '../../../link/test/support/core.ts'
import { plainHost } from '../support/gossip.ts'
import { listed, observedHost } from '../support/observed-host.ts'
import { systemClock } from '@peerwatch/model/system-clock'
import { seededRng } from '@peerwatch/model'
import type { PeerIdString } from '@peerwatch/model'
import type { Core } from '@peerwatch/link'

/** The id of an Ed25519 key made from this number. */
function peerId(number: number): PeerIdString {
  const key = createHash('sha256').update(String(number)).digest()
  return peerIdFromBytes(Uint8Array.from([0, 36, 8, 1, 18, 32, ...key]))
}

test('a guest falls to all nodes of a small network, and to about eight of a large one, to each as often', () => {
  const guests = Array.from({ length: 50 }, (_, at) => peerId(at))
  const nodes = Array.from({ length: 200 }, (_, at) => peerId(1_000 + at))
  for (const count of [1, 2, 8]) assert.ok(nodes.slice(0, count).every(node => guests.every(guest => isWard(node, guest, count))))
  const carers = guests.map(guest => nodes.filter(node => isWard(node, guest, nodes.length)).length)
  const mean = carers.reduce((sum, count) => sum + count, 0) / carers.length
  assert.ok(mean > 6.5 && mean < 9.5, `${mean} nodes a guest`)
  assert.ok(
    carers.every(count => count > 0),
    'a guest that falls to nobody'
  )
  const taken = nodes.map(node => guests.filter(guest => isWard(node, guest, nodes.length)).length)
  assert.ok(Math.max(...taken) <= 9, `${Math.max(...taken)} guests for one node`)
})

test('P102: nodes that were made to look at a list at once do not look together ever after', () => {
  const WINDOWS = 200
  let window = 1_000
  const rng = seededRng(7)
  const nodes = Array.from({ length: 100 }, () => wards({ rng, windows: { now: () => ({ window, offsetMs: 0 }) } } as Core, { peersCount: () => 100 }))
  for (const node of nodes) node.among([], 1)
  const looks: number[] = []
  for (let at = 0; at < WINDOWS; at++) {
    window++
    const due = nodes.filter(node => node.isDue())
    for (const node of due) node.among([], 1)
    looks.push(due.length)
  }
  const total = looks.reduce((sum, count) => sum + count, 0)
  assert.ok(Math.abs(total / (nodes.length * WINDOWS) - 2 / 15) < 0.01, `${total} looks: one in 7.5 windows`)
  const late = looks.slice(WINDOWS / 2)
  assert.ok(Math.max(...late) <= 30, `at most ${Math.max(...late)} of 100 in one window`)
})

test('a node that has all the links it wants still links up to a guest that falls to it, as far as it has room', async t => {
  const { network } = await testNetwork()
  const [guest, late] = [await plainHost(), await plainHost()]
  const [peer, other] = [await observedHost(network), await observedHost(network)]
  let aheadMs = 0
  const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs, monotonicMs: () => performance.now() + aheadMs }
  const host = await observedHost(network, { clock, neighbours: { targetDegree: 1, maxDegree: 2 } })
  t.after(async () => Promise.all([host, peer, other, guest, late].map(async each => each.stop())))
  await host.node.dial(peer.node.getMultiaddrs())
  await until(() => host.neighbours.list().length === 1, 'linked to the peer')
  const known = [guest, late].map(node => ({
    peer: node.peerId.toString() as PeerIdString,
    addresses: node.getMultiaddrs().map(String),
    unreachable: false,
    guest: true
  }))
  host.registry.known.push(listed(other), ...known)
  // it looks at a list at least every ten windows
  aheadMs = 10 * network.roster.preset.windowMs
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  await until(() => host.neighbours.list().length === 2, 'no guest was linked')
  assert.deepEqual(
    host.neighbours.list().map(({ guest: isGuest, state }) => ({ isGuest, state })),
    [
      { isGuest: false, state: 'connected' },
      { isGuest: true, state: 'connected' }
    ],
    'one guest, no further peer'
  )
})

test('a guest that dialled this node is shown as one when a list has named it', async t => {
  const { network } = await testNetwork()
  const guest = await plainHost()
  const host = await observedHost(network, { neighbours: { targetDegree: 2 } })
  t.after(async () => Promise.all([host.stop(), guest.stop()]))
  await guest.dial(host.node.getMultiaddrs())
  const isGuest = (): boolean | undefined => host.neighbours.list()[0]?.guest
  await until(() => isGuest() === false, 'not linked')
  host.registry.known.push({ peer: guest.peerId.toString() as PeerIdString, addresses: [], unreachable: false, guest: true })
  host.core.emit('registry:state', { state: 'registered', seeds: [] })
  await until(() => isGuest() === true, 'not shown as a guest')
})
