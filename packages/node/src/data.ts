import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryDatastore } from 'datastore-core/memory'
import { MountDatastore } from 'datastore-core/mount'
import { Key } from 'interface-datastore'
import { StoreError } from '@peerwatch/store/level'
import { checkIdentity, checkUnmarked, databaseError, lockDataFolder, NodeError, readIdentity, writeIdentity } from './files/index.ts'
import { levelDatastore } from './level-datastore.ts'
import type { RecordStore } from '@peerwatch/model'
import type { Datastore } from 'interface-datastore'
import type { AdoptionClaim } from './files/index.ts'
import type { LevelDatastore } from './level-datastore.ts'

/** The open stores of a node. They close in the reverse order. */
export interface NodeData {
  readonly datastore: Datastore
  /** For a role that keeps records. */
  readonly records: RecordStore | undefined
  readonly close: () => Promise<void>
}

/** libp2p's own address book: the registry gives addresses anew, and on disk it costs more than all that Peerwatch keeps. */
const PEER_STORE = new Key('/peers')

/** Rejects with NodeError; `data-of-another` where the folder is not that of `claim`. */
export async function openData(dataDir: string | undefined, claim: AdoptionClaim): Promise<NodeData> {
  if (dataDir == null) return { datastore: new MemoryDatastore(), records: undefined, close: async () => {} }
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    const lock = await lockDataFolder(dataDir)
    closers.push(lock.release)
    const identity = await readIdentity(dataDir)
    if (identity != null) checkIdentity(dataDir, identity, claim)
    const datastore = await openDatastore(join(dataDir, 'datastore'))
    closers.push(async () => datastore.close())
    const mounted = new MountDatastore([
      { prefix: PEER_STORE, datastore: new MemoryDatastore() },
      { prefix: new Key('/'), datastore }
    ])
    if (identity == null) {
      await checkUnmarked(dataDir, datastore, await exists(join(dataDir, 'records', 'CURRENT')), claim)
      await writeIdentity(dataDir, claim)
    }
    const records = claim.keeps.records ? await openRecords(dataDir) : undefined
    if (records != null) closers.push(records.close)
    return { datastore: mounted, records, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openDatastore(path: string): Promise<LevelDatastore> {
  try {
    return await levelDatastore({ path })
  } catch (error) {
    throw databaseError(error, path)
  }
}

async function openRecords(dataDir: string): Promise<RecordStore> {
  // most roles keep none
  const { levelRecordStore, openStorageKey } = await import('@peerwatch/store')
  return withRecords(dataDir, NOTHING_CHANGED, async path => levelRecordStore({ path, storageKey: await openStorageKey(dataDir) }))
}

const NOTHING_CHANGED = 'nothing was changed'

/** @param after - what a message says at its end */
export async function withRecords<A>(dataDir: string, after: string, task: (path: string) => Promise<A>): Promise<A> {
  const path = join(dataDir, 'records')
  await checkStorageKey(dataDir, path)
  try {
    return await task(path)
  } catch (error) {
    if (!(error instanceof StoreError)) throw databaseError(error, path)
    const code = error.code === 'locked' ? 'data-locked' : error.code === 'corrupt' ? 'data-corrupt' : 'data-unusable'
    // what the store says has the three parts, in other words
    const { found, expected, remedy } = /^(?<found>.+?): expected (?<expected>.+?); (?<remedy>.+)$/s.exec(error.message)?.groups ?? {}
    throw new NodeError(
      code,
      {
        found: found ?? error.message,
        expected: expected ?? 'the records of this node',
        remedy: `${remedy ?? 'look at the cause'}; ${error.code === 'wrong-key' ? NOTHING_CHANGED : after}`
      },
      { cause: error }
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}

/** A store without its key gets no new one: that would open nothing, and be taken for the old one. */
async function checkStorageKey(dataDir: string, records: string): Promise<void> {
  const key = join(dataDir, 'storage.key')
  if ((await exists(key)) || !(await exists(join(records, 'CURRENT')))) return
  throw new NodeError('data-unusable', {
    found: `${key} does not exist, and ${records} does`,
    expected: 'the storage key that these records were sealed with',
    remedy: 'put it back, or move the records away: the other holders still have them; nothing was changed'
  })
}

/** For a watcher whose time is over. */
export async function removeData(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true })
}
