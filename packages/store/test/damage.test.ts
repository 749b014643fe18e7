import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ClassicLevel } from 'classic-level'
import { levelRecordStore, openStorageKey } from '../src/index.ts'
import { recordKey } from '../src/record-key.ts'
import { testRecord } from '../src/testing.ts'
import { testFolder } from './support/folder.ts'
import type { TestContext } from 'node:test'
import type { RecordStore, StoredRecord } from '@peerwatch/model'

const storageKey = new Uint8Array(32).fill(7)
const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const

async function read(store: RecordStore): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const record of store.read({ fromEpoch: 0, toEpoch: 1_000 })) records.push(record)
  return records
}

/** A closed database with these records, then whatever `damage` does to it; opened again. */
async function damaged(t: TestContext, records: StoredRecord[], damage: (level: ClassicLevel<Buffer, Buffer>) => Promise<void>): Promise<RecordStore> {
  const path = join(await testFolder(t), 'records')
  const store = await levelRecordStore({ path, storageKey })
  await store.write(records)
  await store.close()
  const level = new ClassicLevel<Buffer, Buffer>(path, BUFFERS)
  await damage(level)
  await level.close()
  const again = await levelRecordStore({ path, storageKey })
  t.after(again.close)
  return again
}

test('S10: an altered value is an error, not a record', async t => {
  const record = testRecord()
  for (const at of [0, 1, 5, 20, -1]) {
    const store = await damaged(t, [record], async level => {
      const value = (await level.get(recordKey(record)))!
      value[at < 0 ? value.length + at : at]! ^= 1
      await level.put(recordKey(record), value)
    })
    await assert.rejects(read(store), { name: 'StoreError', code: 'corrupt' })
  }
})

test('S10: values swapped between two keys are an error, not two wrong records', async t => {
  const one = testRecord({ window: 1 })
  const other = testRecord({ window: 2 })
  const store = await damaged(t, [one, other], async level => {
    const first = (await level.get(recordKey(one)))!
    await level.put(recordKey(one), (await level.get(recordKey(other)))!)
    await level.put(recordKey(other), first)
  })
  await assert.rejects(read(store), { code: 'corrupt', message: /altered.*expected/ })
})

test('S10: nothing of a payload can be read in the files', async t => {
  const path = join(await testFolder(t), 'records')
  const store = await levelRecordStore({ path, storageKey })
  await store.write([testRecord({ payload: Buffer.from('12D3KooWSecretSecret') })])
  await store.close()
  for (const name of await readdir(path)) assert.equal((await readFile(join(path, name))).includes('SecretSecret'), false)
})

test('a wrong storage key is found on opening and damages nothing', async t => {
  const path = join(await testFolder(t), 'records')
  const store = await levelRecordStore({ path, storageKey })
  await store.write([testRecord()])
  await store.close()
  await assert.rejects(levelRecordStore({ path, storageKey: new Uint8Array(32) }), { code: 'wrong-key', message: /does not open .*expected/ })
  await assert.rejects(levelRecordStore({ path, storageKey: new Uint8Array(31) }), { code: 'wrong-key', message: /31 bytes/ })
  const again = await levelRecordStore({ path, storageKey })
  t.after(again.close)
  assert.equal((await read(again)).length, 1)
})

test('a second opener is told that the database is in use, in this process and then still in others', async t => {
  const path = join(await testFolder(t), 'records')
  const store = await levelRecordStore({ path, storageKey })
  t.after(store.close)
  await assert.rejects(levelRecordStore({ path, storageKey }), { code: 'locked', message: /in use by another node: expected/ })
  const other = `import { levelRecordStore } from '${new URL('../src/index.ts', import.meta.url).href}'
    await levelRecordStore({ path: ${JSON.stringify(path)}, storageKey: new Uint8Array(32) }).catch(error => console.log(error.code))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', other])
  assert.equal(stdout.trim(), 'locked')
})

test('a database whose files are damaged is reported as corrupt, with what to do', async t => {
  const path = join(await testFolder(t), 'records')
  const store = await levelRecordStore({ path, storageKey })
  await store.write([testRecord()])
  await store.close()
  const manifest = (await readdir(path)).find(name => name.startsWith('MANIFEST'))!
  await writeFile(join(path, manifest), Buffer.alloc(64, 0xee))
  await assert.rejects(levelRecordStore({ path, storageKey }), { code: 'corrupt', message: /damaged .*expected an intact database; move the folder away/ })
})

test('a folder that cannot be used is an io error', async t => {
  const path = join(await testFolder(t), 'file')
  await writeFile(path, '')
  await assert.rejects(levelRecordStore({ path, storageKey }), { code: 'io' })
})

test('openStorageKey makes one private key per folder and finds it again', async t => {
  const folder = join(await testFolder(t), 'new')
  const [first, second] = await Promise.all([openStorageKey(folder), openStorageKey(folder)])
  assert.deepEqual(
    first.keys.map(({ number, bytes }) => [number, bytes.length]),
    [[1, 32]]
  )
  assert.deepEqual(second.keys, first.keys)
  assert.deepEqual((await openStorageKey(folder)).keys, first.keys)
  assert.equal((await stat(join(folder, 'storage.key'))).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['storage.key'])
})

test('openStorageKey refuses a key of another size or mode, and leaves it as it is', async t => {
  const folder = await testFolder(t)
  const path = join(folder, 'storage.key')
  await writeFile(path, new Uint8Array(31), { mode: 0o600 })
  await assert.rejects(openStorageKey(folder), { code: 'wrong-key', message: /31 bytes: expected/ })
  await writeFile(path, new Uint8Array(32))
  await chmod(path, 0o644)
  await assert.rejects(openStorageKey(folder), { code: 'wrong-key', message: /mode 644: expected 600/ })
  assert.equal((await stat(path)).mode & 0o777, 0o644)
  const other = await testFolder(t)
  await mkdir(join(other, 'storage.key'))
  await chmod(join(other, 'storage.key'), 0o600)
  await assert.rejects(openStorageKey(other), { code: 'wrong-key' })
})

test('S100: a database that has lost its CURRENT is refused and stays as it is, and opens again with it', async t => {
  const folder = await testFolder(t)
  const path = join(folder, 'records')
  const store = await levelRecordStore({ path, storageKey })
  await store.write([testRecord()])
  await store.close()
  await rename(join(path, 'CURRENT'), join(folder, 'CURRENT'))
  const names = await readdir(path)
  await assert.rejects(levelRecordStore({ path, storageKey }), { code: 'corrupt', message: /records is damaged \(its file CURRENT is missing.*expected/ })
  assert.deepEqual(await readdir(path), names)
  await rename(join(folder, 'CURRENT'), join(path, 'CURRENT'))
  const again = await levelRecordStore({ path, storageKey })
  t.after(again.close)
  assert.deepEqual(
    (await read(again)).map(({ id }) => id),
    [testRecord().id]
  )
})

test('a database whose making was cut short is made again', async t => {
  const path = join(await testFolder(t), 'records')
  await (await levelRecordStore({ path, storageKey })).close()
  for (const name of await readdir(path)) if (!name.startsWith('MANIFEST')) await rm(join(path, name))
  const store = await levelRecordStore({ path, storageKey })
  t.after(store.close)
  assert.deepEqual(await read(store), [])
})
