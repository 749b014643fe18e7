import { RECORD_KINDS, parsePlace } from '@peerwatch/model'
import { FIRST_PLACE } from '@peerwatch/trust-tree'
import { recordMessage } from './tree-record.ts'
import type { PeerIdString, Place, RecordQuery, RecordStore, StoredRecord } from '@peerwatch/model'
import type { RecordMessage } from '@peerwatch/wire'
import type { Placement } from './placement.ts'
import type { RecordParser } from './tree-record.ts'

/** Epochs from `fromEpoch` to `toEpoch`, both included. */
export interface EpochSpan {
  readonly fromEpoch: number
  readonly toEpoch: number
}

export type PlaceSpan = { readonly from: Place; readonly to: Place }

/** Asks another node for a page. */
export interface PageQuery extends EpochSpan {
  readonly places: PlaceSpan
  /** Only its records. */
  readonly subject: PeerIdString | undefined
  /** `next` of an earlier page; empty for the first one. */
  readonly after: Uint8Array
  /** Asked of a node that may lack nothing: one that is catching up answers `notReady`. */
  readonly isWhole: boolean
  /** How the ids begin that the asker has, 16 hex digits each: these records are not sent. */
  readonly have: readonly string[]
  /** No records, only which of `have` are lacking. */
  readonly isBrief: boolean
}

export interface PageAnswer {
  readonly records: readonly RecordMessage[]
  readonly lacking: readonly string[]
  /** Empty: that was all. */
  readonly next: Uint8Array
}

/** Of an id so much as tells it from the others of a piece: ids are HMACs under the pepper, so nobody outside makes two that begin alike. */
export const BRIEF_BYTES = 8

export function briefOf(id: string): string {
  return id.slice(0, 2 * BRIEF_BYTES)
}

/** Ids that an asker names; of more it reads all. */
export const HAVE_MOST = 4_096
/** Few enough that a busy node answers in time. */
const PAGE_RECORDS = 128
const PAGE_BYTES = 400 * 1024
export const NO_CURSOR = new Uint8Array()

/** A range that goes round the end is two that do not; with both ends equal it is all. */
export function partsOf({ from, to }: PlaceSpan): Pick<RecordQuery, 'fromPlace' | 'toPlace'>[] {
  if (from === to) return [{}]
  if (from < to) return [{ fromPlace: from, toPlace: to }]
  return to === FIRST_PLACE ? [{ fromPlace: from }] : [{ fromPlace: from }, { fromPlace: FIRST_PLACE, toPlace: to }]
}

/** Where the next page begins: after this record, in this part of a range. */
interface Cursor {
  readonly part: number
  readonly epoch: number
  readonly place: Place
  readonly key: string
}

/** Order on disk within one epoch. */
function keyOf({ place, subject, window, author, kind, id }: StoredRecord): string {
  return [place, subject, window.toString(16).padStart(13, '0'), author, RECORD_KINDS[kind], id].join(':')
}

function encodeCursor(part: number, record: StoredRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([part, record.epoch, record.place, keyOf(record)]))
}

function decodeCursor(bytes: Uint8Array): Cursor {
  const [part, epoch, place, key] = JSON.parse(new TextDecoder().decode(bytes)) as unknown[]
  if (!Number.isSafeInteger(part) || !Number.isSafeInteger(epoch) || typeof place !== 'string' || typeof key !== 'string')
    throw new TypeError('no cursor of ours')
  return { part: Number(part), epoch: Number(epoch), place: parsePlace(place), key }
}

/** Where a cursor that somebody else made up points elsewhere, the page would hold what was not asked for. */
function isInside({ part, epoch, place }: Cursor, parts: readonly Omit<RecordQuery, 'fromEpoch' | 'toEpoch'>[], span: EpochSpan): boolean {
  const range = parts[part]
  if (range == null || epoch < span.fromEpoch || epoch > span.toEpoch) return false
  return (range.fromPlace == null || place >= range.fromPlace) && (range.toPlace == null || place < range.toPlace)
}

/** Which of the records that the asker has are not held here. */
async function lackingOf(store: RecordStore, { places, fromEpoch, toEpoch, have }: PageQuery): Promise<string[]> {
  if (have.length === 0) return []
  const held = new Set<string>()
  for (const part of partsOf(places)) for await (const { id } of store.names({ ...part, fromEpoch, toEpoch })) held.add(briefOf(id))
  return have.filter(id => !held.has(id))
}

/** What another node asked for. */
export async function servePage(store: RecordStore, parser: RecordParser, placement: Placement, read: PageQuery): Promise<PageAnswer> {
  const subject = read.subject == null ? {} : { subject: placement.pseudonym(read.subject) }
  const parts = partsOf(read.places).map(part => ({ ...part, ...subject }))
  const bounds = { records: PAGE_RECORDS, bytes: PAGE_BYTES, looked: Infinity }
  const lacking = read.after.byteLength === 0 ? await lackingOf(store, read) : []
  if (read.isBrief) return { records: [], next: NO_CURSOR, lacking }
  const has = new Set<string>(read.have)
  return { ...(await pageOf(read, parts, read.after, { store, parser, bounds, keeps: ({ id }) => !has.has(briefOf(id)) })), lacking }
}

export interface PageInit {
  readonly store: RecordStore
  readonly parser: RecordParser
  /** What a page has at most, and how many records are looked at for it. */
  readonly bounds: { readonly records: number; readonly bytes: number; readonly looked: number }
  readonly keeps: (stored: StoredRecord) => boolean
}

/** One page of what is held of these parts of the key space, from this cursor on. Throws TypeError for a cursor that is not ours. */
export async function pageOf(
  span: EpochSpan,
  parts: readonly Omit<RecordQuery, 'fromEpoch' | 'toEpoch'>[],
  after: Uint8Array,
  { store, parser, bounds, keeps }: PageInit
): Promise<Pick<PageAnswer, 'records' | 'next'>> {
  const cursor = after.byteLength === 0 ? undefined : decodeCursor(after)
  if (cursor != null && !isInside(cursor, parts, span)) throw new TypeError('a cursor outside of what is read')
  const { fromEpoch, toEpoch } = span
  const records: RecordMessage[] = []
  let bytes = 0
  let looked = 0
  for (let part = cursor?.part ?? 0; part < parts.length; part++) {
    for (const query of queriesOf({ ...parts[part], fromEpoch, toEpoch }, part === cursor?.part ? cursor : undefined)) {
      for await (const stored of store.read(query)) {
        if (part === cursor?.part && stored.epoch === cursor.epoch && keyOf(stored) <= cursor.key) continue
        looked++
        if (keeps(stored)) {
          const message = recordMessage(parser.stored(stored))
          records.push(message)
          bytes += message.payload.byteLength
        }
        if (records.length === bounds.records || bytes >= bounds.bytes || looked >= bounds.looked) return { records, next: encodeCursor(part, stored) }
      }
    }
  }
  return { records, next: NO_CURSOR }
}

/** Order on disk, as text. */
export function orderOf(record: StoredRecord): string {
  return `${record.epoch.toString(16).padStart(8, '0')}:${keyOf(record)}`
}

/** After a cursor: the rest of its epoch from its place on, then the later epochs. */
function queriesOf(query: RecordQuery, cursor: Cursor | undefined): RecordQuery[] {
  if (cursor == null) return [query]
  const rest = { ...query, fromEpoch: cursor.epoch, toEpoch: cursor.epoch, fromPlace: cursor.place }
  return [rest, { ...query, fromEpoch: cursor.epoch + 1 }]
}
