import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { messages } from '@peerwatch/wire'
import { createSigner, peerIdBytes, peerIdText } from '@peerwatch/link'
import { stamps } from '../../src/registry/stamps.ts'
import { testHost, testNetwork } from '../../../link/test/support/core.ts'

test('a report is signed with the stamp of a seed that the roster has, be another one newer', async t => {
  const keys = await testNetwork({ seeds: 2 })
  const { node, core } = await testHost(keys.network)
  t.after(async () => node.stop())
  const gone = new Set<string>()
  const stamped = stamps({ ...core, roster: { ...core.roster, isSeed: peer => core.roster.isSeed(peer) && !gone.has(peer) } })
  const encoded = await Promise.all(
    keys.seeds.map(async (key, index) =>
      createSigner(key, keys.network.id).sign('stamp', messages.stamp.encode({ peer: peerIdBytes(core.self), group: core.self, firstWindow: 10 + index }))
    )
  )
  const [first, second] = keys.seeds.map(key => peerIdText(peerIdFromPrivateKey(key)))
  await stamped.keep(first!, encoded[0]!)
  await stamped.keep(second!, encoded[1]!)
  assert.deepEqual(stamped.find(20), encoded[1])
  gone.add(second!)
  assert.deepEqual([stamped.find(20), stamped.find()], [encoded[0], encoded[0]])
  gone.add(first!)
  assert.equal(stamped.find(20), undefined)
})
