import { stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ok, problem, skipped } from './diagnosis.ts'
import type { Diagnosis } from './diagnosis.ts'

const SECRETS = { data: ['key', 'api.json', 'storage.key'], node: ['key', 'pepper'] } as const
const OTHERS = 0o077

export interface ModesInit {
  readonly dataDir: string
  readonly nodeDir: string | undefined
}

/** Keys, pepper and token must be readable by their owner only. */
export async function checkModes({ dataDir, nodeDir }: ModesInit): Promise<Diagnosis[]> {
  const paths = [...SECRETS.data.map(name => join(dataDir, name)), ...(nodeDir == null ? [] : SECRETS.node.map(name => join(nodeDir, name)))]
  // Windows has no such modes
  if (process.platform === 'win32') return []
  const found = await Promise.all(paths.map(async path => ({ path, mode: await modeOf(path) })))
  const open = found.filter(({ mode }) => mode != null && (mode & OTHERS) !== 0)
  if (open.length > 0) {
    const names = open.map(({ path, mode = 0 }) => `${path} (${(mode & 0o777).toString(8)})`)
    return [problem('file modes', 'failed', `others may read ${names.join(', ')}`, `chmod 600 ${open.map(({ path }) => path).join(' ')}`)]
  }
  const count = found.filter(({ mode }) => mode != null).length
  return [
    count === 0
      ? skipped('file modes', `no keys in ${dataDir} yet`)
      : ok('file modes', `${count} private ${count === 1 ? 'file' : 'files'}, readable by their owner only`)
  ]
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
