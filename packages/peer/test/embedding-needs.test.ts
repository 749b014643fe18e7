import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { MemoryDatastore } from 'datastore-core'
import { application } from './support/application.ts'
import { testNetwork, until } from '../../link/test/support/core.ts'
import { LossyDatastore } from '../../link/test/support/lossy-datastore.ts'
import type { PeerwatchEvents } from '@peerwatch/link'

for (const make of [async () => generateKeyPair('secp256k1'), async () => generateKeyPair('RSA', 2048)]) {
  test('O72: createLibp2p says at once that Peerwatch needs an Ed25519 key', async () => {
    const { network } = await testNetwork()
    const privateKey = await make()
    await assert.rejects(application(network, { libp2p: { privateKey } }), {
      name: 'ServicesError',
      code: 'bad-key',
      message: /needs an Ed25519 key, found (secp256k1|RSA)/
    })
  })
}

test("S71: where an application's datastore fails in part, what was allowed holds, is told of, and is written once the datastore keeps it", async t => {
  const { network } = await testNetwork()
  const datastore = new LossyDatastore()
  const app = await application(network, { libp2p: { datastore } })
  t.after(async () => app.stop())
  const alarms: string[] = []
  app.services.peerwatch.addEventListener('alarm', ({ detail }: PeerwatchEvents['alarm']) => alarms.push(detail.code))
  const [first, second] = [await testNetwork(), await testNetwork()].map(({ trusted }) => trusted[0]!.publicKey.toString())
  const { certificates, writes } = app.services.peerwatch.assembly.core
  const onDisk = async (): Promise<string[]> => {
    const found: string[] = []
    for await (const key of datastore.queryKeys({ prefix: '/peerwatch/allowed' })) found.push(key.name())
    return found
  }
  datastore.failAfter(0)
  await certificates.allow(first as never, true)
  await certificates.allow(second as never, true)
  assert.deepEqual([certificates.allowed().length, await onDisk()], [2, []])
  assert.ok(alarms.includes('datastore-failed') && alarms.includes('not-saved'), alarms.join())
  datastore.reopen()
  await until(() => writes.waitingCount() === 0, 'it is not tried again')
  assert.deepEqual(new Set(await onDisk()), new Set([first, second]))
})

test('a datastore in memory is still told from one that lasts', async t => {
  const { network } = await testNetwork()
  const app = await application(network, { libp2p: { datastore: new MemoryDatastore() } })
  t.after(async () => app.stop())
  const alarms: string[] = []
  app.services.peerwatch.addEventListener('alarm', ({ detail }: PeerwatchEvents['alarm']) => alarms.push(detail.code))
  await until(() => alarms.includes('volatile-datastore'), 'nobody says it')
})
