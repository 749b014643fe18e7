import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { codesOf, innermostText } from '@peerwatch/model'
import { makeFolder } from '@peerwatch/store/folders'
import { NodeError } from '../errors.ts'
import { readApiFile } from './api-file.ts'
import { checkFree } from './check-free.ts'
import { PRIVATE_FOLDER_MODE } from './layout.ts'
import { fileRemedy, isMissing } from './read-text.ts'
import { unwritable } from './unwritable.ts'

export interface DataLock {
  readonly release: () => Promise<void>
}

/** What it means for the operator if a LevelDB below a data folder does not open. */
export function databaseError(error: unknown, path: string, { pid, free }: { readonly pid?: number | undefined; readonly free?: string } = {}): NodeError {
  const codes = codesOf(error)
  const options = { cause: error }
  if (codes.includes('LEVEL_LOCKED')) {
    const by = pid == null ? 'another node' : `another node (process ${pid})`
    return new NodeError(
      'data-locked',
      {
        found: `the data folder ${path} is in use by ${by}`,
        expected: 'a folder for this node alone',
        remedy: free == null ? 'stop that one' : `for a second node give another folder, such as --data ${free}; or stop that one`
      },
      options
    )
  }
  if (codes.includes('LEVEL_CORRUPTION')) {
    return new NodeError(
      'data-corrupt',
      {
        found: `the database ${path} is damaged (${innermostText(error)})`,
        expected: 'one that this node wrote and closed',
        remedy: 'move it away and start again: the node gets back what others hold; nothing was changed'
      },
      options
    )
  }
  return new NodeError(
    'data-unusable',
    {
      found: `the data folder ${path} cannot be used (${innermostText(error)})`,
      expected: 'a folder to read and write',
      remedy: fileRemedy(error, 'give another one with --data')
    },
    options
  )
}

const SUGGESTED_MOST = 100

/** `peer-2` beside `peer`, or the first number that no folder has. */
async function freeFolder(dataDir: string): Promise<string> {
  for (let number = 2; number < SUGGESTED_MOST; number++) {
    const path = `${dataDir.replace(/\/+$/, '')}-${number}`
    if (await stat(path).then(() => false, isMissing)) return path
  }
  return 'FOLDER'
}

const OTHERS = 0o077
/** Databases: their files have the mode that LevelDB gives them. */
const INSIDE = ['datastore', 'records']

/** A folder that was there, a volume for instance, keeps the mode that it was made with: what is below it is nobody else's business. */
async function makePrivate(dataDir: string): Promise<void> {
  const isPrivate = await narrowed(dataDir)
  for (const path of INSIDE.map(name => join(dataDir, name))) {
    const isInside = await narrowed(path)
    if (isPrivate || isInside) continue
    throw new NodeError('data-unusable', {
      found: `others may read ${path}, and it is not this user's to change`,
      expected: 'a folder for this user alone',
      remedy: `run chmod 700 ${path} as its owner, or give another folder with --data`
    })
  }
}

/** False where others may go in and its owner is another user; what is not there yet is made private. */
async function narrowed(path: string): Promise<boolean> {
  // Windows has no such modes
  if (process.platform === 'win32') return true
  try {
    const { mode } = await stat(path)
    if ((mode & OTHERS) !== 0) await chmod(path, mode & 0o7700)
    return true
  } catch (error) {
    if (isMissing(error)) return true
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false
    throw error
  }
}

/**
 * Makes the folder and holds it until `release` or the end of the process, however it ends: the lock is LevelDB's, which the
 * kernel drops with the process and which holds between containers that share a volume. A file with a process id does neither.
 */
export async function lockDataFolder(dataDir: string): Promise<DataLock> {
  await checkFree(dataDir)
  try {
    await makeFolder(dataDir, PRIVATE_FOLDER_MODE)
    await makePrivate(dataDir)
  } catch (error) {
    throw unwritable(`the data folder ${dataDir}`, error, { expected: 'a folder to read and write', otherwise: 'give another one with --data' })
  }
  const lock = new ClassicLevel(join(dataDir, 'lock'))
  try {
    await lock.open()
  } catch (error) {
    const holder = await readApiFile(dataDir).catch(() => undefined)
    throw databaseError(error, dataDir, { pid: holder?.pid, free: await freeFolder(dataDir) })
  }
  return { release: async () => lock.close() }
}
