import { randomBytes } from 'node:crypto'
import { link, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError, storeErrorFrom } from './errors.ts'
import { makeFolder } from './make-folder.ts'
import { STORAGE_KEY_BYTES } from './sealing.ts'

const FILE = 'storage.key'
const PRIVATE_MODE = 0o600

/** Reads the folder's `storage.key`, or makes one: 32 random bytes that only the owner may read. */
export async function openStorageKey(folder: string): Promise<Uint8Array> {
  const path = join(folder, FILE)
  try {
    return (await findKey(path)) ?? (await makeKey(folder, path))
  } catch (error) {
    throw storeErrorFrom(error, path)
  }
}

async function findKey(path: string): Promise<Uint8Array | undefined> {
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
    if (!stat.isFile() || stat.size !== STORAGE_KEY_BYTES) {
      throw new StoreError(
        'wrong-key',
        `${path} has ${stat.size} bytes: expected a file of ${STORAGE_KEY_BYTES}; put the right key back, without it the records cannot be read`
      )
    }
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** Linked into place when it is durable: a crash leaves no half key, and of two starters both take the first one's. */
async function makeKey(folder: string, path: string): Promise<Uint8Array> {
  await makeFolder(folder, 0o700)
  const key = randomBytes(STORAGE_KEY_BYTES)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', PRIVATE_MODE)
  try {
    await file.writeFile(key)
    await file.chmod(PRIVATE_MODE)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    const other = error instanceof Error && 'code' in error && error.code === 'EEXIST' ? await findKey(path) : undefined
    if (other == null) throw error
    return other
  } finally {
    await file.close()
    await unlink(draft)
  }
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
  return key
}
