import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { levelRecordStore } from '../src/index.ts'
import { crashableLevel, testRecord } from '../src/testing.ts'
import { recordKey } from '../src/record-key.ts'
import { testFolder } from './support/folder.ts'
import type { RecordStore } from '@peerwatch/model'

const storageKey = new Uint8Array(32).fill(7)

async function idsIn(store: RecordStore): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const { id } of store.read({ fromEpoch: 0, toEpoch: 1_000 })) ids.add(id)
  return ids
}

test('S7: after kill -9 of its process the store has every acknowledged record', async t => {
  const path = join(await testFolder(t), 'records')
  const child = spawn(process.execPath, [join(import.meta.dirname, 'support', 'writer.ts'), path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === 500) child.kill('SIGKILL')
  }
  if (child.exitCode == null && child.signalCode == null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')
  assert.ok(acknowledged.length >= 500)
  const store = await levelRecordStore({ path, storageKey })
  t.after(store.close)
  const found = await idsIn(store)
  assert.deepEqual(
    acknowledged.filter(id => !found.has(id)),
    []
  )
})

test('S7: no acknowledgement precedes its fsync', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  const release = disk.holdSyncs()
  const answered: string[] = []
  const early = store.write([testRecord({ id: '01' })]).then(
    () => answered.push('early'),
    () => answered.push('refused')
  )
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  assert.deepEqual(answered, [])
  disk.crash()
  release()
  await early
  assert.deepEqual(answered, ['refused'])
  const again = await levelRecordStore({ level: disk.open(), storageKey })
  assert.deepEqual([...(await idsIn(again))], [])
  assert.deepEqual(await again.write([testRecord({ id: '01' })]), ['stored'])
  disk.crash()
  const last = await levelRecordStore({ level: disk.open(), storageKey })
  assert.deepEqual([...(await idsIn(last))], [testRecord({ id: '01' }).id])
})

test('S7: a floor survives a power cut that undid the removal, and so does the removal', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  await store.write([testRecord({ epoch: 1 }), testRecord({ epoch: 2, id: '02' })])
  await store.raiseFloor(1)
  disk.crash()
  const level = disk.open()
  const again = await levelRecordStore({ level, storageKey })
  assert.equal(again.floor(), 1)
  assert.deepEqual([...(await idsIn(again))], [testRecord({ id: '02' }).id])
  const keys = await level.keys<Buffer>({ keyEncoding: 'buffer' }).all()
  assert.equal(keys.filter(key => key.equals(recordKey(testRecord({ epoch: 1 })))).length, 0, 'nor is it on disk any more')
})

test('P90: an erasure that a power cut interrupts holds from the next opening on, and ends there', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  const records = Array.from({ length: 600 }, (_, window) => testRecord({ window }))
  await store.write([...records, testRecord({ subject: '5b' })])
  disk.crashAfter(2)
  const { removed } = await store.erase(testRecord().subject, 10)
  await assert.rejects(removed)
  const level = disk.open()
  const again = await levelRecordStore({ level, storageKey })
  assert.equal(again.floorOf(testRecord()), 10)
  const keys = await level.keys<Buffer>({ keyEncoding: 'buffer' }).all()
  const left = keys.filter(key => records.some(record => key.equals(recordKey(record))))
  assert.equal(left.length, 0, 'nor is it on disk any more')
  assert.deepEqual(await again.write([testRecord()]), ['expired'])
})

test('S8: writes that wait share one fsync', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  const before = disk.syncsCount()
  const outcomes = await Promise.all(Array.from({ length: 50 }, async (_, window) => store.write([testRecord({ window })])))
  assert.deepEqual(new Set(outcomes.flat()), new Set(['stored']))
  assert.equal(disk.syncsCount() - before, 1)
})

test('S9: after a full disk the database is opened again before the next acknowledgement', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  await store.write([testRecord({ window: 1, id: '01' })])
  disk.failNextWrite()
  const refused = assert.rejects(store.write([testRecord({ window: 2, id: '02' })]), { code: 'no-space', message: /no space left/ })
  await refused
  await Promise.all(Array.from({ length: 5 }, async (_, at) => store.write([testRecord({ window: 3 + at, id: `0${3 + at}` })])))
  disk.crash()
  const again = await levelRecordStore({ level: disk.open(), storageKey })
  const found = [...(await idsIn(again))].map(id => id.slice(0, 2))
  assert.deepEqual(found, ['01', '03', '04', '05', '06', '07'])
})

test('S9: a reader goes on where it was when the database is opened again', async () => {
  const disk = crashableLevel()
  const store = await levelRecordStore({ level: disk.open(), storageKey })
  await store.write(Array.from({ length: 600 }, (_, window) => testRecord({ window })))
  const windows: number[] = []
  for await (const { window } of store.read({ fromEpoch: 0, toEpoch: 1_000 })) {
    if (windows.push(window) !== 10) continue
    disk.failNextWrite()
    await assert.rejects(store.write([testRecord({ window: 700 })]), { code: 'no-space' })
    await store.write([testRecord({ window: 800 })])
  }
  assert.deepEqual(
    windows.slice(0, 600),
    Array.from({ length: 600 }, (_, window) => window)
  )
})
