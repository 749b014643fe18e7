import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  checkFree,
  checkIdentity,
  FILES,
  fileRemedy,
  fileTrouble,
  isForbidden,
  isMissing,
  NodeError,
  readDataKey,
  readIdentity,
  STDOUT,
  wordOf
} from '@peerwatch/node/files'
import { ok, problem, skipped } from './diagnosis.ts'
import type { IdentityClaim } from '@peerwatch/node/files'
import type { Diagnosis } from './diagnosis.ts'

const SECRETS = { data: ['key', 'api.json', 'storage.key'], node: ['key', 'pepper'] } as const
/** Addresses, and reports that are still here: others may not go in where the folder lets them. */
const DATABASES = ['datastore', 'records']
const OTHERS = 0o077

const ANOTHER = 'give another folder with --data'

export interface FolderTrouble {
  readonly what: string
  /** For the checks that come after the one that tells it all. Default: the same. */
  readonly inShort?: string
  readonly remedy: string
}

/**
 * Why a data folder is of no use to this user; undefined where nothing speaks against it. What is in such a folder is not looked at: it is
 * shut, or nothing of a node.
 */
export async function folderTrouble(dataDir: string): Promise<FolderTrouble | undefined> {
  try {
    if (!(await stat(dataDir)).isDirectory()) return { what: `${dataDir} is no folder`, remedy: ANOTHER }
    await access(dataDir, constants.R_OK | constants.X_OK)
  } catch (error) {
    return isMissing(error) ? makingTrouble(resolve(dataDir)) : { what: `${dataDir} ${fileTrouble(error)}`, remedy: fileRemedy(error, ANOTHER) }
  }
  try {
    await access(dataDir, constants.W_OK)
    await checkFree(dataDir)
    return undefined
  } catch (error) {
    if (error instanceof NodeError) return { what: error.problem.found, remedy: ANOTHER }
    return { what: `${dataDir} ${fileTrouble(error, 'written')}`, remedy: fileRemedy(error, ANOTHER) }
  }
}

/** Of a folder that is missing: the nearest one above it has to take it. */
async function makingTrouble(path: string): Promise<FolderTrouble | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK)
      return undefined
    } catch (error) {
      if (isMissing(error) && folder !== dirname(folder)) continue
      return { what: `${path} cannot be made: ${folder} ${fileTrouble(error, 'written')}`, remedy: fileRemedy(error, ANOTHER) }
    }
  }
}

/** A log that cannot be written keeps a node from starting. One that is not there yet is made. */
export async function checkLog(path: string): Promise<Diagnosis[]> {
  if (path === STDOUT) return []
  const remedy = 'give another one with --log'
  try {
    if ((await stat(path)).isDirectory()) return [problem('log', 'failed', `${path} is a folder`, remedy)]
    await access(path, constants.W_OK)
    return []
  } catch (error) {
    return isMissing(error) ? [] : [problem('log', 'failed', `${path} ${fileTrouble(error, 'written')}`, fileRemedy(error, remedy))]
  }
}

export interface ModesInit {
  readonly dataDir: string
  /** Of the data folder. */
  readonly trouble: FolderTrouble | undefined
  readonly nodeDir: string | undefined
  readonly logFile: string
}

interface Found {
  readonly path: string
  readonly mode: number
}

/** Keys, pepper and token must be readable by their owner only, and so must the data folder with what is in it, and the log. */
export async function checkModes({ dataDir, trouble, nodeDir, logFile }: ModesInit): Promise<Diagnosis[]> {
  // Windows has no such modes
  if (process.platform === 'win32') return []
  const ofData = trouble == null ? SECRETS.data.map(name => join(dataDir, name)) : []
  const ofNode = nodeDir == null ? [] : SECRETS.node.map(name => join(nodeDir, name))
  const { found, shut } = await modesOf([...ofData, ...ofNode])
  const isShut = (await open([dataDir])).length === 0
  const inside = [...DATABASES.map(name => join(dataDir, name)), ...(dirname(logFile) === dataDir ? [logFile] : [])]
  // nobody else reads a file in a folder that is shut
  const folders = isShut || trouble != null ? [] : await open([dataDir, ...inside])
  const bad = [...found.filter(isOpen), ...folders]
  const log = dirname(logFile) === dataDir ? [] : await open([logFile])
  const unseen = [...(trouble == null ? [] : [trouble.inShort ?? trouble.what]), ...shut.map(path => `${path} may not be looked at by this user`)]
  const checks: Diagnosis[] = []
  if (bad.length > 0) checks.push(problem('file modes', 'failed', `others may read ${named(bad)}`, `chmod go-rwx ${bad.map(({ path }) => path).join(' ')}`))
  else if (log.length > 0) {
    checks.push(
      problem('file modes', 'warning', `others may read the log ${named(log)}: it names peers and addresses`, `chmod go-rwx ${logFile}, unless it is meant so`)
    )
  } else if (unseen.length > 0) checks.push(skipped('file modes', unseen.join(', ')))
  else if (found.length === 0) checks.push(skipped('file modes', `no keys in ${dataDir} yet`))
  else
    checks.push(
      ok(
        'file modes',
        found.length === 1 ? '1 private file and its folder, for its owner only' : `${found.length} private files and their folder, for their owner only`
      )
    )
  return checks
}

function isOpen({ mode }: Found): boolean {
  return (mode & OTHERS) !== 0
}

function named(found: readonly Found[]): string {
  return found.map(({ path, mode }) => `${path} (${(mode & 0o777).toString(8)})`).join(', ')
}

async function open(paths: readonly string[]): Promise<Found[]> {
  return (await modesOf(paths)).found.filter(isOpen)
}

async function modesOf(paths: readonly string[]): Promise<{ readonly found: readonly Found[]; readonly shut: readonly string[] }> {
  const found: Found[] = []
  const shut: string[] = []
  for (const path of paths) {
    try {
      found.push({ path, mode: (await stat(path)).mode })
    } catch (error) {
      if (isForbidden(error)) shut.push(path)
    }
  }
  return { found, shut }
}

/** The check takes for right what is not given here. */
export interface WhoseInit extends Partial<IdentityClaim> {
  /** Of the data folder. */
  readonly trouble: FolderTrouble | undefined
  /** The key in the data folder is the node's: it has no other. */
  readonly ownsKey: boolean
}

/** Whether the data folder is that of the network, role and key that the node would have. */
export async function checkWhose(dataDir: string, { network, trouble, ownsKey, ...given }: WhoseInit): Promise<Diagnosis[]> {
  if (trouble != null) return [problem('data folder', 'failed', trouble.what, trouble.remedy)]
  try {
    if (ownsKey) await checkKey(join(dataDir, FILES.key))
    const identity = await readIdentity(dataDir)
    if (identity == null) {
      const isThere = await stat(dataDir).then(
        () => true,
        error => !isMissing(error)
      )
      return [
        skipped(
          'data folder',
          isThere
            ? `nothing in ${dataDir} says whose it is: a node writes that at its first start`
            : `${dataDir} does not exist: a node makes it at its first start`
        )
      ]
    }
    const { role = identity.role, id = identity.id } = given
    if (network != null) checkIdentity(dataDir, identity, { network, role, id })
    return [ok('data folder', `that of the ${wordOf(identity.role)} ${identity.id} in "${identity.network}"`)]
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    const { found, expected, remedy } = error.problem
    return [problem('data folder', 'failed', `${found}; expected ${expected}`, remedy)]
  }
}

/** One that is missing is made at the first start. Rejects with NodeError. */
async function checkKey(path: string): Promise<void> {
  try {
    await readDataKey(path)
  } catch (error) {
    if (!isMissing((error as NodeError).cause)) throw error
  }
}

const MIB = 1024 * 1024
/** A store that cannot write keeps nothing and acknowledges nothing. */
const LEAST_FREE_BYTES = 100 * MIB
const GOOD_FREE_BYTES = 1024 * MIB

/** Of the folder, or of the nearest one above it that exists. */
export async function checkDisk(dataDir: string): Promise<Diagnosis> {
  for (let folder = resolve(dataDir); ; folder = dirname(folder)) {
    const found = await statfs(folder).catch(() => undefined)
    if (found == null && folder !== dirname(folder)) continue
    if (found == null) return skipped('disk', `${dataDir} cannot be looked at`)
    const freeBytes = found.bavail * found.bsize
    const text = `${Math.round(freeBytes / MIB).toLocaleString('en-US')} MiB free for ${dataDir}`
    const remedy = 'make room, or name a folder on another disk with --data'
    if (freeBytes < LEAST_FREE_BYTES) return problem('disk', 'failed', text, remedy)
    return freeBytes < GOOD_FREE_BYTES ? problem('disk', 'warning', text, remedy) : ok('disk', text)
  }
}
