import { after, suite, test } from 'node:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { levelRecordStore } from '../src/index.ts'
import { crashableLevel, memoryRecordStore, recordStoreSuite } from '../src/testing.ts'

const storageKey = new Uint8Array(32).fill(7)

suite('in memory', () => {
  recordStoreSuite(test, async () => ({ store: memoryRecordStore() }))
})

suite('on LevelDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'peerwatch-store-'))
  after(async () => rm(folder, { recursive: true, force: true }))
  let opened = 0

  recordStoreSuite(test, async () => {
    const path = join(folder, String(opened++))
    let store = await levelRecordStore({ path, storageKey })
    return {
      store,
      reopen: async () => {
        await store.close()
        store = await levelRecordStore({ path, storageKey })
        return store
      }
    }
  })
})

suite('on a disk whose power is cut between closing and opening', () => {
  recordStoreSuite(test, async () => {
    const disk = crashableLevel()
    const store = await levelRecordStore({ level: disk.open(), storageKey })
    return {
      store,
      reopen: async () => {
        disk.crash()
        return levelRecordStore({ level: disk.open(), storageKey })
      }
    }
  })
})
