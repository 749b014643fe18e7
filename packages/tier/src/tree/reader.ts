import { candidatesOf, readsNeeded } from '@peerwatch/trust-tree'
import { isSignedByAuthor } from './tree-record.ts'
import { NO_CURSOR, servePage } from './pages.ts'
import type { PeerIdString, RecordStore, StoredRecord } from '@peerwatch/model'
import type { RecordMessage } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { EpochSpan, PageAnswer, PageQuery, PlaceSpan } from './pages.ts'
import type { TrustedLink } from './trusted-link.ts'
import type { TrustedLinks } from './trusted-links.ts'
import type { Placement } from './placement.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser, TreeRecord } from './tree-record.ts'

export interface ReadResult {
  readonly records: TreeRecord[]
  /** Enough candidates answered that no acknowledged record can be missing. */
  readonly isComplete: boolean
}

export interface RecordPage {
  readonly records: readonly TreeRecord[]
  /** Those of `have` that the other one does not hold; with the first page. */
  readonly lacking: readonly string[]
}

/** How pages are asked for: all of them, unless it says otherwise. */
export interface PagesHow {
  readonly isWhole: boolean
  readonly have?: readonly string[]
  readonly isBrief?: boolean
}

export interface RecordReader {
  /** The union of what enough candidates hold of one subject, and of those before a move that is not settled. */
  readonly subject: (subject: PeerIdString, span: EpochSpan, answers?: number) => Promise<ReadResult>
  /**
   * All that another node holds of a range, page by page; `from` equal to `to` means all places. Rejects when the link ends or a page takes
   * too long.
   */
  readonly pages: (link: TrustedLink, places: PlaceSpan, span: EpochSpan, how: PagesHow) => AsyncIterable<RecordPage>
  readonly parse: (stored: StoredRecord) => TreeRecord
  /** Serves a page. */
  readonly serve: (asked: PageQuery) => Promise<PageAnswer>
}

/** Views that one read may see come. */
const VIEWS_MOST = 3
/** Of one subject, in one read. */
const SUBJECT_RECORDS_MOST = 100_000

const ALL_RECORDS = { have: [], isBrief: false }

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
  /** What the other side has yet to erase does not come back from there. */
  const known = (message: RecordMessage): TreeRecord[] => {
    const record = parsed(message)
    return record == null || record.stored.epoch <= store.floorOf(record.stored) ? [] : [record]
  }
  async function* pagesOf(link: TrustedLink, asked: Omit<PageQuery, 'after'>): AsyncGenerator<RecordPage> {
    let after: Uint8Array = NO_CURSOR
    do {
      const { records, next, lacking } = await link.call('read', { ...asked, after })
      yield { records: records.flatMap(known), lacking: after.byteLength === 0 ? lacking : [] }
      // A cursor that does not move would go on for ever.
      if (records.length === 0) return
      after = next
    } while (after.byteLength > 0)
  }
  const fromLink = async (link: TrustedLink, subject: PeerIdString, span: EpochSpan): Promise<TreeRecord[]> => {
    const all: TreeRecord[] = []
    const place = placement.place(subject)
    for await (const { records } of pagesOf(link, { places: { from: place, to: place }, subject, ...ALL_RECORDS, isWhole: true, ...span })) {
      all.push(...records.filter(record => record.subject === subject))
      if (all.length > SUBJECT_RECORDS_MOST) throw new Error(`${link.peer} sent more than ${SUBJECT_RECORDS_MOST} records`)
    }
    const right = await Promise.all(all.map(async record => isSignedByAuthor(record, core.network.id)))
    return all.filter((_, index) => right[index])
  }
  const fromNode = async (node: PeerIdString, subject: PeerIdString, span: EpochSpan): Promise<TreeRecord[] | undefined> => {
    try {
      if (node !== core.self) {
        const link = links.link(node)
        return link == null || !link.isUp() ? undefined : await fromLink(link, subject, span)
      }
      if (!isCaughtUp()) return undefined
      const held: TreeRecord[] = []
      for await (const stored of store.read({ ...span, subject: placement.pseudonym(subject) })) held.push(parser.stored(stored))
      return held
    } catch (error) {
      core.log('read at %s: %s', node, error)
      return undefined
    }
  }
  /** Puts into `found` what enough of them hold; false where too few answer. */
  const readList = async (
    list: readonly PeerIdString[],
    subject: PeerIdString,
    { span, answers }: { readonly span: EpochSpan; readonly answers: number },
    found: Map<string, TreeRecord>
  ): Promise<boolean> => {
    const needed = readsNeeded(list, copies)
    const asked = Math.min(needed, answers)
    let answered = 0
    // This node first: it costs nothing.
    for (const node of list.toSorted((a, b) => Number(b === core.self) - Number(a === core.self))) {
      if (answered === asked) break
      const records = await fromNode(node, subject, span)
      if (records == null) continue
      answered++
      for (const record of records) found.set(record.stored.id, record)
    }
    return answered === needed
  }
  return {
    subject: async (subject, span, answers = Infinity) => {
      const place = placement.place(subject)
      for (let tries = 1; ; tries++) {
        const view = tokens.partition()
        const { current, former } = candidatesOf(view, place, copies)
        const found = new Map<string, TreeRecord>()
        const how = { span, answers }
        const isComplete = (await readList(current, subject, how, found)) && (await readList(former, subject, how, found))
        // an answer may have told of a newer view, in which others hold it
        const isSame = tokens.partition() === view
        if (!isSame && tries < VIEWS_MOST) continue
        const records = [...found.values()].toSorted((a, b) => a.stored.window - b.stored.window || (a.stored.id < b.stored.id ? -1 : 1))
        return { records, isComplete: isComplete && isSame && current.length > 0 }
      }
    },
    pages: (link, places, span, how) => pagesOf(link, { places, subject: undefined, ...ALL_RECORDS, ...how, ...span }),
    parse: parser.stored,
    serve: async asked => servePage(store, parser, placement, asked)
  }
}
