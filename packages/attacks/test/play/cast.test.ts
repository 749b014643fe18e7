import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { castOf, hostsCount, PEERS_RANGE, peersCount } from '../../src/play/cast.ts'
import { behaviourNames } from '../../src/behaviours.ts'
import { fatesOf, isWatchedToTheEnd } from '../../src/play/fates.ts'
import { unready } from '../../src/play/readiness.ts'
import { dealRoles, isFlooded, players, THREADS_COUNT, threadOf } from '../../src/play/roles.ts'
import type { HostFacts } from '../../src/play/thread-messages.ts'

const seeds = fc.nat(2 ** 32 - 1)
const CAST = castOf()
/** Any cast that there may be. */
const casts = fc
  .integer({ min: PEERS_RANGE.least, max: PEERS_RANGE.most })
  .chain(peers =>
    fc
      .array(fc.constantFrom(...behaviourNames), { maxLength: Math.floor(peers / 2) })
      .map(names => castOf({ peers, misdeeds: Object.fromEntries(names.map(name => [name, names.filter(each => each === name).length])) }))
  )

test('a cast that nobody chose has 27 hosts, of which 6 misbehave', () => {
  assert.deepEqual([hostsCount(CAST), CAST.misbehaving.length, CAST.preset], [27, 6, 'demo'])
})

test('the same number deals the same parts, and every deal has the whole cast', () => {
  fc.assert(
    fc.property(casts, seeds, (cast, seed) => {
      const roles = dealRoles(cast, seed)
      assert.deepEqual(dealRoles(cast, seed), roles)
      assert.equal(roles.length, peersCount(cast))
      const behaviours = roles.map(({ behaviour }) => behaviour)
      const victims = cast.misbehaving.includes('slanders') ? ['slandered'] : []
      assert.deepEqual(behaviours.filter(behaviour => behaviour !== 'honest').toSorted(), [...victims, ...cast.misbehaving].toSorted())
      assert.equal(behaviours.filter(behaviour => behaviour === 'honest').length, cast.honest - victims.length)
    })
  )
})

const impossible: readonly { readonly what: string; readonly init: Parameters<typeof castOf>[0]; readonly says: RegExp }[] = [
  { what: 'too few peers', init: { peers: 5 }, says: /^5 peers; expected 6 to 40; change --peers$/ },
  { what: 'too many peers', init: { peers: 41 }, says: /^41 peers; expected 6 to 40/ },
  { what: 'half a peer', init: { peers: 7.5 }, says: /^7.5 peers; expected/ },
  {
    what: 'more misbehaving than honest peers',
    init: { peers: 16, misdeeds: { corrupts: 5, floods: 4 } },
    says: /^9 of 16 peers misbehave; expected .*, so 8 at most; give --peers 18, or let fewer misbehave/
  },
  { what: 'more of them than there may be peers for', init: { misdeeds: { dies: 30 } }, says: /so 8 at most; let fewer misbehave/ }
]
for (const { what, init, says } of impossible) {
  test(`a cast with ${what} is refused, and told what is possible`, () => {
    assert.throws(() => castOf(init), { name: 'AttacksError', code: 'bad-option', message: says })
  })
}

function slandering(count: number): string[] {
  return ['slandered', 'honest', ...Array.from({ length: count }, () => 'slanders')]
}

test('three who slander have their victim acquitted; fewer are not heard, and those are watched to the end of whom nothing is to come', () => {
  assert.deepEqual([fatesOf(slandering(3))('slandered'), fatesOf(slandering(2))('slandered')], ['acquitted', 'unharmed'])
  const toTheEnd = [['honest'], slandering(2), ['honest', 'freeRides'], slandering(3), ['honest', 'dies', 'corrupts', 'floods']].map(isWatchedToTheEnd)
  assert.deepEqual(toTheEnd, [true, true, true, false, false])
})

test('the flooder shares its loop with nobody that it floods, enough are flooded, and no thread has more than fifteen hosts', () => {
  fc.assert(
    fc.property(seeds, seed => {
      const roles = dealRoles(CAST, seed)
      const watchers = Array.from({ length: CAST.watchers }, (_, index) => ({ name: `watcher-${index + 1}`, role: 'watcher' }))
      const members = [...Array.from({ length: CAST.seeds }, () => 'seed'), ...Array.from({ length: CAST.trusted }, () => 'trusted')]
      const all = [...members.map(role => ({ name: role, role })), ...watchers, ...roles.map(({ name }) => ({ name, role: 'peer' }))]
      const its = threadOf({ name: roles.find(({ behaviour }) => behaviour === 'floods')!.name, role: 'peer' }, roles)
      const flooded = all.filter(node => isFlooded(node, roles))
      assert.ok(flooded.every(node => node.role !== 'seed' && node.role !== 'trusted' && threadOf(node, roles) !== its))
      // each watcher runs beside its owner
      assert.ok(watchers.every(node => threadOf(node, roles) === threadOf({ name: 'trusted-1', role: 'trusted' }, roles) && flooded.includes(node)))
      assert.ok(flooded.length >= watchers.length + 4, `${flooded.length} are flooded`)
      for (let thread = 0; thread < THREADS_COUNT; thread++) assert.ok(all.filter(node => threadOf(node, roles) === thread).length <= 15)
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
    const roles = dealRoles(CAST, 7)
    for (const { name } of players(roles))
      assert.deepEqual(
        unready(roles, each => (each === name ? { ...ready, ...change } : ready)),
        [name]
      )
  })
}

test('misdeeds wait for players only, and for all of them', () => {
  const roles = dealRoles(CAST, 7)
  const playing = new Set(players(roles).map(({ name }) => name))
  assert.equal(playing.size, 7)
  assert.deepEqual(
    unready(roles, name => (playing.has(name) ? ready : undefined)),
    []
  )
  assert.equal(unready(roles, () => undefined).length, 7)
})
