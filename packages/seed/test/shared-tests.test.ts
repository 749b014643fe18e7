import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdBytes, peerIdText } from '@peerwatch/link'
import fc from 'fast-check'
import { testHost, testNetwork } from '../../link/test/support/core.ts'
import { dialled } from '../src/dialled.ts'
import { REGISTRY_SERVER_DEFAULTS } from '../src/options.ts'
import { sharedTests } from '../src/shared-tests.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerIdString } from '@peerwatch/model'

const MOST = 256

async function some(count: number): Promise<PeerIdString[]> {
  return Promise.all(Array.from({ length: count }, async () => peerIdText(peerIdFromPrivateKey(await generateKeyPair('Ed25519')))))
}

test('G82: however many deaths the names of one group report, half of the tests of a window are left to others, window after window', () => {
  const clock = { window: 7 }
  const running: string[] = []
  const shared = sharedTests(
    MOST,
    () => clock.window,
    () => running
  )
  const start = (group: string): boolean => {
    if (!shared.mayStart(group)) return false
    shared.started(group)
    running.push(group)
    return true
  }
  for (let window = 0; window < 4; window++) {
    const started = Array.from({ length: 10_000 }, () => start('crowd')).filter(Boolean)
    assert.equal(started.length, window === 0 ? MOST / 2 : 0, 'what goes on counts in the next window too')
    clock.window++
  }
  const honest = Array.from({ length: 100 }, (_, index) => start(`group ${index}`))
  assert.deepEqual(new Set(honest), new Set([true]))
  running.length = 0
  clock.window++
  assert.equal(start('crowd'), true, 'tests that are over are free again')
  for (let at = 0; at < MOST; at++) start('crowd')
  running.length = 0
  assert.equal(start('crowd'), false, 'but not in the window in which they began')
})

test('G82: a group never uses more of the tests than are left to others, and together they are never more than all', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 200 }), asks => {
      const counts = new Map<number, number>()
      const shared = sharedTests(
        20,
        () => 1,
        () => []
      )
      let total = 0
      for (const group of asks) {
        if (!shared.mayStart(String(group))) continue
        shared.started(String(group))
        counts.set(group, (counts.get(group) ?? 0) + 1)
        total++
        assert.ok(counts.get(group)! <= 20 - total + 1 && total <= 20)
      }
    })
  )
})

test('G82: those whom a full registry has turned away are one group where they are linked from, whatever names they take', async t => {
  const keys = await testNetwork()
  const network = { ...keys.network, roster: { ...keys.network.roster, scope: 'public' as const } }
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const from = new Map<string, string>()
  Object.assign(core.components.connectionManager, { getConnections: (peer: PeerId) => [{ remoteAddr: multiaddr(from.get(peer.toString())) }] })
  const [dead, names, honest] = await Promise.all([some(20), some(20), some(10)])
  for (const [index, name] of names.entries()) from.set(name, `/ip4/8.8.8.${index}/tcp/1`)
  for (const [index, name] of honest.entries()) from.set(name, `/ip4/9.9.${index}.1/tcp/1`)
  const testable = new Map(dead.map(peer => [peer, { addresses: [], seq: 1, reach: 'untried', registeredAtMs: undefined }]))
  const { removing, stop } = dialled(core, {
    options: { ...REGISTRY_SERVER_DEFAULTS, mostDeathTests: 10 },
    client: { learn: async () => {} },
    registered: { registrants: { get: (peer: PeerIdString) => testable.get(peer) }, reached: () => {} },
    invited: { get: () => undefined },
    feeds: { tell: () => {}, tellRegistered: () => {} }
  } as unknown as Parameters<typeof dialled>[1])
  t.after(stop)
  for (const [index, name] of names.entries()) removing.reported(name, [peerIdBytes(dead[index]!)])
  assert.equal(removing.underWay().length, 5, 'half')
  for (const [index, name] of honest.entries()) removing.reported(name, [peerIdBytes(dead.toReversed()[index]!)])
  assert.equal(removing.underWay().length, 10)
})
