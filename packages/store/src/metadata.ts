import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { NO_FLOOR } from './floors.ts'
import { oldestEpochFrom } from './read-records.ts'
import { EPOCHS_END, isEpoch, metaKey } from './record-key.ts'
import type { Database, Operation } from './database.ts'
import type { Standing } from './floors.ts'
import type { Sealer } from './sealing.ts'

const CANARY_KEY = metaKey('canary')
/** The canary as an older key sealed it, as long as that key may be needed. */
const OLDER_KEY = metaKey('older canary')
const FLOOR_KEY = metaKey('floor')
const CANARY = Buffer.from('peerwatch store 1')

/**
 * Makes sure that these storage keys open this database; a new database gets its canary. Whether values may be sealed with the older one.
 *
 * Before the newest key seals anything, the canary says that it is needed, and another one that the older is.
 */
export async function checkCanary(database: Database, seals: Sealer, where: string): Promise<boolean> {
  const [sealed, older] = [await database.get(CANARY_KEY), await database.get(OLDER_KEY)]
  if (sealed != null) {
    for (const each of older == null ? [sealed] : [sealed, older]) {
      if (seals.open(CANARY_KEY, each)?.equals(CANARY)) continue
      throw new StoreError(
        'wrong-key',
        `the storage key does not open ${where}: expected the one it was made with; put that storage.key back, or move the folder away`
      )
    }
    if (!seals.isOlder(sealed)) return older != null
    await database.write([canaryOperation(seals), { type: 'put', key: OLDER_KEY, value: sealed }])
    return true
  }
  if ((await oldestEpochFrom(0, EPOCHS_END - 1, database)) != null) {
    throw new StoreError('corrupt', `${where} has entries but no canary: expected a database of Peerwatch records; ${CORRUPT_ADVICE}`)
  }
  await database.write([canaryOperation(seals)])
  return false
}

function canaryOperation(seals: Sealer): Operation {
  return { type: 'put', key: CANARY_KEY, value: seals.seal(CANARY_KEY, CANARY) }
}

/** Nothing is sealed with the older key any more. */
export const OLDER_IS_GONE: Operation = { type: 'del', key: OLDER_KEY }

export async function readFloors(database: Database, seals: Sealer, where: string): Promise<Standing> {
  const sealed = await database.get(FLOOR_KEY)
  if (sealed == null) return { all: NO_FLOOR, summaries: NO_FLOOR }
  const plain = seals.open(FLOOR_KEY, sealed)
  const all = plain?.length === 8 || plain?.length === 4 ? plain.readUInt32BE() : undefined
  if (plain == null || all == null || !isEpoch(all))
    throw new StoreError('corrupt', `the epoch floor in ${where} was altered: expected a sealed epoch; ${CORRUPT_ADVICE}`)
  // a store of before there were summaries has 4 bytes
  return { all, summaries: plain.length === 4 ? all : plain.readUInt32BE(4) - 1 }
}

/** It has the floor of all, and the oldest epoch that may have summaries. */
export function floorOperation({ all, summaries }: Standing, seals: Sealer): Operation {
  const plain = Buffer.alloc(8)
  plain.writeUInt32BE(all)
  plain.writeUInt32BE(summaries + 1, 4)
  return { type: 'put', key: FLOOR_KEY, value: seals.seal(FLOOR_KEY, plain) }
}
