import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { Key } from 'interface-datastore'
import { crashableLevel } from '@peerwatch/store/testing'
import { levelDatastore } from '../src/level-datastore.ts'

const WRITER = join(import.meta.dirname, 'support', 'datastore-writer.ts')
const one = Uint8Array.of(1)
const two = Uint8Array.of(2)

test("S70: in a node's datastore nothing that was acknowledged after a write that failed in part is lost with the process", async t => {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-datastore-'))
  t.after(async () => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'datastore')
  // no file of this process grows beyond 64 KiB: LevelDB's log fills up in the middle of a write
  const child = spawn('bash', ['-c', 'ulimit -S -f 64; exec "$0" "$@"', process.execPath, WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const kept: string[] = []
  let refusedCount = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, key] = line.split(' ')
    if (word === 'kept') kept.push(key!)
    else if (word === 'refused') refusedCount++
    else child.kill('SIGKILL')
  }
  if (child.exitCode == null && child.signalCode == null) await once(child, 'exit')
  assert.ok(refusedCount > 0 && kept.length > 100, `${refusedCount} refused, ${kept.length} kept`)
  const datastore = await levelDatastore({ path })
  t.after(async () => datastore.close())
  const found: string[] = []
  for await (const key of datastore.queryKeys({ prefix: '/test/' })) found.push(key.toString())
  assert.deepEqual(
    kept.filter(key => !found.includes(key)),
    []
  )
})

test("S70: in a node's datastore a write that was acknowledged survives a power cut, and writes land in the order of the calls", async () => {
  const disk = crashableLevel()
  const datastore = await levelDatastore({ level: disk.open() })
  const batch = datastore.batch()
  batch.put(new Key('/a/2'), two)
  batch.delete(new Key('/a/1'))
  await Promise.all([datastore.put(new Key('/a/1'), one), batch.commit(), datastore.put(new Key('/b'), one), datastore.put(new Key('/b'), two)])
  disk.failNextWrite()
  await assert.rejects(datastore.put(new Key('/c'), one))
  const release = disk.holdSyncs()
  const failing = assert.rejects(datastore.put(new Key('/d'), one))
  await new Promise(setImmediate)
  disk.failNextWrite()
  const next = datastore.put(new Key('/d'), two)
  await new Promise(setImmediate)
  release()
  await Promise.all([failing, next])
  disk.crash()
  const again = await levelDatastore({ level: disk.open() })
  const found: string[] = []
  for await (const { key, value } of again.query({})) found.push(`${key.toString()} ${value.join()}`)
  assert.deepEqual(found, ['/a/2 2', '/b 2', '/d 2'])
  assert.equal(await again.has(new Key('/c')), false)
  await assert.rejects(async () => again.get(new Key('/c')), { name: 'NotFoundError' })
  const below: string[] = []
  for await (const key of again.queryKeys({ prefix: '/a/' })) below.push(key.toString())
  assert.deepEqual(below, ['/a/2'])
  await again.close()
})
