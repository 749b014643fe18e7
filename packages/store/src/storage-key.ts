import { randomBytes } from 'node:crypto'
import { link, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError, storeErrorFrom } from './errors.ts'
import { makeFolder, syncFolder } from './folders.ts'
import { keyBytes, keysFrom, nextNumber } from './key-file.ts'
import { STORAGE_KEY_BYTES } from './sealing.ts'
import type { StorageKey } from './sealing.ts'

const FILE = 'storage.key'
const PRIVATE_MODE = 0o600
/** A crash may leave such a file. It has keys in it. */
const DRAFT = /^storage\.key\.[0-9a-f]{12}$/

/** The keys that `storage.key` holds. */
export interface StorageKeys {
  /** The newest first; an older one only as long as values may be sealed with it. */
  readonly keys: readonly StorageKey[]
  /** Durably leaves the newest alone. Rejects with StoreError. */
  readonly forgetOlder: () => Promise<void>
}

/** Reads the folder's `storage.key`, or makes one: 32 random bytes that only the owner may read. */
export async function openStorageKey(folder: string): Promise<StorageKeys> {
  return withPath(folder, async path => keysIn(folder, (await findKeys(path)) ?? (await makeKey(folder, path))))
}

/** Puts a new key before the one that is there; where an older one is left still, its rotation comes first and nothing changes. Not beside an open store. */
export async function addStorageKey(folder: string): Promise<StorageKeys> {
  return withPath(folder, async path => {
    const [newest, ...older] = (await findKeys(path)) ?? (await makeKey(folder, path))
    if (newest == null || older.length > 0) return openStorageKey(folder)
    const keys = [{ number: nextNumber(newest.number), bytes: randomBytes(STORAGE_KEY_BYTES) }, newest]
    await replaceKeys(folder, path, keys)
    return keysIn(folder, keys)
  })
}

function keysIn(folder: string, keys: readonly StorageKey[]): StorageKeys {
  return { keys, forgetOlder: async () => withPath(folder, async path => (keys.length > 1 ? replaceKeys(folder, path, keys.slice(0, 1)) : undefined)) }
}

async function withPath<A>(folder: string, task: (path: string) => Promise<A>): Promise<A> {
  const path = join(folder, FILE)
  try {
    return await task(path)
  } catch (error) {
    throw storeErrorFrom(error, path)
  }
}

async function findKeys(path: string): Promise<StorageKey[] | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file == null) return undefined
  try {
    const stat = await file.stat()
    const mode = stat.mode & 0o777
    if (mode !== PRIVATE_MODE) {
      throw new StoreError(
        'wrong-key',
        `${path} has mode ${mode.toString(8)}: expected 600, for its owner alone; run chmod 600 on it if nobody else has read it`
      )
    }
    const keys = stat.isFile() ? keysFrom(await file.readFile()) : undefined
    if (keys == null) {
      throw new StoreError(
        'wrong-key',
        `${path} has ${stat.size} bytes: expected a file of ${STORAGE_KEY_BYTES}, or of what a rotation wrote; put the right key back, without it the records cannot be read`
      )
    }
    return keys
  } finally {
    await file.close()
  }
}

/** Linked into place when it is durable: a crash leaves no half key, and of two starters both take the first one's. */
async function makeKey(folder: string, path: string): Promise<StorageKey[]> {
  await makeFolder(folder, 0o700)
  const keys = [{ number: 1, bytes: randomBytes(STORAGE_KEY_BYTES) }]
  const draft = await writeDraft(path, keys)
  try {
    await link(draft, path)
  } catch (error) {
    const others = error instanceof Error && 'code' in error && error.code === 'EEXIST' ? await findKeys(path) : undefined
    if (others == null) throw error
    return others
  } finally {
    await rm(draft)
  }
  await syncFolder(folder)
  return keys
}

/** After a crash, a power cut too, the file has the keys from before or these, whole. */
async function replaceKeys(folder: string, path: string, keys: readonly StorageKey[]): Promise<void> {
  await rename(await writeDraft(path, keys), path)
  for (const name of await readdir(folder)) if (DRAFT.test(name)) await rm(join(folder, name), { force: true })
  await syncFolder(folder)
}

async function writeDraft(path: string, keys: readonly StorageKey[]): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', PRIVATE_MODE)
  try {
    await file.writeFile(keyBytes(keys))
    await file.chmod(PRIVATE_MODE)
    await file.sync()
  } catch (error) {
    await rm(draft)
    throw error
  } finally {
    await file.close()
  }
  return draft
}
