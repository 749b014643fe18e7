import { access, readdir, rm } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { codesOf } from '@peerwatch/model/causes'
import { within } from '@peerwatch/model/timing'
import { systemClock } from '@peerwatch/model/system-clock'
import { NodeError } from '../errors.ts'
import { askNode } from '../http/ask-node.ts'
import { DATA_ROOT, FILES } from './layout.ts'
import { fileRemedy, fileTrouble, isForbidden, readText } from './read-text.ts'
import { replaceFile } from './replace-file.ts'
import { unwritable } from './unwritable.ts'
import type { NodeErrorCode } from '../errors.ts'

// commands that only ask a node import this file alone, without libp2p
export { NodeError } from '../errors.ts'
export type { NodeErrorCode } from '../errors.ts'
export { fileRemedy, fileTrouble, isForbidden, isMissing, readText } from './read-text.ts'
export { replaceFile } from './replace-file.ts'
export { askNode } from '../http/ask-node.ts'
export type { Answer } from '../http/ask-node.ts'
export { DATA_ROOT, STDOUT } from './layout.ts'

/** `api.json`: how a command finds the running node of a data folder, and proves that it may read there. */
export interface ApiFile {
  /** `http://127.0.0.1:PORT` */
  readonly address: string
  /** Random; sent as a bearer token. */
  readonly token: string
  readonly pid: number
}

const ANEW = 'see whether its node runs, take this away and restart it: it writes the file anew'
const START = 'start it, or give the folder of one that runs with --data: `peerwatch nodes` lists them'

/** Replaces what an earlier run left. */
export async function writeApiFile(dataDir: string, api: ApiFile): Promise<void> {
  const path = join(dataDir, FILES.api)
  try {
    await replaceFile(path, `${JSON.stringify(api)}\n`)
  } catch (error) {
    throw unwritable(path, error, { expected: 'a file to write to', otherwise: 'give another folder with --data' })
  }
}

export async function removeApiFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILES.api), { force: true })
}

/** NodeError `not-running` where no node runs there, as far as the file tells; `not-permitted` or `data-corrupt` where it does not tell. */
export async function readApiFile(dataDir: string): Promise<ApiFile> {
  const path = join(dataDir, FILES.api)
  const expected = 'the api.json of a running node'
  let text: string
  try {
    text = await readText(path)
  } catch (error) {
    const [code, remedy] = unreadable(error)
    throw new NodeError(code, { found: `${path} ${fileTrouble(error)}`, expected, remedy }, { cause: error })
  }
  try {
    return parseApiFile(text)
  } catch (error) {
    throw new NodeError(
      'data-corrupt',
      {
        found: `${path} ${error instanceof SyntaxError ? 'is no JSON' : `has no ${(error as Error).message}`}`,
        expected: 'what a running node writes there',
        remedy: ANEW
      },
      { cause: error }
    )
  }
}

/** Something that is there but is no file of ours says nothing about the node. */
function unreadable(error: unknown): [NodeErrorCode, string] {
  if (isForbidden(error)) return ['not-permitted', 'run the command as the user that runs the node']
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? ['not-running', START] : ['data-corrupt', ANEW]
}

function isPort(text: string | undefined): boolean {
  return text != null && Number(text) >= 1 && Number(text) <= 65_535
}

function parseApiFile(text: string): ApiFile {
  const { address, token, pid } = (JSON.parse(text) ?? {}) as Partial<ApiFile>
  // The token goes to whatever address stands here: no name that somebody else resolves.
  const { host = '', port } = /^http:\/\/(?<host>[\d.]+|\[[\da-f:]+\]):(?<port>\d{1,5})$/.exec(typeof address === 'string' ? address : '')?.groups ?? {}
  if (address == null || isIP(host.replaceAll(/[[\]]/g, '')) === 0 || !isPort(port)) throw new TypeError('address of this machine')
  if (typeof token !== 'string' || !/^[\w-]{16,200}$/.test(token)) throw new TypeError('token')
  if (typeof pid !== 'number') throw new TypeError('process id')
  return { address, token, pid }
}

/** A node that is busy, or has no descriptor left for whoever asks, runs all the same. */
const ANSWERS_WITHIN_MS = 2_000

/** The answers of the operating system if nobody listens. Any other silence is that of a process that is there. */
const NOBODY_LISTENS = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])

export function nobodyListens(error: unknown): boolean {
  return codesOf(error).some(code => NOBODY_LISTENS.has(code))
}

/** Whether the node that wrote the file is there still: a killed one leaves it, and another program may have its port by now. */
async function isRunning(dataDir: string): Promise<boolean> {
  let api: ApiFile
  try {
    api = await readApiFile(dataDir)
  } catch (error) {
    // one that may not be read is somebody else's node
    return error instanceof NodeError && error.code === 'not-permitted'
  }
  try {
    const { status } = await within(systemClock, ANSWERS_WITHIN_MS, async signal => {
      const answer = await askNode({ address: api.address, token: api.token, method: 'GET', path: '/v1/status', signal })
      await answer.text()
      return answer
    })
    return status === 200
  } catch (error) {
    return !nobodyListens(error)
  }
}

/** The sorted contents of a folder; none if it is missing or no folder. NodeError `not-permitted` if it is shut. */
export async function foldersBelow(root: string): Promise<string[]> {
  try {
    return (await readdir(root)).toSorted((a, b) => a.localeCompare(b)).map(name => join(root, name))
  } catch (error) {
    if (!isForbidden(error)) return []
    const remedy = fileRemedy(error, 'name a folder with --data')
    throw new NodeError('not-permitted', { found: `${root} ${fileTrouble(error)}`, expected: 'the data folders of nodes', remedy }, { cause: error })
  }
}

/** The one node that was started from here without `--data`; NodeError `not-running` for none, `not-permitted` for one that may be there, `bad-option` for several. */
export async function findDataFolder(root = DATA_ROOT): Promise<string> {
  const folders = await foldersBelow(root)
  const holds = await Promise.all(
    folders.map(async folder =>
      access(join(folder, FILES.api)).then(
        () => 'api' as const,
        (error: unknown) => (isForbidden(error) ? ('shut' as const) : undefined)
      )
    )
  )
  const left = folders.filter((_, index) => holds[index] === 'api')
  const [only, ...more] = left
  if (only != null && more.length === 0) return only
  const lives = await Promise.all(left.map(isRunning))
  const [found, ...others] = left.filter((_, index) => lives[index])
  const shut = folders.find((_, index) => holds[index] === 'shut')
  // its own error says what may not be read
  if (found == null && shut != null) return shut
  if (found == null) throw new NodeError('not-running', { found: `no running node keeps its data below ${root}`, expected: 'one', remedy: START })
  if (others.length === 0) return found
  const all = [found, ...others]
  throw new NodeError('bad-option', { found: `${all.length} nodes run here (${all.join(', ')})`, expected: 'one of them', remedy: 'name it with --data' })
}
