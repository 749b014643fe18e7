/** The storage key of a trusted node is changed: on a stopped node, whatever stops the command. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { levelRecordStore, openStorageKey } from '@peerwatch/store'
import { testRecord } from '@peerwatch/store/testing'
import { cliNetwork } from '../support/cli-network.ts'
import { runCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import type { StoredRecord } from '@peerwatch/model'
import type { LevelRecordStore, Rotation } from '@peerwatch/store'
import type { Command, Ran } from '../support/command.ts'

const { root, start } = cliNetwork('rotate')
const at = (...names: string[]): string => join(root(), ...names)
const peerwatch = async (...args: string[]): Promise<Ran> => runCommand(args, { cwd: root() })
const KEY = 'trusted-1/storage.key'
const LATE = 4_000_000_000

async function startTrusted(): Promise<Command> {
  const node = start('trusted', '--network', 'net/public', '--node', 'net/nodes/trusted-1', '--data', 'trusted-1')
  await node.line('ready')
  return node
}

let made: Promise<void> | undefined

/** The seed runs, and the trusted node has run. */
async function haveRun(): Promise<void> {
  made ??= (async () => {
    await start('seed', '--network', 'net/public', '--node', 'net/nodes/seed-1', '--data', 'seed-1').line('ready')
    await (await startTrusted()).stop()
  })()
  await made
}

async function inStore<A>(task: (store: LevelRecordStore) => Promise<A>): Promise<A> {
  const store = await levelRecordStore({ path: at('trusted-1', 'records'), storageKey: await openStorageKey(at('trusted-1')) })
  try {
    return await task(store)
  } finally {
    await store.close()
  }
}

async function payloads(): Promise<string[]> {
  return inStore(async store => {
    const found: StoredRecord[] = []
    for await (const record of store.read({ fromEpoch: 0, toEpoch: LATE })) found.push(record)
    return found.map(({ payload }) => Buffer.from(payload).toString()).filter(text => text.startsWith('5a by'))
  })
}

test('C151: rotate refuses a node that runs, says what to do, and changes nothing', async () => {
  await haveRun()
  const node = await startTrusted()
  const first = await readFile(at(KEY))
  const refused = await peerwatch('rotate', '--data', 'trusted-1')
  assert.equal(refused.code, 1)
  assert.match(
    refused.stderr,
    /^peerwatch: data-locked: the data folder trusted-1 is in use by [^\n]*; expected [^\n]* stopped; stop the node, run the command, and start the node again; nothing was changed\n$/
  )
  assert.deepEqual(await readFile(at(KEY)), first)
  await node.stop()
})

test('C150: rotate changes the key of a stopped node, all records are read, and the node starts again', async () => {
  await haveRun()
  const first = await readFile(at(KEY))
  await inStore(async store => store.write(Array.from({ length: 40 }, (_, window) => testRecord({ window, epoch: store.floor() + 1 }))))
  const had = await payloads()
  assert.equal(had.length, 40)
  const { stdout, stderr, code } = await peerwatch('rotate', '--data', 'trusted-1', '--json')
  assert.equal(code, 0, stderr)
  const { resealedCount, keyNumber, wasBegun } = JSON.parse(stdout) as Rotation
  assert.deepEqual([keyNumber, wasBegun], [2, false])
  assert.ok(resealedCount >= 40)
  assert.equal((await readFile(at(KEY))).includes(first), false)
  assert.equal((await stat(at(KEY))).mode & 0o777, 0o600)
  assert.deepEqual(await payloads(), had)

  const again = await peerwatch('rotate', '--data', 'trusted-1')
  assert.match(again.stdout, /^storage key 3 is the only key of trusted-1: \d+ values were sealed anew\n$/)
  assert.deepEqual(await payloads(), had)
  await (await startTrusted()).stop()
})

test('C150: a rotation that was cut short is finished by the command or by the node, whichever comes first', async () => {
  await haveRun()
  const begin = async (): Promise<Buffer> => {
    const found = await readFile(at(KEY))
    // a key that was never rotated has no number before it
    const entry = found.length === 32 ? Buffer.concat([Buffer.of(1), found]) : found
    await writeFile(at(KEY), Buffer.concat([Buffer.of(entry[0]! + 1), randomBytes(32), entry]))
    return entry.subarray(1)
  }
  const older = await begin()
  const { stdout, stderr } = await peerwatch('rotate', '--data', 'trusted-1')
  assert.match(stdout, /^a rotation of trusted-1 was begun before: [^\n]*\nstorage key \d is the only key of trusted-1: /, stderr)
  assert.equal((await readFile(at(KEY))).includes(older), false)

  const last = await begin()
  const node = await startTrusted()
  await until(async () => !(await readFile(at(KEY))).includes(last), 'the node has finished the rotation')
  await node.stop()
  assert.deepEqual(
    (await readdir(at('trusted-1'))).filter(name => name.startsWith('storage')),
    ['storage.key']
  )
})

test('C152: rotate refuses a folder of a node that keeps no records, and one of no node, and makes nothing there', async () => {
  await haveRun()
  const seed = await peerwatch('rotate', '--data', 'seed-1')
  assert.equal(seed.code, 1)
  assert.match(
    seed.stderr,
    /^peerwatch: wrong-role: seed-1 is the data folder of a seed; expected that of a trusted node[^\n]*; name it with --data; nothing was changed\n$/
  )
  const before = await readdir(root())
  const none = await peerwatch('rotate', '--data', 'none')
  assert.equal(none.code, 1)
  assert.match(none.stderr, /^peerwatch: data-unusable: no node has kept its data in none; expected that of a trusted node/)
  assert.deepEqual(await readdir(root()), before)
  const unnamed = await peerwatch('rotate')
  assert.equal(unnamed.code, 2)
  assert.match(unnamed.stderr, /^peerwatch: usage: no data folder is named; expected --data with the folder of a trusted node that is stopped; /)
})

test('C152: rotate changes nothing where the storage key is another one', async () => {
  await haveRun()
  const key = await readFile(at(KEY))
  const wrong = Buffer.from(key)
  wrong[5]! ^= 1
  await writeFile(at(KEY), wrong)
  const other = await peerwatch('rotate', '--data', 'trusted-1')
  assert.equal(other.code, 1)
  assert.match(
    other.stderr,
    /^peerwatch: data-unusable: the storage key does not open trusted-1\/records; expected [^\n]*; put that storage.key back[^\n]*; nothing was changed\n$/
  )
  assert.deepEqual(await readFile(at(KEY)), wrong)
  await writeFile(at(KEY), key)
  assert.equal((await peerwatch('rotate', '--data', 'trusted-1')).code, 0)
})
