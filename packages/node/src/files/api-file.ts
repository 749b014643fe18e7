import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeError } from '../errors.ts'
import { DATA_ROOT, FILES, PRIVATE_FILE_MODE } from './layout.ts'
import { fileTrouble, isMissing, readSmallFile } from './read-text.ts'

// commands that only ask a node import this file alone, without libp2p
export { NodeError } from '../errors.ts'
export type { NodeErrorCode } from '../errors.ts'
export { DATA_ROOT, STDOUT } from './layout.ts'

/** `api.json`: how a command finds the running node of a data folder, and proves that it may read there. */
export interface ApiFile {
  /** `http://127.0.0.1:PORT` */
  readonly address: string
  /** Random; sent as a bearer token. */
  readonly token: string
  readonly pid: number
}

const START = 'start it, or give the folder of one that runs with --data'

/** Replaces what an earlier run left. */
export async function writeApiFile(dataDir: string, api: ApiFile): Promise<void> {
  const path = join(dataDir, FILES.api)
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`
  try {
    await writeFile(unfinished, `${JSON.stringify(api)}\n`, { mode: PRIVATE_FILE_MODE, flag: 'wx' })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw new NodeError(
      'data-unusable',
      { found: `${path} ${fileTrouble(error)}`, expected: 'a folder to write to', remedy: 'give another one with --data' },
      { cause: error }
    )
  }
}

export async function removeApiFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILES.api), { force: true })
}

/** NodeError `not-running` where no node runs there, as far as the file tells. */
export async function readApiFile(dataDir: string): Promise<ApiFile> {
  const path = join(dataDir, FILES.api)
  const expected = 'the api.json of a running node'
  let text: string
  try {
    text = (await readSmallFile(path)).toString('utf8')
  } catch (error) {
    const remedy = isMissing(error) ? START : 'run the command as the user that runs the node'
    throw new NodeError(isMissing(error) ? 'not-running' : 'not-permitted', { found: `${path} ${fileTrouble(error)}`, expected, remedy }, { cause: error })
  }
  try {
    const { address, token, pid } = JSON.parse(text) as Partial<ApiFile>
    // The token goes to whatever address stands here: no name that somebody else resolves.
    if (typeof address !== 'string' || !/^http:\/\/(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\]):\d{1,5}$/.test(address)) throw new TypeError('address')
    if (typeof token !== 'string' || !/^[\w-]{16,200}$/.test(token)) throw new TypeError('token')
    if (typeof pid !== 'number') throw new TypeError('pid')
    return { address, token, pid }
  } catch (error) {
    throw new NodeError('not-running', { found: `${path} cannot be used`, expected, remedy: 'restart the node: it writes the file anew' }, { cause: error })
  }
}

/** The one node that was started from here without `--data`; NodeError `not-running` for none, `bad-option` for several. */
export async function findDataFolder(root = DATA_ROOT): Promise<string> {
  const names = await readdir(root).catch((): string[] => [])
  const found = []
  for (const name of names.toSorted((a, b) => a.localeCompare(b))) {
    if ((await readdir(join(root, name)).catch((): string[] => [])).includes(FILES.api)) found.push(join(root, name))
  }
  const [only, ...others] = found
  if (only == null) throw new NodeError('not-running', { found: `no running node keeps its data below ${root}`, expected: 'one', remedy: START })
  if (others.length > 0)
    throw new NodeError('bad-option', { found: `${found.length} nodes run here (${found.join(', ')})`, expected: 'one of them', remedy: 'name it with --data' })
  return only
}
