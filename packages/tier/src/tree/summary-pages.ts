import { createHash } from 'node:crypto'
import { concerns } from '@peerwatch/model'
import { LIMITS } from '@peerwatch/wire'
import { Refusal } from '@peerwatch/link'
import { NO_CURSOR, partsOf } from './pages.ts'
import type { PeerIdString, Place, Pseudonym, RecordQuery, RecordStore, StoredSummary } from '@peerwatch/model'
import type { EpochSpan, PlaceSpan } from './pages.ts'
import type { Placement } from './placement.ts'

/** Asks for the summaries of a range, or for those about a peer and by it, wherever they lie. */
export interface SummariesQuery extends EpochSpan {
  readonly places: PlaceSpan
  /** Of those that the asker has; empty: it has not looked. */
  readonly digest: Uint8Array
  /** `next` of an earlier page; empty for the first one. */
  readonly after: Uint8Array
}

export interface SummariesAbout {
  readonly peer: PeerIdString
  readonly after: Uint8Array
}

export interface SummariesAnswer {
  readonly summaries: readonly Uint8Array[]
  /** The asker has the same ones. */
  readonly isSame: boolean
  /** Empty: that was all. */
  readonly next: Uint8Array
}

export interface SummaryPages {
  readonly range: (asked: SummariesQuery) => Promise<SummariesAnswer | Refusal>
  readonly about: (asked: SummariesAbout) => Promise<SummariesAnswer>
}

/** Of a page about one peer, so many are looked at. */
const LOOKED_MOST = 10_000
const LAST_EPOCH = 0xffff_ffff
const CURSOR = /^([\da-f]{8}):([\da-f]{16}):[\da-f]{64}:[\da-f]{64}$/

/** Order on disk, as text. */
export function summaryOrder({ epoch, place, subject, author }: Omit<StoredSummary, 'bytes'>): string {
  return [epoch.toString(16).padStart(8, '0'), place, subject, author].join(':')
}

/** Two nodes that hold the same summaries of a range have the same. */
export async function summariesDigest(store: Pick<RecordStore, 'summaries'>, query: RecordQuery): Promise<Uint8Array> {
  const all = createHash('sha256')
  for await (const { bytes } of store.summaries(query)) all.update(createHash('sha256').update(bytes).digest())
  return all.digest()
}

/** A range that does not go round the end of the key space. */
export function summaryQuery({ fromEpoch, toEpoch }: EpochSpan, places: PlaceSpan): RecordQuery {
  const [part, ...others] = partsOf(places)
  if (others.length > 0) throw new TypeError('a range of summaries that goes round the end')
  return { ...part, fromEpoch, toEpoch }
}

export function summaryPages(store: Pick<RecordStore, 'summaries' | 'floor'>, placement: Pick<Placement, 'pseudonym'>): SummaryPages {
  const page = async (query: RecordQuery, after: Uint8Array, peer?: Pseudonym): Promise<SummariesAnswer> => {
    const cursor = after.byteLength === 0 ? '' : new TextDecoder().decode(after)
    const [, epoch, place] = CURSOR.exec(cursor) ?? []
    if (cursor !== '' && place == null) throw new TypeError('no cursor of ours')
    const summaries: Uint8Array[] = []
    let lookedCount = 0
    for (const rest of restOf(query, epoch == null ? undefined : Number.parseInt(epoch, 16), place as Place | undefined)) {
      for await (const summary of store.summaries(rest)) {
        const order = summaryOrder(summary)
        if (order <= cursor) continue
        lookedCount++
        if (peer == null || concerns(summary, peer)) summaries.push(summary.bytes)
        if (summaries.length === LIMITS.summaries || lookedCount === LOOKED_MOST) return { summaries, isSame: false, next: new TextEncoder().encode(order) }
      }
    }
    return { summaries, isSame: false, next: NO_CURSOR }
  }
  return {
    range: async ({ places, digest, after, ...span }) => {
      // of an epoch whose records are still here there is no summary yet
      if (span.toEpoch > store.floor()) return new Refusal('notReady', `the records of epoch ${span.toEpoch} are still kept`)
      const query = summaryQuery(span, places)
      if (digest.byteLength > 0 && Buffer.from(digest).equals(await summariesDigest(store, query))) return { summaries: [], isSame: true, next: NO_CURSOR }
      return page(query, after)
    },
    about: async ({ peer, after }) => page({ fromEpoch: 0, toEpoch: LAST_EPOCH }, after, placement.pseudonym(peer))
  }
}

/** After a cursor: the rest of its epoch from its place on, then the later epochs. */
function restOf(query: RecordQuery, epoch: number | undefined, place: Place | undefined): RecordQuery[] {
  if (epoch == null || place == null) return [query]
  const later = { ...query, fromEpoch: Math.max(query.fromEpoch, epoch + 1) }
  if (epoch < query.fromEpoch || epoch > query.toEpoch) return [later]
  const isInside = (query.fromPlace == null || place >= query.fromPlace) && (query.toPlace == null || place < query.toPlace)
  return isInside ? [{ ...query, fromEpoch: epoch, toEpoch: epoch, fromPlace: place }, later] : [later]
}
