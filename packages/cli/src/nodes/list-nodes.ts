import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '@peerwatch/node/api-file'
import { ENTRY, isHeld, parseEntry } from './entry.ts'
import { isOwn, runtimeFolders } from './runtime-folder.ts'
import type { ListedNode } from './entry.ts'

const ENTRIES_MOST = 1_000

/** The nodes of this user that run on this machine, the oldest first. What others put there, or killed nodes left, is left out. */
export async function listNodes(env: NodeJS.ProcessEnv): Promise<ListedNode[]> {
  const found = await Promise.all(runtimeFolders(env).map(nodesIn))
  return found.flat().toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.pid - b.pid)
}

async function nodesIn(folder: string): Promise<ListedNode[]> {
  if (!(await isOwn(folder))) return []
  const names = (await readdir(folder).catch((): string[] => [])).filter(name => ENTRY.test(name)).slice(0, ENTRIES_MOST)
  const found = await Promise.all(names.map(async name => readEntry(folder, name)))
  return found.filter(node => node != null)
}

async function readEntry(folder: string, name: string): Promise<ListedNode | undefined> {
  const path = join(folder, name)
  const id = ENTRY.exec(name)?.[1] ?? ''
  if (!(await isHeld(folder, id))) {
    await Promise.all([path, join(folder, `${id}.lock`)].map(async left => rm(left, { force: true }).catch(() => {})))
    return undefined
  }
  try {
    // a pipe would be waited for, and a link leads elsewhere
    return (await lstat(path)).isFile() ? parseEntry(await readText(path)) : undefined
  } catch {
    return undefined
  }
}
