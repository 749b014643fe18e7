import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PRIVATE_FILE_MODE } from './layout.ts'

/** Puts a private file in the place of an older one. After a crash, a power cut too, the name has the one or the other, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${crypto.randomUUID().slice(0, 8)}`
  try {
    await writeFile(unfinished, text, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true })
    await rename(unfinished, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw error
  }
}

/** Names are on disk when their folder is, not when the file is. */
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
