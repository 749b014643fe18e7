import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ClassicLevel } from 'classic-level'
import { keyBytes, keysFrom, nextNumber } from '../src/key-file.ts'
import { levelRecordStore, openStorageKey, rotateStorageKey } from '../src/index.ts'
import { recordKey } from '../src/record-key.ts'
import { addStorageKey } from '../src/storage-key.ts'
import { testRecord } from '../src/testing.ts'
import { testFolder } from './support/folder.ts'
import type { TestContext } from 'node:test'
import type { StoredRecord } from '@peerwatch/model'

const RECORDS = Array.from({ length: 300 }, (_, window) => testRecord({ window, payload: randomBytes(100) }))
const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const

interface Place {
  readonly folder: string
  readonly path: string
  readonly file: string
}

/** A data folder with records, closed. */
async function filled(t: TestContext): Promise<Place> {
  const folder = await testFolder(t)
  const path = join(folder, 'records')
  const store = await levelRecordStore({ path, storageKey: await openStorageKey(folder) })
  await store.write(RECORDS)
  await store.close()
  return { folder, path, file: join(folder, 'storage.key') }
}

async function read({ folder, path }: Place): Promise<StoredRecord[]> {
  const store = await levelRecordStore({ path, storageKey: await openStorageKey(folder) })
  try {
    const found: StoredRecord[] = []
    for await (const record of store.read({ fromEpoch: 0, toEpoch: 1_000 })) found.push({ ...record, payload: Buffer.from(record.payload) })
    await store.resealed()
    return found
  } finally {
    await store.close()
  }
}

async function assertWhole(here: Place): Promise<void> {
  assert.deepEqual(await read(here), RECORDS)
  assert.deepEqual((await readdir(here.folder)).toSorted(), ['records', 'storage.key'])
  assert.equal((await stat(here.file)).mode & 0o777, 0o600)
}

function entry(number: number, key: Buffer): Buffer {
  return Buffer.concat([Buffer.of(number), key])
}

async function isInFiles(path: string, bytes: Buffer): Promise<boolean> {
  for (const name of await readdir(path)) if ((await readFile(join(path, name))).includes(bytes)) return true
  return false
}

test('S93: after a rotation no file has what the older key sealed, nor that key, and it opens nothing', async t => {
  const here = await filled(t)
  const older = await readFile(here.file)
  const level = new ClassicLevel<Buffer, Buffer>(here.path, BUFFERS)
  const sealed = (await level.get(recordKey(RECORDS[7]!)))!.subarray(14, 40)
  await level.close()
  assert.ok(await isInFiles(here.path, sealed))

  const { resealedCount, ...rotation } = await rotateStorageKey(here)
  assert.deepEqual(rotation, { keyNumber: 2, wasBegun: false })
  assert.equal(resealedCount, RECORDS.length)
  assert.equal(await isInFiles(here.path, sealed), false)
  const content = await readFile(here.file)
  assert.equal(content.includes(older), false)
  await assertWhole(here)

  assert.equal((await rotateStorageKey(here)).keyNumber, 3)
  await assertWhole(here)
  for (const old of [older, content]) {
    await writeFile(here.file, old)
    await assert.rejects(read(here), { code: 'wrong-key', message: /does not open .*expected/ })
    await assert.rejects(rotateStorageKey(here), { code: 'wrong-key' })
    assert.deepEqual(await readFile(here.file), old, 'a wrong key is left as it is')
  }
})

test('S91: wherever writing the key file was cut short, the next opening has all that is needed, and leaves nothing of it behind', async t => {
  const drafted = await filled(t)
  const [key] = (await openStorageKey(drafted.folder)).keys
  const draft = `${drafted.file}.0123456789ab`
  await writeFile(draft, keyBytes([{ number: 2, bytes: randomBytes(32) }, key!]).subarray(0, 40), { mode: 0o600 })
  assert.deepEqual(await read(drafted), RECORDS)
  assert.equal((await rotateStorageKey(drafted)).wasBegun, false)
  await assertWhole(drafted)

  // the file has both keys, and nothing was sealed anew: the store goes on by itself, and so does the command
  const begun = await filled(t)
  const both = await addStorageKey(begun.folder)
  assert.equal(both.keys.length, 2)
  assert.deepEqual((await addStorageKey(begun.folder)).keys, both.keys, 'no third key comes before the older one went')
  assert.deepEqual(await rotateStorageKey(begun), { keyNumber: 2, resealedCount: RECORDS.length, wasBegun: true })
  await assertWhole(begun)

  // all is sealed anew, and the file still has both
  await writeFile(begun.file, keyBytes(both.keys))
  await writeFile(draft.replace(drafted.folder, begun.folder), '', { mode: 0o600 })
  await assertWhole(begun)
  assert.deepEqual((await openStorageKey(begun.folder)).keys, both.keys.slice(0, 1))
})

test('S91: a key file that no rotation wrote is refused and left as it is', async t => {
  const folder = await testFolder(t)
  const path = join(folder, 'storage.key')
  const [a, b] = [randomBytes(32), randomBytes(32)]
  const wrong = [
    Buffer.alloc(0),
    entry(0, a),
    Buffer.concat([entry(2, a), entry(2, b)]),
    Buffer.concat([entry(3, a), entry(2, b), entry(1, b)]),
    entry(2, a).subarray(0, 31)
  ]
  for (const content of wrong) {
    await writeFile(path, content, { mode: 0o600 })
    await assert.rejects(openStorageKey(folder), { code: 'wrong-key', message: /bytes: expected .*; put the right key back/ })
    await assert.rejects(addStorageKey(folder), { code: 'wrong-key' })
    assert.deepEqual(await readFile(path), content)
  }
  await chmod(path, 0o644)
  await assert.rejects(addStorageKey(folder), { code: 'wrong-key', message: /mode 644/ })
})

test('S91: the numbers of keys go round, a key that was never rotated is its 32 bytes, and both keys come back from a file in order', () => {
  const bytes = Buffer.alloc(32, 5)
  assert.deepEqual(keyBytes([{ number: 1, bytes }]), bytes)
  assert.deepEqual(keysFrom(bytes), [{ number: 1, bytes }])
  const keys = [
    { number: nextNumber(255), bytes },
    { number: 255, bytes: Buffer.alloc(32, 6) }
  ]
  assert.deepEqual(keys[0]!.number, 1)
  assert.deepEqual(keysFrom(keyBytes(keys)), keys)
  assert.deepEqual(keysFrom(keyBytes(keys.slice(1))), keys.slice(1))
})

test('a rotation of an open store is refused before anything changes', async t => {
  const here = await filled(t)
  const store = await levelRecordStore({ path: here.path, storageKey: await openStorageKey(here.folder) })
  t.after(store.close)
  const content = await readFile(here.file)
  await assert.rejects(rotateStorageKey(here), { code: 'locked' })
  assert.deepEqual(await readFile(here.file), content)
})
