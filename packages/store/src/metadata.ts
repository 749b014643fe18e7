import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { oldestEpochFrom } from './read-records.ts'
import { EPOCHS_END, isEpoch, metaKey } from './record-key.ts'
import type { Database, Operation } from './database.ts'
import type { Sealer } from './sealing.ts'

const CANARY_KEY = metaKey('canary')
const FLOOR_KEY = metaKey('floor')
const CANARY = Buffer.from('peerwatch store 1')
/** No epoch is refused. */
export const NO_FLOOR = -1

/** Makes sure that this storage key opens this database; a new database gets its canary. */
export async function checkCanary(database: Database, seals: Sealer, where: string): Promise<void> {
  const sealed = await database.get(CANARY_KEY)
  if (sealed != null) {
    if (seals.open(CANARY_KEY, sealed)?.equals(CANARY)) return
    throw new StoreError(
      'wrong-key',
      `the storage key does not open ${where}: expected the one it was made with; put that storage.key back, or move the folder away`
    )
  }
  if ((await oldestEpochFrom(0, EPOCHS_END - 1, database)) != null) {
    throw new StoreError('corrupt', `${where} has entries but no canary: expected a database of Peerwatch records; ${CORRUPT_ADVICE}`)
  }
  await database.write([{ type: 'put', key: CANARY_KEY, value: seals.seal(CANARY_KEY, CANARY) }])
}

export async function readFloor(database: Database, seals: Sealer, where: string): Promise<number> {
  const sealed = await database.get(FLOOR_KEY)
  if (sealed == null) return NO_FLOOR
  const plain = seals.open(FLOOR_KEY, sealed)
  const floor = plain?.length === 4 ? plain.readUInt32BE() : undefined
  if (floor == null || !isEpoch(floor)) throw new StoreError('corrupt', `the epoch floor in ${where} was altered: expected a sealed epoch; ${CORRUPT_ADVICE}`)
  return floor
}

export function floorOperation(floor: number, seals: Sealer): Operation {
  const plain = Buffer.alloc(4)
  plain.writeUInt32BE(floor)
  return { type: 'put', key: FLOOR_KEY, value: seals.seal(FLOOR_KEY, plain) }
}
