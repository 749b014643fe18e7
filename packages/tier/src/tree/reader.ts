import { RECORD_KINDS, parsePlace } from '@peerwatch/model'
import { candidatesOf, FIRST_PLACE, readsNeeded } from '@peerwatch/trust-tree'
import { isSignedBy } from '@peerwatch/link'
import { recordMessage } from './tree-record.ts'
import type { PeerIdString, Place, RecordQuery, RecordStore, StoredRecord } from '@peerwatch/model'
import type { RecordMessage } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { TrustedLink } from './trusted-link.ts'
import type { TrustedLinks } from './trusted-links.ts'
import type { Placement } from './placement.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser, TreeRecord } from './tree-record.ts'

/** Epochs from `fromEpoch` to `toEpoch`, both included. */
export interface EpochSpan {
  readonly fromEpoch: number
  readonly toEpoch: number
}

export interface ReadResult {
  readonly records: TreeRecord[]
  /** Enough candidates answered that no acknowledged record can be missing. */
  readonly isComplete: boolean
}

export type PlaceSpan = { readonly from: Place; readonly to: Place }

export interface RecordPage {
  readonly records: readonly TreeRecord[]
  readonly next: Uint8Array
}

/** Asks another node for a page. */
export interface PageQuery extends EpochSpan {
  readonly places: PlaceSpan
  /** Only its records. */
  readonly subject: PeerIdString | undefined
  /** `next` of an earlier page; empty for the first one. */
  readonly after: Uint8Array
  /** Asked of a node that may lack nothing: one that is catching up answers `notReady`. */
  readonly isWhole: boolean
}

export interface PageAnswer {
  readonly records: readonly RecordMessage[]
  /** Empty: that was all. */
  readonly next: Uint8Array
}

export interface RecordReader {
  /** The union of what enough candidates hold of one subject, and of those before a move that is not settled. */
  readonly subject: (subject: PeerIdString, span: EpochSpan) => Promise<ReadResult>
  /**
   * All that another node holds of a range, page by page; `from` equal to `to` means all places. Rejects when the link ends or a page takes
   * too long; with the `next` of the last page that came it goes on from there.
   */
  readonly pages: (
    link: TrustedLink,
    places: PlaceSpan,
    span: EpochSpan,
    from: { readonly after: Uint8Array; readonly isWhole: boolean }
  ) => AsyncIterable<RecordPage>
  readonly own: (places: PlaceSpan, span: EpochSpan) => AsyncIterable<StoredRecord>
  readonly parse: (stored: StoredRecord) => TreeRecord
  /** Serves a page. */
  readonly serve: (asked: PageQuery) => Promise<PageAnswer>
}

/** Few enough that a busy node answers in time. */
const PAGE_RECORDS = 128
const PAGE_BYTES = 400 * 1024
/** Views that one read may see come. */
const VIEWS_MOST = 3
/** Of one subject, in one read. */
const SUBJECT_RECORDS_MOST = 100_000

export interface ReaderInit {
  readonly store: RecordStore
  readonly tokens: TokenBook
  readonly links: TrustedLinks
  readonly placement: Placement
  readonly parser: RecordParser
  readonly copies: number
  readonly isCaughtUp: () => boolean
}

export function recordReader(core: Core, { store, tokens, links, placement, parser, copies, isCaughtUp }: ReaderInit): RecordReader {
  const parsed = (message: RecordMessage): TreeRecord | undefined => {
    try {
      return parser.message(message)
    } catch {
      return undefined
    }
  }
  async function* pagesOf(link: TrustedLink, asked: Omit<PageQuery, 'after'>, from: Uint8Array = NO_CURSOR): AsyncGenerator<RecordPage> {
    let after = from
    do {
      const { records, next } = await link.call('read', { ...asked, after })
      // A cursor that does not move would go on for ever.
      if (records.length === 0) return
      after = next
      yield { records: records.map(parsed).filter(record => record != null), next }
    } while (after.byteLength > 0)
  }
  async function* ownOf(places: PlaceSpan, span: EpochSpan, subject?: PeerIdString): AsyncGenerator<StoredRecord> {
    for (const part of partsOf(places)) {
      yield* store.read({ ...part, ...span, ...(subject != null && { subject: placement.pseudonym(subject) }) })
    }
  }
  const fromLink = async (link: TrustedLink, subject: PeerIdString, span: EpochSpan): Promise<TreeRecord[]> => {
    const all: TreeRecord[] = []
    const place = placement.place(subject)
    for await (const { records } of pagesOf(link, { places: { from: place, to: place }, subject, isWhole: true, ...span })) {
      all.push(...records.filter(record => record.subject === subject))
      if (all.length > SUBJECT_RECORDS_MOST) throw new Error(`${link.peer} sent more than ${SUBJECT_RECORDS_MOST} records`)
    }
    const right = await Promise.all(all.map(async ({ author, kind, payload, signature }) => isSignedBy(author, kind, core.network.id, payload, signature)))
    return all.filter((_, index) => right[index])
  }
  const fromNode = async (node: PeerIdString, subject: PeerIdString, span: EpochSpan): Promise<TreeRecord[] | undefined> => {
    try {
      if (node !== core.self) {
        const link = links.link(node)
        return link == null || !link.isUp() ? undefined : await fromLink(link, subject, span)
      }
      if (!isCaughtUp()) return undefined
      const place = placement.place(subject)
      const held: TreeRecord[] = []
      for await (const stored of ownOf({ from: place, to: place }, span, subject)) held.push(parser.stored(stored))
      return held
    } catch (error) {
      core.log('read at %s: %s', node, error)
      return undefined
    }
  }
  /** Puts into `found` what enough of them hold; false where too few answer. */
  const readList = async (list: readonly PeerIdString[], subject: PeerIdString, span: EpochSpan, found: Map<string, TreeRecord>): Promise<boolean> => {
    const needed = readsNeeded(list, copies)
    let answered = 0
    // This node first: it costs nothing.
    for (const node of list.toSorted((a, b) => Number(b === core.self) - Number(a === core.self))) {
      if (answered === needed) break
      const records = await fromNode(node, subject, span)
      if (records == null) continue
      answered++
      for (const record of records) found.set(record.stored.id, record)
    }
    return answered === needed
  }
  return {
    subject: async (subject, span) => {
      const place = placement.place(subject)
      for (let tries = 1; ; tries++) {
        const view = tokens.partition()
        const { current, former } = candidatesOf(view, place, copies)
        const found = new Map<string, TreeRecord>()
        const isComplete = (await readList(current, subject, span, found)) && (await readList(former, subject, span, found))
        // an answer may have told of a newer view, in which others hold it
        const isSame = tokens.partition() === view
        if (!isSame && tries < VIEWS_MOST) continue
        const records = [...found.values()].toSorted((a, b) => a.stored.window - b.stored.window || (a.stored.id < b.stored.id ? -1 : 1))
        return { records, isComplete: isComplete && isSame && current.length > 0 }
      }
    },
    pages: (link, places, span, { after, isWhole }) => pagesOf(link, { places, subject: undefined, isWhole, ...span }, after),
    own: (places, span) => ownOf(places, span),
    parse: parser.stored,
    serve: async asked => servePage(store, parser, placement, asked)
  }
}

const NO_CURSOR = new Uint8Array()

/** A range that goes round the end is two that do not; with both ends equal it is all. */
function partsOf({ from, to }: PlaceSpan): Pick<RecordQuery, 'fromPlace' | 'toPlace'>[] {
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
function isInside({ part, epoch, place }: Cursor, parts: readonly Pick<RecordQuery, 'fromPlace' | 'toPlace'>[], span: EpochSpan): boolean {
  const range = parts[part]
  if (range == null || epoch < span.fromEpoch || epoch > span.toEpoch) return false
  return (range.fromPlace == null || place >= range.fromPlace) && (range.toPlace == null || place < range.toPlace)
}

async function servePage(store: RecordStore, parser: RecordParser, placement: Placement, read: PageQuery): Promise<PageAnswer> {
  const parts = partsOf(read.places)
  const cursor = read.after.byteLength === 0 ? undefined : decodeCursor(read.after)
  if (cursor != null && !isInside(cursor, parts, read)) throw new TypeError('a cursor outside of what is read')
  const subject = read.subject == null ? {} : { subject: placement.pseudonym(read.subject) }
  const records: RecordMessage[] = []
  let bytes = 0
  for (let part = cursor?.part ?? 0; part < parts.length; part++) {
    for (const query of queriesOf(
      { ...parts[part], ...subject, fromEpoch: read.fromEpoch, toEpoch: read.toEpoch },
      part === cursor?.part ? cursor : undefined
    )) {
      for await (const stored of store.read(query)) {
        if (part === cursor?.part && stored.epoch === cursor.epoch && keyOf(stored) <= cursor.key) continue
        const message = recordMessage(parser.stored(stored))
        records.push(message)
        bytes += message.payload.byteLength
        if (records.length === PAGE_RECORDS || bytes >= PAGE_BYTES) return { records, next: encodeCursor(part, stored) }
      }
    }
  }
  return { records, next: NO_CURSOR }
}

/** After a cursor: the rest of its epoch from its place on, then the later epochs. */
function queriesOf(query: RecordQuery, cursor: Cursor | undefined): RecordQuery[] {
  if (cursor == null) return [query]
  const rest = { ...query, fromEpoch: cursor.epoch, toEpoch: cursor.epoch, fromPlace: cursor.place }
  return [rest, { ...query, fromEpoch: cursor.epoch + 1 }]
}
