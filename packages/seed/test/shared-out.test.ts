import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { seededRng } from '@peerwatch/model'
import { REGISTRY_STATUS } from '@peerwatch/wire'
import fc from 'fast-check'
import { peerIdText } from '@peerwatch/link'
import { readPeerRecord } from '@peerwatch/peer/parts'
import { decideDials } from '../../peer/src/neighbours/degree.ts'
import { sealPeerRecord } from '../../peer/src/registry/peer-record.ts'
import { testHost, testNetwork, until } from '../../link/test/support/core.ts'
import { groupSizes } from '../src/group-sizes.ts'
import { REGISTRY_SERVER_DEFAULTS } from '../src/options.ts'
import { registrantStore } from '../src/registrant-store.ts'
import { registrants } from '../src/registrants.ts'
import { registrations } from '../src/registrations.ts'
import { rawCaller, testRegistry } from './support/registry.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { KnownPeer } from '@peerwatch/link'
import type { Registrant, Registrants } from '../src/registrants.ts'

const SELF = 'seed-0' as PeerIdString
const OTHER = 'seed-1' as PeerIdString
const SYBILS = '8.8.8.0/24'
const TARGET_DEGREE = 8
const LISTED_COUNT = 4 * TARGET_DEGREE

function registrant(peer: string, group: string, introducedBy = SELF): Registrant {
  return {
    peer: peer as PeerIdString,
    record: new Uint8Array(),
    seq: 1,
    addresses: ['/ip4/8.8.8.8/tcp/1'],
    stamp: new Uint8Array(),
    introducedBy,
    group,
    firstWindow: 1,
    reach: 'untried',
    heardAtMs: 0,
    knownAtMs: 0,
    registeredAtMs: 0
  }
}

const honestGroup = (at: number): string => `9.${at >> 8}.${at & 255}.0/24`

function crowd(held: Registrants, group: string, count: number, introducedBy = SELF): number {
  const rng = seededRng(count)
  return Array.from({ length: count }, (_, at) => held.set(registrant(`${group}-${at}`, group, introducedBy), rng)).filter(
    ({ as }) => as === 'new' || as === 'in-place-of'
  ).length
}

function known(peer: PeerIdString, addresses: readonly string[] = []): KnownPeer {
  return { peer, addresses, unreachable: false, guest: false }
}

/** As a newcomer does it: asks for a list, and dials of it. */
function dialled(held: Registrants, rng: () => number): string[] {
  const list = held.sample(LISTED_COUNT, () => true, rng)
  const groups = new Map(list.map(({ peer, group }) => [peer, group]))
  const listed = list.map(({ peer, addresses }) => known(peer, addresses))
  const chosen = decideDials(listed, TARGET_DEGREE, rng, { groupOf: ({ peer }) => groups.get(peer)!, ownGroups: [] })
  return chosen.map(({ peer }) => groups.get(peer)!)
}

test('G60: 10,000 names of one /24 among 100 honest groups get at most one of a newcomer’s 8 dials', t => {
  for (const names of [1_000, 10_000]) {
    const held = registrants({ most: 100_000, self: SELF, seedsCount: () => 1 })
    crowd(held, SYBILS, names)
    for (let at = 0; at < 100; at++) crowd(held, honestGroup(at), 1)
    const newcomers = Array.from({ length: 1_000 }, (_, at) => dialled(held, seededRng(at)))
    const sybils = newcomers.map(groups => groups.filter(group => group === SYBILS).length)
    const all = sybils.reduce((sum, count) => sum + count, 0)
    t.diagnostic(
      `${names} names of one /24 among 100 honest groups: of 8 dials at most ${Math.max(...sybils)}, ${((100 * all) / (8 * newcomers.length)).toFixed(1)} % of all dials`
    )
    assert.ok(newcomers.every(groups => groups.length === TARGET_DEGREE))
    assert.ok(Math.max(...sybils) <= 1)
  }
})

test('G60: where there are fewer groups than dials, spare room is shared, and all of one private network can be dialled', () => {
  const held = registrants({ most: 1_000, self: SELF, seedsCount: () => 1 })
  crowd(held, 'private', 50)
  assert.equal(dialled(held, seededRng(1)).length, TARGET_DEGREE)
  crowd(held, SYBILS, 500)
  assert.equal(dialled(held, seededRng(2)).filter(group => group === SYBILS).length, TARGET_DEGREE / 2)
})

test('G60: dials count the own links that are there', () => {
  const listed = ['a1', 'a2', 'a3', 'b1'].map(peer => known(peer as PeerIdString))
  for (let seed = 0; seed < 50; seed++) {
    const [first, second] = decideDials(listed, 2, seededRng(seed), { groupOf: ({ peer }) => peer[0]!, ownGroups: ['a', 'a'] })
    assert.deepEqual([first?.peer, second?.peer[0]], ['b1', 'a'])
  }
})

/** A seed's registrations in scope `public`, and what it was told of its bounds. */
async function publicSeed(end: (stop: () => Promise<void>) => void, seeds = 1) {
  const keys = await testNetwork({ seeds, scope: 'public' })
  const { node, core } = await testHost(keys.network, keys.seeds[0])
  end(async () => node.stop())
  const limited: string[] = []
  core.events.addEventListener('registry:limited', ({ detail }) => limited.push(detail.bound))
  return { keys, core, limited, registered: registrations(core, registrantStore(core), REGISTRY_SERVER_DEFAULTS) }
}

async function registers(registered: ReturnType<typeof registrations>, host: string, addresses = [`/ip4/${host}/tcp/4001`]) {
  const key = await generateKeyPair('Ed25519')
  const id = peerIdFromPrivateKey(key)
  const record = await sealPeerRecord(
    id,
    key,
    addresses.map(address => multiaddr(address)),
    1
  )
  return { peer: peerIdText(id), record, result: await registered.register(peerIdText(id), multiaddr(`/ip4/${host}/tcp/50000`), record) }
}

test('G61: 100,000 names of one /24 do not close the registry: it turns away the largest group, not the newcomer', async t => {
  const { core, limited, registered } = await publicSeed(t.after.bind(t))
  registered.load(Array.from({ length: 100_000 }, (_, at) => ({ ...registrant(`sybil-${at}`, SYBILS), introducedBy: core.self })))
  assert.equal(registered.registrants.count(), 100_000)
  const startedMs = performance.now()
  const honest = []
  for (let at = 0; at < 50; at++) honest.push(await registers(registered, `9.9.${at}.1`))
  t.diagnostic(
    `100,000 names of one /24: ${honest.filter(({ result }) => result.status === REGISTRY_STATUS.done).length} of 50 newcomers registered, ${((performance.now() - startedMs) / 50).toFixed(2)} ms each`
  )
  assert.ok(honest.every(({ result }) => result.status === REGISTRY_STATUS.done))
  assert.ok(
    honest.every(({ peer }) => registered.registrants.get(peer) != null),
    'none is pushed out by the next'
  )
  assert.equal(registered.registrants.count(), 100_000)
  const more = await registers(registered, '8.8.8.7')
  assert.equal(more.result.status, REGISTRY_STATUS.full, 'one more of the same is')
  assert.deepEqual(
    limited,
    Array.from({ length: 51 }, () => 'group')
  )
})

test('G61: members of groups are counted, and taken by turns, as an oracle says', () => {
  const operation = fc.record({ add: fc.boolean(), group: fc.integer({ min: 0, max: 4 }), member: fc.nat(9) })
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), fc.nat(), fc.nat(30), (operations, seed, most) => {
      const groups = groupSizes<string>()
      const oracle = new Map<string, Set<string>>()
      for (const { add, group, member } of operations) {
        const [name, id] = [`group${group}`, `${group}-${member}`]
        const members = oracle.get(name) ?? new Set()
        oracle.set(name, members)
        if (add) members.add(id)
        else members.delete(id)
        if (add) groups.add(name, id)
        else groups.delete(name, id)
        const largest = Math.max(...[...oracle.values()].map(({ size }) => size))
        const found = groups.largest()
        assert.equal(found == null ? 0 : oracle.get(found)?.size, largest)
      }
      for (const [name, members] of oracle) assert.equal(groups.size(name), members.size)
      const taken = [...groups.byTurns(most, seededRng(seed))]
      const total = [...oracle.values()].reduce((sum, { size }) => sum + size, 0)
      assert.equal(new Set(taken).size, Math.min(most, total))
      // nobody has a second turn before everybody who can has had a first
      const turns = taken.map((id, at) => taken.slice(0, at).filter(before => before[0] === id[0]).length)
      assert.deepEqual(
        turns,
        turns.toSorted((a, b) => a - b)
      )
    })
  )
})

test('G61: where every group has as many, a newcomer is refused: names cannot push each other out for ever', () => {
  const held = registrants({ most: 100, self: SELF, seedsCount: () => 1 })
  for (let at = 0; at < 50; at++) crowd(held, honestGroup(at), 2)
  assert.equal(crowd(held, honestGroup(1), 20), 0)
  const others = Array.from({ length: 200 }, (_, at) => crowd(held, `7.7.${at}.0/24`, 1)).reduce((sum, count) => sum + count, 0)
  assert.equal(others, 50, 'a group that has none takes the second place of another, and no first one')
  assert.equal(new Set([...held.values()].map(({ group }) => group)).size, 100)
})

test('G61: of the largest group the newest goes, so that who shares it with a crowd stays', () => {
  const held = registrants({ most: 100, self: SELF, seedsCount: () => 1 })
  held.set({ ...registrant('neighbour', SYBILS), firstWindow: 0 }, seededRng(1))
  crowd(held, SYBILS, 99)
  for (let at = 0; at < 40; at++) crowd(held, honestGroup(at), 2)
  assert.ok(held.get('neighbour' as PeerIdString) != null)
})

test('G62: one seed introduces at most its part of all entries, and of each list', t => {
  const held = registrants({ most: 300, self: SELF, seedsCount: () => 3 })
  for (let at = 0; at < 60; at++) crowd(held, honestGroup(at), 1)
  const taken = Array.from({ length: 1_000 }, (_, at) => crowd(held, `7.${at >> 8}.${at & 255}.0/24`, 1, OTHER)).reduce((sum, count) => sum + count, 0)
  assert.equal(taken, 100)
  const introduced = Array.from(
    { length: 200 },
    (_, at) => held.sample(LISTED_COUNT, () => true, seededRng(at)).filter(each => each.introducedBy === OTHER).length
  )
  t.diagnostic(`1,000 names in 1,000 groups, fed by one of 3 seeds: ${taken} of 300 entries, at most ${Math.max(...introduced)} of ${LISTED_COUNT} in a list`)
  assert.equal(Math.max(...introduced), Math.floor(LISTED_COUNT / 3))
  const empty = registrants({ most: 300, self: SELF, seedsCount: () => 3 })
  crowd(empty, SYBILS, 100, OTHER)
  assert.equal(empty.sample(LISTED_COUNT, () => true, seededRng(1)).length, LISTED_COUNT, 'spare room is shared')
})

test('G63: in scope public a seed tells of no address but those of the host that it saw', async t => {
  const { registered } = await publicSeed(t.after.bind(t))
  const told = async (...addresses: string[]): Promise<readonly string[]> => {
    const { peer } = await registers(registered, '9.9.9.9', addresses)
    const found = registered.registrants.get(peer)!
    return found.addresses.map(address => address.replace(`/p2p/${peer}`, ''))
  }
  const own = '/ip4/9.9.9.9/tcp/4001'
  assert.deepEqual(await told(own, '/ip4/9.9.9.9/tcp/443/ws'), [own, '/ip4/9.9.9.9/tcp/443/ws'])
  assert.deepEqual(await told('/ip4/1.2.3.4/tcp/22', own, '/ip4/127.0.0.1/tcp/6379', '/ip4/192.168.1.1/tcp/80', '/dns4/victim.example/tcp/443'), [own])
  assert.deepEqual(await told('/ip4/1.2.3.4/tcp/22'), [])
  assert.deepEqual(await told('/ip4/9.9.9.10/tcp/22'), [])
  assert.deepEqual(await told(own, '/ip4/9.9.9.10/tcp/22'), [], 'not of the neighbour in the same group either, whom the stamp does not rule out')
})

test('G63: in a public network that is still on one machine peers are told of each other, and found', async t => {
  const registry = await testRegistry({ scope: 'public' })
  t.after(registry.end)
  const seed = await registry.seed(0)
  const [ann, bob] = await Promise.all([registry.peer(), registry.peer()])
  await until(() => [ann, bob].every(({ client }) => client.state().state === 'registered'), 'registered')
  const listed = await ann.client.list(10)
  assert.deepEqual(
    listed.map(({ peer }) => peer),
    [bob.self]
  )
  assert.deepEqual(listed[0]?.addresses, bob.node.getMultiaddrs().map(String))
  assert.equal((await ann.client.find([bob.self])).length, 1)

  // as behind a NAT that forwards nothing: nobody is sent there, but it is known, and reports about it count
  const nowhere = await registry.peer({ announce: ['/ip4/1.2.3.4/tcp/22'] })
  await until(() => nowhere.client.state().state === 'registered', 'registered')
  assert.deepEqual(
    (await ann.client.list(10)).map(({ peer }) => peer),
    [bob.self]
  )
  const [found] = await ann.client.find([nowhere.self])
  assert.deepEqual([found?.peer, found?.addresses, found?.unreachable], [nowhere.self, [], true])
  // not by a client of another kind either
  const { call } = await rawCaller(bob, seed)
  const record = await bob.client.record()
  assert.equal((await call({ register: { record, watch: false } })).status, REGISTRY_STATUS.done)
  assert.deepEqual(
    (await call({ list: { most: 10 } })).peers.map(entry => readPeerRecord(entry.record).peer),
    [ann.self]
  )
})
