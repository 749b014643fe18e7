import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those above it that are missing. Rejects with Node's own error, and with `code: 'EOPNOTSUPP'` if the folder above takes no folders.
 *
 * Node's `recursive` never ends there. For a new folder in /proc the kernel says that something is missing, and Node makes the folder above again and again.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  if ((await made(path, mode)) || dirname(path) === path) return
  await makeFolder(dirname(path), mode)
  if (await made(path, mode)) return
  throw Object.assign(new Error(`no folder can be made in ${dirname(path)}`), { code: 'EOPNOTSUPP' })
}

/** False where what is above it is missing. */
async function made(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true
    throw error
  }
}

/** Makes the names in a folder durable: a name is on disk when its folder is, not when the file is. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and writes names by itself
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
