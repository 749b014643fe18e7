import { placeOf } from '@peerwatch/model'
import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import { EPOCHS_END, epochBounds, nameFrom, placeBounds, recordFrom, subjectBounds, summaryBounds, summaryFrom, summaryPlaceBounds } from './record-key.ts'
import type { RecordQuery, StoredRecord, StoredSummary } from '@peerwatch/model'
import type { Database } from './database.ts'
import type { Floors } from './floors.ts'
import type { Bounds } from './record-key.ts'
import type { Sealer } from './sealing.ts'

/** The records that `query` asks for and that lie above their floors, a chunk at a time in memory. */
export async function* readRecords(query: RecordQuery, floors: Floors, database: Database, seals: Sealer, where: string): AsyncGenerator<StoredRecord> {
  for await (const bounds of boundsOf(query, floors.all(), database)) {
    for await (const [key, sealed] of database.entries(bounds)) {
      const payload = seals.open(key, sealed)
      if (payload == null) {
        throw new StoreError(
          'corrupt',
          `a record in ${where} was altered (key ${key.toString('hex')}): expected what this node sealed under that key; ${CORRUPT_ADVICE}`
        )
      }
      const record = recordFrom(key, payload)
      // a record that is erased while others are read is left out
      if (record.epoch > floors.of(record)) yield record
    }
  }
}

/** As `readRecords`, keys alone. */
export async function* readKeys(query: RecordQuery, floors: Floors, database: Database): AsyncGenerator<Buffer> {
  for await (const bounds of boundsOf(query, floors.all(), database)) {
    for await (const key of database.keys(bounds)) {
      const name = nameFrom(key)
      if (name.epoch > floors.of(name)) yield key
    }
  }
}

/** The summaries that `query` asks for, of epochs whose records have expired. */
export async function* readSummaries(query: RecordQuery, floors: Floors, database: Database, seals: Sealer, where: string): AsyncGenerator<StoredSummary> {
  const { subject, fromPlace, toPlace } = query
  const place = subject == null ? undefined : placeOf(subject)
  const ranges = placeRanges(fromPlace, toPlace)
  if (place != null && !isWithin(place, ranges)) return
  const last = Math.min(query.toEpoch, floors.all())
  for (let from = Math.max(query.fromEpoch, floors.summaries() + 1); from <= last; from++) {
    const epoch = await oldestSummaryEpoch(from, last, database)
    if (epoch == null) return
    for (const { from: first, to } of place == null ? ranges : [{ from: `${place}${subject}`, to: undefined }]) {
      for await (const [key, sealed] of database.entries(summaryPlaceBounds(epoch, first, to))) {
        const bytes = seals.open(key, sealed)
        if (bytes == null) throw new StoreError('corrupt', `a summary in ${where} was altered: expected what this node sealed; ${CORRUPT_ADVICE}`)
        const summary = summaryFrom(key, bytes)
        if (subject != null && summary.subject !== subject) break
        if (epoch > floors.ofSummary(summary)) yield summary
      }
    }
    from = epoch
  }
}

async function oldestSummaryEpoch(first: number, last: number, database: Database): Promise<number | undefined> {
  for await (const key of database.keys(summaryBounds(first, last), 1)) return summaryFrom(key, key).epoch
  return undefined
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
  // of one epoch the places tell soon enough that it holds nothing
  for await (const epoch of first === last ? [first] : epochsHeld(first, last, database)) {
    if (subject == null) yield* ranges.map(({ from, to }) => placeBounds(epoch, from, to))
    else if (isWithin(placeOf(subject), ranges)) yield subjectBounds(epoch, placeOf(subject), subject)
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

export async function* epochsHeld(first: number, last: number, database: Database): AsyncGenerator<number> {
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
