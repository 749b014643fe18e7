import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRng } from '@peerwatch/model'
import { levelRecordStore } from '../src/index.ts'
import { checkpointKey } from '../src/record-key.ts'
import { crashableLevel, testRecord } from '../src/testing.ts'
import { ALL_PARTS, anyReport, assertTrue, checkpointsOf, idsMaking } from '../src/testing/checkpoint-suite.ts'
import type { StorageKeys } from '../src/index.ts'

const storageKey = new Uint8Array(32).fill(7)
const EPOCH = 1

test('S97: whenever the power goes or the disk is full, what is left is what would be made anew', async () => {
  let given = 0
  for (let seed = 1; seed <= 10; seed++) {
    const rng = seededRng(seed)
    const disk = crashableLevel()
    let store = await levelRecordStore({ level: disk.open(), storageKey })
    for (let step = 0; step < 12; step++) {
      if (rng() < 0.5) disk.crashAfter(1 + Math.floor(rng() * 4))
      else if (rng() < 0.3) disk.failNextWrite()
      const records = Array.from({ length: 3 }, () => anyReport(rng))
      const tasks = [
        async () => store.write(records),
        async () => store.checkpoint(Math.floor(rng() * 4), ALL_PARTS, idsMaking()),
        async () => store.remove(records.slice(0, 1)),
        async () => store.write(records.slice(1)),
        async () => (await store.erase(records[0]!.author, Math.floor(rng() * 2))).removed
      ]
      await Promise.allSettled(tasks.filter(() => rng() < 0.8).map(async task => task()))
      disk.crash()
      store = await levelRecordStore({ level: disk.open(), storageKey })
      given += await assertTrue(store, { seed, step })
    }
  }
  assert.ok(given > 3_000, `${given} were given`)
})

test('S97: what a write changed that was under way is not in a checkpoint that was begun meanwhile', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  await store.write([testRecord({ epoch: EPOCH })])
  const release = disk.holdSyncs()
  const written = store.write([testRecord({ epoch: EPOCH, window: 301 })])
  const kept = store.checkpoint(EPOCH, [0x59, 0x5a], idsMaking())
  // it reads what is on disk now, and waits for its turn to write
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  release()
  assert.deepEqual(await written, ['stored'])
  assert.equal(await kept, 1)
  assert.equal(await assertTrue(store), 1)
})

test('S96: a checkpoint that was altered on disk counts as absent, and is made again', async () => {
  const disk = crashableLevel()
  const level = disk.open()
  const store = await levelRecordStore({ level, storageKey })
  await store.write([testRecord({ epoch: EPOCH })])
  await store.checkpoint(EPOCH, ALL_PARTS, idsMaking())
  const key = checkpointKey(EPOCH, 0x5a)
  const buffers = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const
  const value = (await level.get<Buffer, Buffer>(key, buffers))!
  await level.put<Buffer, Buffer>(key, Buffer.from(value.map((byte, at) => (at === 20 ? byte ^ 1 : byte))), buffers)
  assert.equal((await checkpointsOf(store, EPOCH)).has(0x5a), false)
  assert.equal(await store.checkpoint(EPOCH, ALL_PARTS, idsMaking()), 1)
  assert.equal((await checkpointsOf(store, EPOCH)).get(0x5a), testRecord().id)
})

test('S90: a rotation seals checkpoints anew like all values', async () => {
  const disk = crashableLevel()
  const [older, newer] = [1, 2].map(number => ({ number, bytes: new Uint8Array(32).fill(number) }))
  const open = async (...keys: StorageKeys['keys']) => levelRecordStore({ level: disk.open(), storageKey: { keys, forgetOlder: async () => {} } })
  const before = await open(older!)
  await before.write([testRecord({ epoch: EPOCH })])
  await before.checkpoint(EPOCH, ALL_PARTS, idsMaking())
  await before.close()
  const rotating = await open(newer!, older!)
  await rotating.resealed()
  await rotating.close()
  const after = await open(newer!)
  assert.equal((await checkpointsOf(after, EPOCH)).size, ALL_PARTS.length)
  assert.equal(await assertTrue(after), ALL_PARTS.length)
})
