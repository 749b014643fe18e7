import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '@peerwatch/store/folders'
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
