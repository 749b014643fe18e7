import { chmod, lstat } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '@peerwatch/node/make-folder'

const PRIVATE_MODE = 0o700
const OTHERS = 0o077

/** Where this user's nodes may have put themselves down; the first is where one that starts now does. Whoever starts one by cron has no XDG_RUNTIME_DIR. */
export function runtimeFolders(env: NodeJS.ProcessEnv): [string, ...string[]] {
  const { uid, username } = userInfo()
  // Windows has no numbers of users
  const temporary = join(tmpdir(), `peerwatch-${uid < 0 ? username : uid}`)
  const own = env['XDG_RUNTIME_DIR']
  if (own != null && own !== '') return [join(own, 'peerwatch'), temporary]
  return process.platform === 'linux' ? [temporary, join('/run/user', String(uid), 'peerwatch')] : [temporary]
}

/** Makes the folder where it is missing. Rejects where it is not this user's alone: below the folder of temporary files anybody may have made it. */
export async function openRuntimeFolder(path: string): Promise<void> {
  await makeFolder(path, PRIVATE_MODE)
  const trouble = await troubleOf(path)
  if (trouble != null) throw new Error(trouble)
}

/** Whether what stands there may be believed. */
export async function isOwn(path: string): Promise<boolean> {
  return (await troubleOf(path).catch(() => 'missing')) == null
}

async function troubleOf(path: string): Promise<string | undefined> {
  // not stat: a link leads wherever its maker likes
  const found = await lstat(path)
  if (!found.isDirectory()) return 'it is no folder'
  if (process.platform === 'win32') return undefined
  if (found.uid !== userInfo().uid) return `it belongs to user ${found.uid}`
  if ((found.mode & OTHERS) !== 0) await chmod(path, PRIVATE_MODE)
  return undefined
}
