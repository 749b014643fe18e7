import { randomBytes } from 'node:crypto'
import { rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { repeat } from '@peerwatch/model'
import { systemClock } from '@peerwatch/model/system-clock'
import { NodeError, replaceFile } from '@peerwatch/node/files'
import { listedText, holdLock } from './listed-node.ts'
import { listNodes } from './list-nodes.ts'
import { openRuntimeFolder, runtimeFolders } from './runtime-folder.ts'
import type { ListedNode } from './listed-node.ts'

/** Those who tidy up temporary files take what nobody touched for days. */
const TOUCHED_EVERY_MS = 12 * 60 * 60 * 1000

/** Puts a node down where `peerwatch nodes` finds it; resolves to what takes it off again. Rejects with NodeError `data-unusable`. */
export async function putDown(node: ListedNode, env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const [folder] = runtimeFolders(env)
  try {
    await openRuntimeFolder(folder)
    return await putInto(folder, node, env)
  } catch (error) {
    throw new NodeError(
      'data-unusable',
      {
        found: `the node cannot be put down in ${folder} (${error instanceof Error ? error.message : String(error)})`,
        expected: 'a folder of this user alone',
        remedy: 'remove it, or name another place with XDG_RUNTIME_DIR; the node runs all the same, and `peerwatch nodes` does not show it'
      },
      { cause: error }
    )
  }
}

async function putInto(folder: string, node: ListedNode, env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  // listing removes what killed nodes left behind
  await listNodes(env)
  const id = randomBytes(8).toString('hex')
  const path = join(folder, `${id}.json`)
  const release = await holdLock(folder, id)
  try {
    await replaceFile(path, listedText(node))
  } catch (error) {
    await release()
    throw error
  }
  const callOff = repeat(systemClock, TOUCHED_EVERY_MS, () => {
    const now = new Date(systemClock.nowMs())
    utimes(path, now, now).catch(() => {})
  })
  return async () => {
    callOff()
    await rm(path, { force: true })
    await release()
  }
}
