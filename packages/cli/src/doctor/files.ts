import { stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { checkIdentity, NodeError, readIdentity } from '@peerwatch/node/files'
import { ok, problem, skipped } from './diagnosis.ts'
import type { IdentityClaim } from '@peerwatch/node/files'
import type { Diagnosis } from './diagnosis.ts'

const SECRETS = { data: ['key', 'api.json', 'storage.key'], node: ['key', 'pepper'] } as const
/** Addresses, and reports that are still here: others may not go in where the folder lets them. */
const DATABASES = ['datastore', 'records']
const OTHERS = 0o077

export interface ModesInit {
  readonly dataDir: string
  readonly nodeDir: string | undefined
  readonly logFile: string
}

interface Found {
  readonly path: string
  readonly mode: number
}

/** Keys, pepper and token must be readable by their owner only, and so must the data folder with what is in it, and the log. */
export async function checkModes({ dataDir, nodeDir, logFile }: ModesInit): Promise<Diagnosis[]> {
  // Windows has no such modes
  if (process.platform === 'win32') return []
  const secrets = [...SECRETS.data.map(name => join(dataDir, name)), ...(nodeDir == null ? [] : SECRETS.node.map(name => join(nodeDir, name)))]
  const found = await modesOf(secrets)
  const isShut = (await open([dataDir])).length === 0
  const inside = [...DATABASES.map(name => join(dataDir, name)), ...(dirname(logFile) === dataDir ? [logFile] : [])]
  // what lies in a folder that is shut is shut
  const folders = isShut ? [] : await open([dataDir, ...inside])
  const bad = [...found.filter(isOpen), ...folders]
  const log = dirname(logFile) === dataDir ? [] : await open([logFile])
  const checks: Diagnosis[] = []
  if (bad.length > 0) checks.push(problem('file modes', 'failed', `others may read ${named(bad)}`, `chmod go-rwx ${bad.map(({ path }) => path).join(' ')}`))
  else if (log.length > 0) {
    checks.push(
      problem('file modes', 'warning', `others may read the log ${named(log)}: it names peers and addresses`, `chmod go-rwx ${logFile}, unless it is meant so`)
    )
  } else if (found.length === 0) checks.push(skipped('file modes', `no keys in ${dataDir} yet`))
  else checks.push(ok('file modes', `${found.length} private ${found.length === 1 ? 'file' : 'files'} and their folder, for their owner only`))
  return checks
}

function isOpen({ mode }: Found): boolean {
  return (mode & OTHERS) !== 0
}

function named(found: readonly Found[]): string {
  return found.map(({ path, mode }) => `${path} (${(mode & 0o777).toString(8)})`).join(', ')
}

async function open(paths: readonly string[]): Promise<Found[]> {
  return (await modesOf(paths)).filter(isOpen)
}

async function modesOf(paths: readonly string[]): Promise<Found[]> {
  const found = await Promise.all(paths.map(async path => ({ path, mode: await modeOf(path) })))
  return found.flatMap(({ path, mode }) => (mode == null ? [] : [{ path, mode }]))
}

/** What is not known is taken for right. */
export type WhoseInit = Partial<IdentityClaim>

/** Whether the data folder is that of the network, role and key that the node would have. */
export async function checkWhose(dataDir: string, { network, ...given }: WhoseInit): Promise<Diagnosis[]> {
  try {
    const identity = await readIdentity(dataDir)
    if (identity == null) return []
    const { role = identity.role, id = identity.id } = given
    if (network != null) checkIdentity(dataDir, identity, { network, role, id })
    return [ok('data folder', `that of the ${identity.role} ${identity.id} in "${identity.network}"`)]
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    const { found, expected, remedy } = error.problem
    return [problem('data folder', 'failed', `${found}; expected ${expected}`, remedy)]
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mode }) => mode,
    () => undefined
  )
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
