import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registeredPeers } from '../../src/entry/registered-peers.ts'
import type { PeerIdString, Report } from '@peerwatch/model'
import type { Core, KnownPeer } from '@peerwatch/link'

const STAMP = Uint8Array.of(1, 2)

/** Seeds that know these peers and may be out of reach. */
function seeds(names: readonly string[]) {
  const reach = { isUp: true, asked: [] as number[] }
  const registry = {
    find: async (peers: readonly PeerIdString[]): Promise<KnownPeer[]> => {
      reach.asked.push(peers.length)
      return peers.filter(peer => reach.isUp && names.includes(peer)).map(peer => ({ peer, addresses: [], unreachable: false, guest: false, stamp: STAMP }))
    },
    state: () => ({ state: reach.isUp ? ('registered' as const) : ('alone' as const), seeds: reach.isUp ? ['seed' as PeerIdString] : [], failures: [] })
  }
  const clock = { window: 7 }
  const core = { windows: { now: () => ({ window: clock.window, offsetMs: 0 }) } } as unknown as Core
  const listeners: ((report: Pick<Report, 'subject'>) => void)[] = []
  const { isRegistered, stampOf } = registeredPeers(core, registry, {
    onReport: listener => {
      listeners.push(report => listener(report as Report, false))
      return () => {}
    },
    onRecalled: () => () => {}
  })
  return { reach, clock, isRegistered, stampOf, stored: (subject: PeerIdString) => listeners.forEach(listener => listener({ subject })) }
}

const name = (text: string | number) => String(text) as PeerIdString

test('nobody is called unknown while no seed answers, and whoever is known stays so', async () => {
  const { reach, isRegistered } = seeds(['ann', 'bob'])
  assert.equal(await isRegistered(name('ann')), true)
  reach.isUp = false
  assert.equal(await isRegistered(name('ann')), true)
  assert.equal(await isRegistered(name('bob')), undefined)
  assert.equal(await isRegistered(name('mallory')), undefined)
  reach.isUp = true
  assert.equal(await isRegistered(name('bob')), true)
  assert.equal(await isRegistered(name('mallory')), false)
})

test('of whom a report is stored was registered, though no seed has him any more', async () => {
  const { isRegistered, stored } = seeds([])
  assert.equal(await isRegistered(name('ann')), false)
  stored(name('ann'))
  assert.equal(await isRegistered(name('ann')), true)
})

test('an unknown peer is asked for again in the next window', async () => {
  const names = ['ann']
  const { reach, clock, isRegistered } = seeds(names)
  assert.equal(await isRegistered(name('late')), false)
  names.push('late')
  assert.equal(await isRegistered(name('late')), false)
  assert.deepEqual(reach.asked, [1])
  clock.window++
  assert.equal(await isRegistered(name('late')), true)
})

test('the stamp that a seed has of a peer now is asked for once a window', async () => {
  const { reach, clock, stampOf } = seeds(['ann'])
  assert.deepEqual([await stampOf(name('ann')), await stampOf(name('ann')), await stampOf(name('bob'))], [STAMP, STAMP, undefined])
  assert.deepEqual(reach.asked, [1, 1])
  clock.window++
  reach.isUp = false
  assert.equal(await stampOf(name('ann')), undefined)
  assert.deepEqual(reach.asked, [1, 1, 1])
})

test('who floods with names that do not exist makes nobody else unknown', async () => {
  const { reach, isRegistered } = seeds(['ann'])
  const flood = Array.from({ length: 1_000 }, async (_, number) => isRegistered(name(number)))
  assert.equal(await isRegistered(name('ann')), undefined)
  assert.deepEqual(new Set(await Promise.all(flood)), new Set([false]))
  assert.deepEqual(
    reach.asked,
    Array.from({ length: 10 }, () => 100)
  )
  assert.equal(await isRegistered(name('ann')), true)
})
