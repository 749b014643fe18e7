import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore'
import { messages } from '@peerwatch/wire'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { openRoster } from '../src/network.ts'
import { rosterBook } from '../src/roster-book.ts'
import { createSigner } from '../src/signatures.ts'
import { testNetwork } from './support/core.ts'

/** Its first write ends when the test says so, as one that meets a busy disk does. */
class SlowDatastore extends MemoryDatastore {
  readonly #begun = Promise.withResolvers<void>()
  readonly #released = Promise.withResolvers<void>()
  readonly begun = this.#begun.promise
  readonly release = this.#released.resolve

  override async put(key: Key, value: Uint8Array): Promise<Key> {
    this.#begun.resolve()
    await this.#released.promise
    return super.put(key, value)
  }
}

test('of two newer rosters that come at once the newest stays, in memory and on disk', async () => {
  const { network, authority } = await testNetwork()
  const signer = createSigner(authority, network.id)
  const fields = messages.roster.decode(messages.signed.decode(network.roster.encoded).payload)
  const [two, three] = await Promise.all([2, 3].map(async version => signer.sign('roster', messages.roster.encode({ ...fields, version }))))
  const datastore = new SlowDatastore()
  const book = rosterBook(network, datastore)
  const seen: number[] = []
  book.onChange(({ version }) => seen.push(version))
  const older = book.accept(two!)
  await datastore.begun
  // signatures are checked at the same time and may end in either order
  const newer = [book.accept(three!), book.accept(three!)]
  await Promise.all(newer.map(async () => openRoster(three!, network.authority, network.id)))
  datastore.release()
  assert.equal(await older, 'newer')
  assert.deepEqual((await Promise.all(newer)).toSorted(), ['known', 'newer'])
  assert.deepEqual(seen, [2, 3])
  assert.equal(book.current().version, 3)
  assert.deepEqual(Buffer.from(await datastore.get(new Key('/peerwatch/roster'))), Buffer.from(three!))
  assert.equal(await book.accept(two!), 'older', 'who sends it is behind')
  assert.equal(book.current().version, 3)
})

test('a roster by another authority, of another network or altered is refused', async () => {
  const { network, authority } = await testNetwork()
  const { network: other } = await testNetwork({ name: 'other' })
  const fields = messages.roster.decode(messages.signed.decode(network.roster.encoded).payload)
  const payload = messages.roster.encode({ ...fields, version: 9 })
  const book = rosterBook(network, new MemoryDatastore())
  const altered = messages.signed.decode(await createSigner(authority, network.id).sign('roster', payload))
  altered.payload = messages.roster.encode({ ...fields, version: 10 })
  const wrong = [
    await createSigner(await generateKeyPair('Ed25519'), network.id).sign('roster', payload),
    await createSigner(authority, other.id).sign('roster', payload),
    messages.signed.encode(altered),
    new Uint8Array(70_000)
  ]
  for (const encoded of wrong) await assert.rejects(book.accept(encoded), { code: 'bad-roster' })
  assert.equal(book.current().version, 1)
})

test('C104: another roster with the version of the one in force is told once, whether it comes or was kept, until a newer one holds', async () => {
  const { network, authority } = await testNetwork()
  const signer = createSigner(authority, network.id)
  const fields = messages.roster.decode(messages.signed.decode(network.roster.encoded).payload)
  const sign = async (version: number, maxDegree: number): Promise<Uint8Array> =>
    signer.sign('roster', messages.roster.encode({ ...fields, version, maxDegree }))
  const [one, two, three] = await Promise.all([sign(2, 10), sign(2, 11), sign(3, 11)])
  const told: number[] = []
  const datastore = new MemoryDatastore()
  const book = rosterBook(network, datastore, version => told.push(version))
  assert.equal(await book.accept(one), 'newer')
  assert.equal(await book.accept(one), 'known')
  assert.deepEqual([told, book.hasDouble()], [[], false])
  assert.deepEqual([await book.accept(two), await book.accept(two)], ['older', 'older'])
  assert.deepEqual([told, book.hasDouble(), book.current().maxDegree], [[2], true, 10])
  assert.equal(await book.accept(three), 'newer')
  assert.equal(book.hasDouble(), false)
  await book.accept(two)
  assert.deepEqual([told, book.hasDouble()], [[2], false], 'an older one is none of this version')
  // the file of one folder, and what was kept of the other
  await datastore.put(new Key('/peerwatch/roster'), two)
  const again = rosterBook({ ...network, roster: await openRoster(one, network.authority, network.id) }, datastore, version => told.push(version))
  await again.load()
  assert.deepEqual([told, again.hasDouble()], [[2, 2], true])
})
