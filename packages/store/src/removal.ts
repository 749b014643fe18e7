import { storeErrorFrom } from './errors.ts'
import { keeperOf } from './keeping.ts'
import { newestKey, recordKey, subjectBounds } from './record-key.ts'
import type { RecordName } from '@peerwatch/model'
import type { Database, Operation } from './database.ts'

/** After so many removed ones the disk gets its space back, so that retention by bytes does not take them for records. */
const COMPACTED_RECORDS = 50_000

export interface RemovalInit {
  readonly write: (records: readonly RecordName[]) => Promise<number>
  readonly alone: <A>(task: () => Promise<A>) => Promise<A>
  readonly compact: () => void
}

/** Removes records between the writes, in the order in which both were asked for. */
export function removal({ write, alone, compact }: RemovalInit): {
  readonly remove: (records: readonly RecordName[]) => Promise<number>
  /** Resolves once what was asked for until now is done, or failed. */
  readonly done: () => Promise<void>
} {
  let underWay: Promise<unknown> = Promise.resolve()
  let removedCount = 0

  return {
    remove: async records => {
      const removed = alone(async () => write(records))
      underWay = removed.catch(() => {})
      const count = await removed
      removedCount += count
      if (removedCount >= COMPACTED_RECORDS) {
        removedCount = 0
        compact()
      }
      return count
    },
    done: async () => {
      await underWay
    }
  }
}

export interface RemoveInit {
  readonly database: Database
  readonly write: (operations: readonly Operation[]) => Promise<void>
  readonly where: string
  readonly onRemoved: (epoch: number) => void
}

export async function removeNow(records: readonly RecordName[], { database, write, where, onRemoved }: RemoveInit): Promise<number> {
  try {
    await database.ready()
    const { operations, removed } = await planRemoval(records, database)
    await write(operations)
    for (const { epoch } of removed) onRemoved(epoch)
    return removed.length
  } catch (error) {
    throw storeErrorFrom(error, where)
  }
}

/** Plans one batch, after which exactly these records are gone and nothing that names them is left. */
async function planRemoval(
  records: readonly RecordName[],
  database: Database
): Promise<{ readonly operations: Operation[]; readonly removed: readonly RecordName[] }> {
  const going = new Map<string, RecordName>()
  for (const record of records) going.set(recordKey(record).toString('latin1'), record)
  const operations: Operation[] = []
  const removed: RecordName[] = []
  for (const bounds of boundsOf(going.values())) {
    for await (const key of database.keys(bounds)) {
      const record = going.get(key.toString('latin1'))
      if (record == null) continue
      removed.push(record)
      operations.push({ type: 'del', key })
      const keeper = keeperOf(key)
      if (keeper.keeps === 'newest') operations.push({ type: 'del', key: newestKey(keeper.slot(key)) })
    }
  }
  return { operations, removed }
}

/** Of each subject and epoch at its place. */
function boundsOf(records: Iterable<RecordName>): ReturnType<typeof subjectBounds>[] {
  const found = new Map<string, ReturnType<typeof subjectBounds>>()
  for (const { epoch, place, subject } of records) found.set(`${epoch}/${place}/${subject}`, subjectBounds(epoch, place, subject))
  return [...found.values()]
}
