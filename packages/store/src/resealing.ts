import { OLDER_IS_GONE } from './metadata.ts'
import { EVERYTHING } from './record-key.ts'
import type { Database, Operation } from './database.ts'
import type { Bounds } from './record-key.ts'
import type { Sealer } from './sealing.ts'

export interface ResealingInit {
  readonly database: Database
  readonly seals: Sealer
  /** Runs a task while nothing is written. */
  readonly alone: <A>(task: () => Promise<A>) => Promise<A>
  readonly compact: (bounds: Bounds) => Promise<void>
  /** Whether values may be sealed with the older key. */
  readonly isRotating: boolean
  readonly forgetOlder: () => Promise<void>
}

const SEALED_AT_ONCE = 256
/** After so many values the disk is rid of what the older key sealed, so that retention by bytes does not take it for records. */
const PIECE_VALUES = 4_096

/**
 * Seals anew what an older key sealed, a batch at a time between the writes, and forgets that key last. May be cut short anywhere: both keys are there
 * until then. What does not open stays as it is: no key opens it.
 *
 * @returns how many values it sealed anew
 */
export async function resealing({ database, seals, alone, compact, isRotating, forgetOlder }: ResealingInit): Promise<number> {
  if (!isRotating) {
    // a crash may have come between the last value and the file; a close waits for what runs alone
    await alone(forgetOlder)
    return 0
  }
  let count = 0
  const sealAnew = async (keys: readonly Buffer[]): Promise<void> =>
    alone(async () => {
      await database.ready()
      const operations: Operation[] = []
      for (const key of keys) {
        // removed since, or written anew
        const sealed = await database.get(key)
        if (sealed == null || !seals.isOlder(sealed)) continue
        const plain = seals.open(key, sealed)
        if (plain != null) operations.push({ type: 'put', key, value: seals.seal(key, plain) })
      }
      if (operations.length > 0) await database.write(operations)
      count += operations.length
    })
  /** Where the next piece begins; undefined at the end. */
  const piece = async (gte: Buffer): Promise<Buffer | undefined> => {
    let keys: Buffer[] = []
    let seen = 0
    for await (const [key, sealed] of database.entries({ ...EVERYTHING, gte })) {
      // an iterator that goes on would keep what it has seen on disk
      if (seen++ === PIECE_VALUES) {
        await sealAnew(keys)
        return key
      }
      if (seals.isOlder(sealed)) keys.push(key)
      if (keys.length < SEALED_AT_ONCE) continue
      await sealAnew(keys)
      keys = []
    }
    await sealAnew(keys)
    return undefined
  }
  for (let from: Buffer | undefined = EVERYTHING.gte; from != null; ) {
    const next = await piece(from)
    await compact({ gte: from, lt: next ?? EVERYTHING.lt })
    from = next
  }
  await alone(async () => {
    await database.ready()
    await database.write([OLDER_IS_GONE])
    await forgetOlder()
  })
  return count
}
