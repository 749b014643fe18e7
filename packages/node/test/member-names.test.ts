import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { peerIdText, signRoster } from '@peerwatch/link'
import { testHost, testNetwork, until } from '../../link/test/support/core.ts'
import { memberNames } from '../src/member-names.ts'
import type { PeerIdString } from '@peerwatch/model'

test('C164: a trusted node that has left the roster is called what it was called there, after a restart too, until another one has its name', async t => {
  const { network, authority, trusted: keys, seeds } = await testNetwork({ trusted: 3 })
  const [a, b, c] = keys.map(key => peerIdText(peerIdFromPrivateKey(key))) as [PeerIdString, PeerIdString, PeerIdString]
  const seed = { peer: peerIdText(peerIdFromPrivateKey(seeds[0]!)) }
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const names = memberNames(core)
  let rosterVersion = 1
  const publish = async (...named: [PeerIdString, string][]): Promise<void> => {
    rosterVersion++
    const terms = { name: network.name, authority, seeds: [seed], preset: 'demo', scope: 'local', nowMs: Date.now(), rosterVersion } as const
    const encoded = await signRoster({
      ...terms,
      trusted: named.map(([peer]) => peer),
      names: new Map([...named, [seed.peer, 'seed-1']]),
      replaces: core.roster.current()
    })
    await core.roster.accept(encoded)
  }
  await publish([a, 'trusted-1'], [b, 'trusted-2'], [c, 'trusted-3'])
  assert.equal(names.of(c), 'trusted-3')
  await publish([a, 'trusted-1'], [b, 'trusted-2'])
  await until(() => names.of(c) === 'trusted-3', 'it keeps its name')
  await core.writes.settled()
  const again = memberNames(core)
  await until(() => again.of(c) != null, 'it reads what it kept')
  assert.deepEqual([again.of(c), again.of(a), again.of(core.self)], ['trusted-3', 'trusted-1', undefined])
  await publish([a, 'trusted-1'], [b, 'trusted-3'])
  assert.deepEqual([again.of(c), again.of(b)], [undefined, 'trusted-3'])
})
