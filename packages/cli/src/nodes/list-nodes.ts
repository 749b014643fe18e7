import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '@peerwatch/node/api-file'
import { LISTED_FILE, isHeld, parseListed } from './listed-node.ts'
import { isOwn, runtimeFolders } from './runtime-folder.ts'
import type { ListedNode } from './listed-node.ts'

const ENTRIES_MOST = 1_000

/** The nodes of this user that run on this machine, the oldest first. What others put there, or killed nodes left, is left out. */
export async function listNodes(env: NodeJS.ProcessEnv): Promise<ListedNode[]> {
  const found = await Promise.all(runtimeFolders(env).map(nodesIn))
  return found.flat().toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.pid - b.pid)
}

async function nodesIn(folder: string): Promise<ListedNode[]> {
  if (!(await isOwn(folder))) return []
  const names = (await readdir(folder).catch((): string[] => [])).filter(name => LISTED_FILE.test(name)).slice(0, ENTRIES_MOST)
  const found = await Promise.all(names.map(async name => readListed(folder, name)))
  return found.filter(node => node != null)
}

async function readListed(folder: string, name: string): Promise<ListedNode | undefined> {
  const path = join(folder, name)
  const id = LISTED_FILE.exec(name)?.[1] ?? ''
  if (!(await isHeld(folder, id))) {
    await Promise.all([path, join(folder, `${id}.lock`)].map(async left => rm(left, { force: true }).catch(() => {})))
    return undefined
  }
  try {
    // a pipe would be waited for, and a link leads elsewhere
    return (await lstat(path)).isFile() ? parseListed(await readText(path)) : undefined
  } catch {
    return undefined
  }
}
