import { fingerprintOf, NO_IDS, oneId, plusIds, toldIds } from '@peerwatch/model'
import type { IdSum, Place, RecordName, RecordQuery, RecordStore } from '@peerwatch/model'
import type { EpochSpan, PlaceSpan } from './pages.ts'

/** Ranges of places in some epochs; each range goes from one cut up to the next. With more than one range, the span has one epoch. */
export interface ComparedSpan extends EpochSpan {
  /** At least two places, in the order of the ring. Two equal ones alone mean all places. */
  readonly cuts: readonly Place[]
}

export interface CompareQuery {
  readonly spans: readonly ComparedSpan[]
  /** Whether the question is for a node that may lack nothing. */
  readonly isWhole: boolean
}

export interface EpochSums {
  /** Which of the spans. */
  readonly span: number
  readonly epoch: number
  /** The sum of the ids in each range, as 64 hex digits. */
  readonly sums: readonly string[]
}

export interface CompareAnswer {
  /** By span and epoch, without the epochs that have no records in the span. At most `EPOCHS_MOST`: then the last span may go on behind them. */
  readonly epochSums: readonly EpochSums[]
  /** Older epochs count nowhere: they are at or below the floor. */
  readonly firstEpoch: number
}

/** The most epochs that one answer names. */
export const EPOCHS_MOST = 2_048
/** The most ranges that one request compares. */
export const RANGES_MOST = 4_096
export const SPANS_MOST = 512

export const NOTHING_HELD = fingerprintOf([]).sum

export function queryOf({ from, to }: PlaceSpan): Pick<RecordQuery, 'fromPlace' | 'toPlace'> {
  return from === to ? {} : { fromPlace: from, toPlace: to }
}

/** Whether one pass over the records can answer it: spans are in the order of epochs, none comes twice, and cuts go round the ring once at most. */
export function isComparable(spans: readonly ComparedSpan[]): boolean {
  let ranges = 0
  let before = -1
  for (const { fromEpoch, toEpoch, cuts } of spans) {
    ranges += cuts.length - 1
    if (fromEpoch <= before || toEpoch < fromEpoch || cuts.length < 2 || (cuts.length > 2 && fromEpoch !== toEpoch) || !isRing(cuts)) return false
    before = toEpoch
  }
  return spans.length <= SPANS_MOST && ranges <= RANGES_MOST
}

function isRing(cuts: readonly Place[]): boolean {
  const [first, last] = [cuts[0]!, cuts.at(-1)!]
  const steps = cuts.slice(1).filter((cut, index) => cut <= cuts[index]!).length
  if (cuts.length === 2) return true
  return steps === 0 || (steps === 1 && last <= first && new Set(cuts.slice(1)).size === cuts.length - 1)
}

/** Yields each epoch that has records in the range, in order. */
export async function* epochsIn(store: Pick<RecordStore, 'names'>, range: PlaceSpan, { fromEpoch, toEpoch }: EpochSpan): AsyncGenerator<number> {
  for (let from = fromEpoch; from <= toEpoch; ) {
    const epoch = await firstEpochOf(store.names({ ...queryOf(range), fromEpoch: from, toEpoch }))
    if (epoch == null) return
    yield epoch
    from = epoch + 1
  }
}

async function firstEpochOf(names: AsyncIterable<RecordName>): Promise<number | undefined> {
  for await (const { epoch } of names) return epoch
  return undefined
}

/** The sums of the ranges between the cuts, in one epoch. */
export async function sumsOf(store: Pick<RecordStore, 'names'>, epoch: number, cuts: readonly Place[]): Promise<string[]> {
  const sums = Array.from<IdSum>({ length: cuts.length - 1 }).fill(NO_IDS)
  const rangeAt = rangeFinder(cuts)
  for await (const { place, id } of store.names({ ...queryOf({ from: cuts[0]!, to: cuts.at(-1)! }), fromEpoch: epoch, toEpoch: epoch })) {
    const at = rangeAt(place)
    sums[at] = plusIds(sums[at], oneId(id))
  }
  return sums.map(sum => toldIds(sum).sum)
}

/** Finds the range of a place that lies in one of them. */
function rangeFinder(cuts: readonly Place[]): (place: Place) => number {
  const turn = cuts.findIndex((cut, index) => index > 0 && cut <= cuts[index - 1]!)
  const first = cuts[0]!
  return place => {
    // of the cuts that ascend, those before the ring's end for places from the first on, else those behind it
    let [low, high] = turn === -1 ? [0, cuts.length - 1] : place >= first ? [0, turn] : [turn - 1, cuts.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (cuts[middle]! <= place) low = middle
      else high = middle
    }
    return low
  }
}

/** Answers what is held here. */
export async function compared(store: RecordStore, { spans }: CompareQuery): Promise<CompareAnswer> {
  const firstEpoch = store.floor() + 1
  const epochSums: EpochSums[] = []
  for (const [span, { fromEpoch, toEpoch, cuts }] of spans.entries()) {
    const range = { from: cuts[0]!, to: cuts.at(-1)! }
    for await (const epoch of epochsIn(store, range, { fromEpoch, toEpoch })) {
      if (epochSums.length === EPOCHS_MOST) return { epochSums, firstEpoch }
      const isOne = cuts.length === 2
      const sums = isOne ? [(await store.fingerprint({ ...queryOf(range), fromEpoch: epoch, toEpoch: epoch })).sum] : await sumsOf(store, epoch, cuts)
      epochSums.push({ span, epoch, sums })
    }
  }
  return { epochSums, firstEpoch }
}
