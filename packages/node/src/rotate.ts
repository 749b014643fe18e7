import { rotateStorageKey } from '@peerwatch/store'
import { withRecords } from './data.ts'
import { lockDataFolder, NodeError, readIdentity, wordOf } from './files/index.ts'
import { ROLES } from './roles/index.ts'
import type { Rotation } from '@peerwatch/store'
import type { DataLock } from './files/index.ts'
import type { Roles } from './roles/index.ts'

export type { Rotation } from '@peerwatch/store'

const EXPECTED = 'that of a trusted node, which alone keeps records'
const NAME_IT = 'name it with --data; nothing was changed'
const GOES_ON = 'nothing is lost, and the same command goes on where it stopped'

/** Changes the storage key of a node that is stopped. Rejects with NodeError: `data-locked` where the node runs, `wrong-role` where it keeps no records. */
export async function rotateKeyOf(dataDir: string): Promise<Rotation> {
  await checkKeepsRecords(dataDir)
  const lock = await lockStopped(dataDir)
  try {
    return await withRecords(dataDir, GOES_ON, async path => rotateStorageKey({ folder: dataDir, path }))
  } finally {
    await lock.release()
  }
}

/** A lock would make the folder. */
async function checkKeepsRecords(dataDir: string): Promise<void> {
  const identity = await readIdentity(dataDir)
  if (identity == null) {
    throw new NodeError('data-unusable', { found: `no node has kept its data in ${dataDir}`, expected: EXPECTED, remedy: NAME_IT })
  }
  if ((ROLES as Roles)[identity.role]?.files.records === true) return
  throw new NodeError('wrong-role', { found: `${dataDir} is the data folder of a ${wordOf(identity.role)}`, expected: EXPECTED, remedy: NAME_IT })
}

async function lockStopped(dataDir: string): Promise<DataLock> {
  try {
    return await lockDataFolder(dataDir)
  } catch (error) {
    if (!(error instanceof NodeError) || error.code !== 'data-locked') throw error
    const { found } = error.problem
    throw new NodeError(
      'data-locked',
      { found, expected: 'the data folder of a node that is stopped', remedy: 'stop the node, run the command, and start the node again; nothing was changed' },
      { cause: error }
    )
  }
}
