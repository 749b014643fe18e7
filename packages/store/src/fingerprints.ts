import { minusIds, NO_IDS, oneId, plusIds, toldIds } from '@peerwatch/model'
import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { epochsHeld, oldestEpochFrom, placeRanges, readKeys } from './read-records.ts'
import { EPOCHS_END, partIn, countedIn, countedKey, epochBounds, fingerprintBounds, fingerprintKey, idOf, placeBounds } from './record-key.ts'
import type { Fingerprint, IdSum, RecordQuery } from '@peerwatch/model'
import type { Database, Operation } from './database.ts'
import type { Floors } from './floors.ts'
import type { Bounds } from './record-key.ts'
import type { Sealer } from './sealing.ts'

const BUCKETS = 256
const COUNT_BYTES = 4
const ID_BYTES = 32

/** Of one epoch, by the first byte of the places. */
type Buckets = Map<number, IdSum>

/**
 * Fingerprints by epoch and first byte of the places. An epoch gets its own when it is first asked for and a later one has begun; from then on each
 * batch that changes its records changes them too. So whoever writes to the newest epoch pays nothing.
 */
export interface Fingerprints {
  /** Writes these operations, and what they change in the fingerprints that are kept, in one batch; while nothing else is written. */
  readonly write: (operations: readonly Operation[]) => Promise<void>
  readonly of: (query: RecordQuery, floors: Floors) => Promise<Fingerprint>
  /** Forgets what it remembers, which may differ from what is on disk. */
  readonly clear: () => void
}

/** `alone` runs while nothing is written. */
export function fingerprints(database: Database, seals: Sealer, alone: <A>(task: () => Promise<A>) => Promise<A>): Fingerprints {
  const kept = new Map<number, Buckets | undefined>()

  const load = async (epoch: number): Promise<Buckets | undefined> => {
    if (kept.has(epoch)) return kept.get(epoch)
    const buckets: Buckets = new Map()
    const isKept = (await database.get(countedKey(epoch))) != null
    if (isKept) for await (const [key, sealed] of database.entries(fingerprintBounds(epoch))) buckets.set(partIn(key), opened(key, sealed, seals))
    if (!kept.has(epoch)) kept.set(epoch, isKept ? buckets : undefined)
    return kept.get(epoch)
  }
  const build = async (epoch: number): Promise<Buckets> =>
    alone(async () => {
      const found = await load(epoch)
      if (found != null) return found
      const buckets: Buckets = new Map()
      for await (const key of database.keys(epochBounds(epoch, epoch))) {
        const { part } = countedIn(key)!
        buckets.set(part, plusIds(buckets.get(part), idIn(key)))
      }
      const puts = [...buckets].map(([bucket, sum]) => put(epoch, bucket, sum, seals))
      await database.write([...puts, { type: 'put', key: countedKey(epoch), value: Buffer.alloc(0) }])
      kept.set(epoch, buckets)
      return buckets
    })
  /** The buckets that become others. */
  const follow = async (operations: readonly Operation[]): Promise<Map<number, Buckets>> => {
    const changed = new Map<number, Buckets>()
    for (const { type, key } of operations) {
      const at = countedIn(key)
      const buckets = at && (await load(at.epoch))
      if (at == null || buckets == null) continue
      const own: Buckets = changed.get(at.epoch) ?? new Map()
      changed.set(at.epoch, own)
      own.set(at.part, (type === 'put' ? plusIds : minusIds)(own.get(at.part) ?? buckets.get(at.part), idIn(key)))
    }
    return changed
  }
  const scanned = async (bounds: Bounds): Promise<IdSum> => {
    let total = NO_IDS
    for await (const key of database.keys(bounds)) total = plusIds(total, idIn(key))
    return total
  }
  const within = async (epoch: number, buckets: Buckets, from: string | undefined, to: string | undefined): Promise<IdSum> => {
    const first = from == null ? 0 : Number.parseInt(from.slice(0, 2), 16)
    const last = to == null ? BUCKETS : Number.parseInt(to.slice(0, 2), 16)
    const whole = isRound(from) ? first : first + 1
    if (whole > last) return scanned(placeBounds(epoch, from, to))
    let total = whole === first ? NO_IDS : await scanned(placeBounds(epoch, from, startOf(whole)))
    for (let bucket = whole; bucket < last; bucket++) total = plusIds(total, buckets.get(bucket))
    return to == null || isRound(to) ? total : plusIds(total, await scanned(placeBounds(epoch, startOf(last), to)))
  }
  return {
    write: async operations => {
      if (operations.length === 0) return
      const changed = await follow(operations)
      await database.write([...operations, ...[...changed].flatMap(([epoch, buckets]) => [...buckets].map(([bucket, sum]) => put(epoch, bucket, sum, seals)))])
      for (const [epoch, buckets] of changed) for (const [bucket, sum] of buckets) kept.get(epoch)?.set(bucket, sum)
    },
    of: async (query, floors) => {
      const { fromPlace, toPlace, subject } = query
      let total = NO_IDS
      if (subject != null) {
        for await (const key of readKeys(query, floors, database)) total = plusIds(total, idIn(key))
        return toldIds(total)
      }
      const [first, last] = [Math.max(query.fromEpoch, floors.all() + 1), Math.min(query.toEpoch, EPOCHS_END - 1)]
      for await (const epoch of epochsHeld(first, last, database)) {
        const buckets = (await load(epoch)) ?? ((await oldestEpochFrom(epoch + 1, EPOCHS_END - 1, database)) == null ? undefined : await build(epoch))
        for (const { from, to } of placeRanges(fromPlace, toPlace))
          total = plusIds(total, buckets == null ? await scanned(placeBounds(epoch, from, to)) : await within(epoch, buckets, from, to))
      }
      return toldIds(total)
    },
    clear: () => kept.clear()
  }
}

function idIn(key: Buffer): IdSum {
  return oneId(Buffer.from(idOf(key), 'latin1').toString('hex'))
}

/** Whether a place is the first of those that begin with its first byte. */
function isRound(place: string | undefined): boolean {
  return place == null || /^..0*$/.test(place)
}

function startOf(bucket: number): string | undefined {
  return bucket === BUCKETS ? undefined : bucket.toString(16).padStart(2, '0').padEnd(16, '0')
}

function put(epoch: number, bucket: number, total: IdSum, seals: Sealer): Operation {
  const key = fingerprintKey(epoch, bucket)
  const plain = Buffer.alloc(COUNT_BYTES + ID_BYTES)
  const { count, sum } = toldIds(total)
  plain.writeUInt32BE(count)
  plain.write(sum, COUNT_BYTES, 'hex')
  return { type: 'put', key, value: seals.seal(key, plain) }
}

function opened(key: Buffer, sealed: Buffer, seals: Sealer): IdSum {
  const plain = seals.open(key, sealed)
  if (plain?.length !== COUNT_BYTES + ID_BYTES) throw new StoreError('corrupt', `a fingerprint was altered: expected what this node sealed; ${CORRUPT_ADVICE}`)
  return { count: plain.readUInt32BE(), sum: BigInt(`0x${plain.toString('hex', COUNT_BYTES)}`) }
}
