import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages } from '@peerwatch/wire'
import { openSigned } from '../src/signatures.ts'
import { testHost, testNetwork } from './support/core.ts'

test('a signature is worth nothing in another domain or network', async t => {
  const { network } = await testNetwork()
  const { network: other } = await testNetwork({ name: 'other' })
  const { node, core } = await testHost(network)
  t.after(async () => node.stop())
  const signed = await core.signer.sign('stamp', Uint8Array.of(1, 2, 3))
  const { signer, payload } = await openSigned('stamp', network.id, signed)
  assert.equal(signer, core.self)
  assert.deepEqual([...payload], [1, 2, 3])
  await assert.rejects(openSigned('report', network.id, signed), { code: 'bad-signature' })
  await assert.rejects(openSigned('stamp', other.id, signed), { code: 'bad-signature' })
  const altered = messages.signed.decode(signed)
  altered.payload[0] = 9
  await assert.rejects(openSigned('stamp', network.id, messages.signed.encode(altered)), { code: 'bad-signature' })
})
