import { readdir, realpath } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import { storeErrorFrom, storeLocked } from './errors.ts'
import { makeFolder } from './folders.ts'
import type { Level } from './database.ts'

/**
 * The folders that this process has open. LevelDB must not be asked: its refusal of a second opener in one process closes
 * the lock file, which releases the first one's POSIX lock, and another process could then open the database too.
 */
const inUse = new Set<string>()

/** Written only once there is a CURRENT: a creation that was cut short leaves none. */
const CONTENT = /^\d+\.(?:ldb|sst|log)$/

/** LevelDB would take such a folder for a new database, and delete the files in it. */
async function checkCurrent(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.includes('CURRENT') || !names.some(name => CONTENT.test(name))) return
  throw Object.assign(new Error('its file CURRENT is missing, and the others are there'), { code: 'LEVEL_CORRUPTION' })
}

/** The LevelDB database in this folder, not open yet. The folder is taken until `release`. */
export async function levelInFolder(path: string): Promise<{ level: Level; release: () => void }> {
  try {
    await makeFolder(path, 0o700)
    const folder = await realpath(path)
    if (inUse.has(folder)) throw storeLocked(path)
    await checkCurrent(folder)
    const level = new ClassicLevel<unknown, unknown>(folder)
    inUse.add(folder)
    return { level, release: () => inUse.delete(folder) }
  } catch (error) {
    throw storeErrorFrom(error, path)
  }
}
