import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Key } from 'interface-datastore'
import { carefulDatastore } from '../src/careful-datastore.ts'
import { LossyDatastore } from './support/lossy-datastore.ts'
import type { Datastore } from 'interface-datastore'

const value = Uint8Array.of(1)

async function keysOf(datastore: Datastore): Promise<string[]> {
  const found: string[] = []
  for await (const key of datastore.queryKeys({ prefix: '/test' })) found.push(key.toString())
  return found.toSorted()
}

test('S71: after a write that failed in part a datastore is not believed until it gives back what was written, and that is told once', async () => {
  const inner = new LossyDatastore()
  const told: unknown[] = []
  const datastore = carefulDatastore(inner, { rng: () => 0.5, onDoubt: error => told.push(error) })
  const write = async (...names: string[]): Promise<string> => {
    const batch = datastore.batch()
    for (const name of names) batch.put(new Key(`/test/${name}`), value)
    try {
      await batch.commit()
      return 'kept'
    } catch (error) {
      return (error as { code?: string }).code ?? (error as Error).message
    }
  }
  assert.equal(await write('first'), 'kept')
  inner.failAfter(1)
  assert.equal(await write('half', 'other half'), 'no space left')
  assert.deepEqual(await Promise.all([write('lost'), write('lost too')]), ['not-kept', 'not-kept'])
  await assert.rejects(async () => datastore.put(new Key('/test/lost'), value), { code: 'not-kept' })
  await assert.rejects(async () => datastore.delete(new Key('/test/first')), { code: 'not-kept' })
  assert.equal(told.length, 1)
  assert.deepEqual(await keysOf(datastore), ['/test/first', '/test/half'])
  inner.reopen()
  assert.equal(await write('half', 'other half'), 'kept')
  assert.deepEqual(await keysOf(inner), ['/test/first', '/test/half', '/test/other half'])
  inner.failAfter(0)
  assert.equal(await write('again'), 'no space left')
  assert.equal(told.length, 2, 'a new failure is told again')
  inner.reopen()
  inner.failAfter(1)
  assert.equal(await write('and again'), 'no space left')
  assert.equal(told.length, 2, 'nothing was written in between')
})

test('S71: writes to a datastore land in the order of the calls, however long each takes', async () => {
  const inner = new LossyDatastore()
  const datastore = carefulDatastore(inner, { rng: () => 0.5, onDoubt: () => {} })
  const key = new Key('/test/one')
  const slow = datastore.batch()
  slow.put(key, Uint8Array.of(1))
  await Promise.all([slow.commit(), datastore.put(key, Uint8Array.of(2)), datastore.delete(new Key('/test/none')), datastore.put(key, Uint8Array.of(3))])
  assert.deepEqual([...(await inner.get(key))], [3])
})
