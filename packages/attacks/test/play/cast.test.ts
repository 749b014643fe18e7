import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CAST, dealRoles, players, THREADS_COUNT, threadOf } from '../../src/play/cast.ts'
import { unready } from '../../src/play/readiness.ts'
import type { HostFacts } from '../../src/play/thread-messages.ts'

const seeds = fc.nat(2 ** 32 - 1)

test('the same number deals the same parts, and every deal has the whole cast', () => {
  fc.assert(
    fc.property(seeds, seed => {
      const roles = dealRoles(seed)
      assert.deepEqual(dealRoles(seed), roles)
      const behaviours = roles.map(({ behaviour }) => behaviour)
      assert.deepEqual(behaviours.filter(behaviour => behaviour !== 'honest').toSorted(), ['slandered', ...CAST.misbehaving].toSorted())
      assert.equal(behaviours.filter(behaviour => behaviour === 'honest').length, CAST.honest - 1)
    })
  )
})

test('the flooder shares its loop with nobody that it floods, and no thread has more than half of the hosts', () => {
  fc.assert(
    fc.property(seeds, seed => {
      const roles = dealRoles(seed)
      const peers = roles.map(({ name }) => ({ name, thread: threadOf({ name, role: 'peer' }, roles) }))
      const flooder = roles.find(({ behaviour }) => behaviour === 'floods')
      const its = peers.find(({ name }) => name === flooder?.name)?.thread
      assert.deepEqual(
        peers.filter(({ thread }) => thread === its).map(({ name }) => name),
        [flooder?.name]
      )
      assert.notEqual(threadOf({ name: 'trusted-1', role: 'trusted' }, roles), its)
      for (let thread = 0; thread < THREADS_COUNT; thread++) assert.ok(peers.filter(each => each.thread === thread).length <= 13)
    })
  )
})

const ready: HostFacts = { name: 'peer', isRegistered: true, linksCount: 4, hasEntry: true, evicted: [], messages: 0, reports: 0 }
const lacks: readonly { readonly what: string; readonly change: Partial<HostFacts> }[] = [
  { what: 'is not registered', change: { isRegistered: false } },
  { what: 'has too few neighbours', change: { linksCount: 3 } },
  { what: 'has no trusted node for its reports', change: { hasEntry: false } }
]
for (const { what, change } of lacks) {
  test(`misdeeds wait for a player that ${what}`, () => {
    const roles = dealRoles(7)
    for (const { name } of players(roles))
      assert.deepEqual(
        unready(roles, each => (each === name ? { ...ready, ...change } : ready)),
        [name]
      )
  })
}

test('misdeeds wait for players only, and for all of them', () => {
  const roles = dealRoles(7)
  const playing = new Set(players(roles).map(({ name }) => name))
  assert.equal(playing.size, 7)
  assert.deepEqual(
    unready(roles, name => (playing.has(name) ? ready : undefined)),
    []
  )
  assert.equal(unready(roles, () => undefined).length, 7)
})
