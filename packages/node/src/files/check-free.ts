import { readdir } from 'node:fs/promises'
import { NodeError } from '../errors.ts'
import { FILES } from './layout.ts'

/** What a node may have left in its folder before it wrote whose it is: its files, and what is being put in the place of one. */
const OWN = new Set<string>([...Object.values(FILES), 'storage.key', 'datastore', 'records', 'watchers', 'lock', 'lost+found'])
const OWN_LOG = /\.(?:jsonl|log)\b/

/**
 * Throws NodeError `data-unusable` where a folder that no node has marked as its own holds what no node writes: it is somebody's home, `/tmp` or the folder
 * of a network, which nobody else could enter once it were a node's.
 *
 * A folder that is not there, or cannot be read, is found out by who uses it.
 */
export async function checkFree(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch((): string[] => [])
  if (names.includes(FILES.identity)) return
  const foreign = names.toSorted().find(name => !isOwn(name))
  if (foreign == null) return
  throw new NodeError('data-unusable', {
    found: `the folder ${dataDir} holds ${foreign}, which no node wrote`,
    expected: 'a new or empty folder, or one that a node keeps its data in',
    remedy: 'give another folder with --data; nothing was changed'
  })
}

function isOwn(name: string): boolean {
  const [base = ''] = name.split(/\.[0-9a-f]{8}$/)
  return OWN.has(base) || OWN_LOG.test(name) || name.startsWith('.')
}
