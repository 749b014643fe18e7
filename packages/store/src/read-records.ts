import { placeOf } from '@peerwatch/model'
import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { EPOCHS_END, epochBounds, indexBounds, indexedPlace, placeBounds, recordFrom, subjectBounds } from './record-key.ts'
import type { Pseudonym, RecordQuery, StoredRecord } from '@peerwatch/model'
import type { Database } from './database.ts'
import type { Bounds } from './record-key.ts'
import type { Sealer } from './sealing.ts'

/** The records that `query` asks for and that lie above the floor, a chunk at a time in memory. */
export async function* readRecords(query: RecordQuery, floor: number, database: Database, seals: Sealer, where: string): AsyncGenerator<StoredRecord> {
  for await (const bounds of boundsOf(query, floor, database)) {
    for await (const [key, sealed] of database.entries(bounds)) {
      const payload = seals.open(key, sealed)
      if (payload == null) {
        throw new StoreError(
          'corrupt',
          `a record in ${where} was altered (key ${key.toString('hex')}): expected what this node sealed under that key; ${CORRUPT_ADVICE}`
        )
      }
      yield recordFrom(key, payload)
    }
  }
}

async function* boundsOf({ subject, fromPlace, toPlace, ...query }: RecordQuery, floor: number, database: Database): AsyncGenerator<Bounds> {
  const first = Math.max(query.fromEpoch, floor + 1)
  const last = Math.min(query.toEpoch, EPOCHS_END - 1)
  if (first > last) return
  if (subject == null && fromPlace == null && toPlace == null) {
    yield epochBounds(first, last)
    return
  }
  const ranges = placeRanges(fromPlace, toPlace)
  for await (const epoch of epochsHeld(first, last, database)) {
    if (subject == null) yield* ranges.map(({ from, to }) => placeBounds(epoch, from, to))
    else for await (const place of placesOf(epoch, subject, database)) if (isWithin(place, ranges)) yield subjectBounds(epoch, place, subject)
  }
}

/** Text order is the order of places. */
interface PlaceRange {
  readonly from: string | undefined
  readonly to: string | undefined
}

/** A range round the end of the key space is two, in the order of the places. */
export function placeRanges(from: string | undefined, to: string | undefined): PlaceRange[] {
  if (from == null || to == null || from < to) return [{ from, to }]
  return [
    { from: undefined, to },
    { from, to: undefined }
  ]
}

export function isWithin(place: string, ranges: readonly PlaceRange[]): boolean {
  return ranges.some(({ from, to }) => (from == null || place >= from) && (to == null || place < to))
}

async function* epochsHeld(first: number, last: number, database: Database): AsyncGenerator<number> {
  for (let from = first; from <= last; from++) {
    const epoch = await oldestEpochFrom(from, last, database)
    if (epoch == null) return
    yield epoch
    from = epoch
  }
}

export async function oldestEpochFrom(first: number, last: number, database: Database): Promise<number | undefined> {
  for await (const key of database.keys(epochBounds(first, last), 1)) return key.readUInt32BE()
  return undefined
}

/** The subject's own place, and those of the ledgers about it, in order. */
async function* placesOf(epoch: number, subject: Pseudonym, database: Database): AsyncGenerator<string> {
  const own: string = placeOf(subject)
  let given = false
  for await (const key of database.keys(indexBounds(epoch, subject))) {
    const place = indexedPlace(key)
    if (!given && place > own) {
      yield own
      given = true
    }
    yield place
  }
  if (!given) yield own
}
