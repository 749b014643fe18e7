import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { levelRecordStore } from '../src/index.ts'
import { testRecord } from '../src/testing.ts'
import { testFolder } from './support/folder.ts'

const storageKey = new Uint8Array(32).fill(7)

/** A real small disk where the machine lets us mount one; the crashable level in durability.test.ts covers the others. */
function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function onFullDisk(folder: string): Promise<void> {
  const path = join(folder, 'records')
  const store = await levelRecordStore({ path, storageKey })
  const acknowledged: string[] = []
  async function write(window: number): Promise<boolean> {
    const record = testRecord({ window, payload: new Uint8Array(400) })
    return store.write([record]).then(
      () => acknowledged.push(String(window)) > 0,
      (error: { code: string }) => {
        assert.equal(error.code, 'no-space')
        return false
      }
    )
  }
  const ballast = join(folder, 'ballast')
  writeFileSync(ballast, Buffer.alloc(4_500_000))
  let window = 0
  while (await write(window++)) assert.ok(window < 20_000, 'the disk was never full')
  assert.equal(await write(window++), false)
  rmSync(ballast)
  for (let more = 0; more < 300; more++) assert.ok(await write(window++), 'there is space again')
  await store.close()
  const again = await levelRecordStore({ path, storageKey })
  const found = new Set<string>()
  for await (const record of again.read({ fromEpoch: 0, toEpoch: 1_000 })) found.add(String(record.window))
  await again.close()
  assert.deepEqual(
    acknowledged.filter(name => !found.has(name)),
    []
  )
}

test('S9: on a disk that was full nothing acknowledged is lost', async t => {
  const folder = await testFolder(t)
  const own = mounted(folder)
  t.diagnostic(own ? 'on a tmpfs of 6 MB' : 'no mount here: see durability.test.ts')
  try {
    await (own ? onFullDisk(folder) : Promise.resolve())
  } finally {
    if (own) execFileSync('umount', ['-l', folder])
  }
})
