import { pipe } from 'it-pipe'
import { FIRST_PLACE } from '@peerwatch/trust-tree'
import { ServicesError } from '@peerwatch/link'
import { EPOCHS_MOST, NOTHING_HELD, RANGES_MOST, SPANS_MOST, epochsIn, queryOf, sumsOf } from './comparing.ts'
import { briefOf, HAVE_MOST, partsOf } from './pages.ts'
import type { Fingerprint, Place, RecordStore, StoredRecord } from '@peerwatch/model'
import type { ComparedSpan } from './comparing.ts'
import type { TrustedLink } from './trusted-link.ts'
import type { EpochSpan, PlaceSpan } from './pages.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'

export interface ReconcileInit {
  readonly store: RecordStore
  readonly shelf: Pick<Shelf, 'put'>
  readonly reader: Pick<RecordReader, 'pages' | 'parse'>
}

export interface ReconcileHow {
  /** Takes what only the other node holds. */
  readonly pulls: boolean
  /** Gives what only this node holds. */
  readonly pushes: boolean
  /** Whether the other node must be one that lacks nothing. */
  readonly isWhole: boolean
  readonly signal: AbortSignal
  /** Waits after so many records. Then one thing is done at a time. */
  readonly rest?: (recordsCount: number) => Promise<void>
}

export interface Reconciled {
  readonly read: number
  readonly pushed: number
  /**
   * Whether the other node holds all that this node held at the beginning, as far as it was to be given. Records below the other node's floor are gone
   * there.
   */
  readonly isGiven: boolean
}

/** One range in one epoch. */
interface Piece extends PlaceSpan {
  readonly epoch: number
}

/** Two nodes compare so many records, or those of one place, by their ids. They compare the parts of a larger piece first. */
const PIECE_RECORDS = 32
const PIECES_AT_ONCE = 128
/** So many records go to the other node at a time: they share its group commit. */
const PUSHED_AT_ONCE = 64
/** If a node sends nothing but known records or garbage for so many pages, this node stops to read. */
const BARREN_PAGES_MOST = 64

/**
 * Makes a range the same here and at another node, above the higher of both floors.
 *
 * It first compares the sums of ids by epoch, then the sums of the parts of the epochs that differ, then the ids of the parts that differ. A node that
 * lies costs one copy of the range at most.
 *
 * Rejects if the other node does not answer. What was taken until then is kept.
 */
export type Reconcile = (link: TrustedLink, range: PlaceSpan, span: EpochSpan, how: ReconcileHow) => Promise<Reconciled>

export function reconciler({ store, shelf, reader }: ReconcileInit): Reconcile {
  return async (link, range, span, how) => {
    const run = reconciliation({ store, shelf, reader }, link, range, how)
    for (let from = Math.max(0, span.fromEpoch, store.floor() + 1); from <= span.toEpoch; )
      from = (await run.epochs({ fromEpoch: from, toEpoch: span.toEpoch })) + 1
    return run.result()
  }
}

function reconciliation({ store, shelf, reader }: ReconcileInit, link: TrustedLink, range: PlaceSpan, how: ReconcileHow) {
  const { pulls, pushes, isWhole, signal, rest } = how
  let read = 0
  let pushed = 0
  let isGiven = pushes

  const copy = async (places: PlaceSpan, epochs: EpochSpan): Promise<void> => {
    let barren = 0
    for await (const { records } of reader.pages(link, places, epochs, { isWhole })) {
      signal.throwIfAborted()
      const outcomes = await Promise.all(records.map(async record => shelf.put(record)))
      barren = outcomes.includes('stored') ? 0 : barren + 1
      if (barren > BARREN_PAGES_MOST) throw new ServicesError('refused', `${link.peer} goes on with records that are known here`)
      read += records.length
      await rest?.(records.length)
    }
  }
  /** Gives the records in the range that are in `briefs`; without `briefs`, all of them. */
  const push = async (places: PlaceSpan, epochs: EpochSpan, briefs?: ReadonlySet<string>): Promise<void> => {
    for (const part of partsOf(places)) {
      await pipe(
        store.read({ ...part, ...epochs }),
        held => only(held, briefs),
        given => batched(given, PUSHED_AT_ONCE),
        async batches => {
          for await (const batch of batches) {
            signal.throwIfAborted()
            const outcomes = await Promise.all(batch.map(async stored => link.put(reader.parse(stored), true)))
            pushed += outcomes.length
            if (outcomes.includes('refused')) isGiven = false
            await rest?.(outcomes.length)
          }
        }
      )
    }
  }
  const piece = async ({ from, to, epoch }: Piece): Promise<void> => {
    const [places, epochs] = [
      { from, to },
      { fromEpoch: epoch, toEpoch: epoch }
    ]
    const own: string[] = []
    for await (const { id } of store.names({ ...queryOf(places), ...epochs })) own.push(id)
    if (own.length > HAVE_MOST) {
      if (pulls) await copy(places, epochs)
      if (pushes) await push(places, epochs)
      return
    }
    const lacking = new Set<string>()
    for await (const page of reader.pages(link, places, epochs, { isWhole, have: own.map(briefOf), isBrief: !pulls })) {
      signal.throwIfAborted()
      await Promise.all(page.records.map(async record => shelf.put(record)))
      read += page.records.length
      for (const id of page.lacking) lacking.add(id)
      await rest?.(page.records.length)
    }
    if (pushes && lacking.size > 0) await push(places, epochs, lacking)
  }
  /** Compares the parts of these epochs, and gives those that differ. */
  const differing = async (epochs: readonly number[]): Promise<Piece[]> => {
    const found: Piece[] = []
    const cut: ComparedSpan[] = []
    for (const epoch of epochs) cut.push(await cutIn(store, range, epoch))
    for (const spans of batchesOf(cut)) {
      const { epochSums } = await link.call('compare', { spans, isWhole })
      const theirs = new Map(epochSums.map(({ span, sums }) => [span, sums]))
      for (const [index, { fromEpoch: epoch, cuts }] of spans.entries()) {
        for (const [at, sum] of (await sumsOf(store, epoch, cuts)).entries()) {
          if (sum !== (theirs.get(index)?.[at] ?? NOTHING_HELD)) found.push({ from: cuts[at]!, to: cuts[at + 1]!, epoch })
        }
      }
    }
    return found
  }
  /** Returns the last epoch that it dealt with. */
  const epochs = async (span: EpochSpan): Promise<number> => {
    const { epochSums, firstEpoch } = await link.call('compare', { spans: [{ ...span, cuts: [range.from, range.to] }], isWhole })
    signal.throwIfAborted()
    // in order and within what was asked for: else it could go on for ever
    if (!epochSums.every(({ epoch }, index) => epoch >= (epochSums[index - 1]?.epoch ?? span.fromEpoch - 1) + 1 && epoch <= span.toEpoch))
      throw new ServicesError('refused', `${link.peer} told sums of epochs that nobody asked for`)
    const last = epochSums.length < EPOCHS_MOST ? span.toEpoch : epochSums.at(-1)!.epoch
    const theirs = new Map(epochSums.map(({ epoch, sums: [sum = NOTHING_HELD] }) => [epoch, sum]))
    const mine = await ownSums(store, range, { fromEpoch: Math.max(span.fromEpoch, firstEpoch), toEpoch: last })
    const isOwn = (epoch: number): boolean => mine.has(epoch)
    const both = [...mine.keys()].filter(epoch => theirs.has(epoch) && theirs.get(epoch) !== mine.get(epoch)!.sum)
    const small = both.filter(epoch => mine.get(epoch)!.count <= PIECE_RECORDS)
    const pieces = [...small.map(epoch => ({ ...range, epoch })), ...(await differing(both.filter(epoch => !small.includes(epoch))))]
    await forEach(pieces, rest == null ? PIECES_AT_ONCE : 1, piece)
    if (pulls) for (const run of runsOf([...theirs.keys()], isOwn, [...mine.keys()])) await copy(range, run)
    if (pushes) for (const epoch of mine.keys()) if (!theirs.has(epoch)) await push(range, { fromEpoch: epoch, toEpoch: epoch })
    return last
  }
  return { epochs, result: (): Reconciled => ({ read, pushed, isGiven }) }
}

async function* only(records: AsyncIterable<StoredRecord>, briefs: ReadonlySet<string> | undefined): AsyncGenerator<StoredRecord> {
  for await (const record of records) if (briefs?.has(briefOf(record.id)) !== false) yield record
}

async function* batched<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < most) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function ownSums(store: RecordStore, range: PlaceSpan, span: EpochSpan): Promise<Map<number, Fingerprint>> {
  const sums = new Map<number, Fingerprint>()
  for await (const epoch of epochsIn(store, range, span)) sums.set(epoch, await store.fingerprint({ ...queryOf(range), fromEpoch: epoch, toEpoch: epoch }))
  return sums
}

/** Cuts a range so that so many of this node's records lie between two cuts. */
async function cutIn(store: RecordStore, range: PlaceSpan, epoch: number): Promise<ComparedSpan> {
  const places = await placesIn(store, range, epoch)
  const least = Math.max(PIECE_RECORDS, Math.ceil(places.length / (RANGES_MOST - 1)))
  const cuts = [range.from]
  let count = 0
  for (const [index, place] of places.entries()) {
    if (count >= least && place !== places[index - 1]) {
      cuts.push(place)
      count = 0
    }
    count++
  }
  return { fromEpoch: epoch, toEpoch: epoch, cuts: [...cuts, range.to] }
}

/** In the order of the ring. */
async function placesIn(store: RecordStore, range: PlaceSpan, epoch: number): Promise<Place[]> {
  const places: Place[] = []
  const { from, to } = range
  // all places are read from the first one on, wherever the range begins
  const parts = from === to && from !== FIRST_PLACE ? [{ fromPlace: from }, { toPlace: to }] : partsOf(range)
  for (const part of parts) for await (const { place } of store.names({ ...part, fromEpoch: epoch, toEpoch: epoch })) places.push(place)
  return places
}

/** As many spans as one request takes. */
function* batchesOf(spans: readonly ComparedSpan[]): Generator<ComparedSpan[]> {
  let batch: ComparedSpan[] = []
  let ranges = 0
  for (const span of spans) {
    const more = span.cuts.length - 1
    if (batch.length > 0 && (batch.length === SPANS_MOST || ranges + more > RANGES_MOST)) {
      yield batch
      batch = []
      ranges = 0
    }
    batch.push(span)
    ranges += more
  }
  if (batch.length > 0) yield batch
}

/** Runs of epochs that only the other node has, with none of this node's own between them. */
function runsOf(theirs: readonly number[], isOwn: (epoch: number) => boolean, own: readonly number[]): EpochSpan[] {
  const runs: { fromEpoch: number; toEpoch: number }[] = []
  for (const epoch of theirs.filter(each => !isOwn(each))) {
    const last = runs.at(-1)
    if (last != null && !own.some(each => each > last.toEpoch && each < epoch)) last.toEpoch = epoch
    else runs.push({ fromEpoch: epoch, toEpoch: epoch })
  }
  return runs
}

async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
