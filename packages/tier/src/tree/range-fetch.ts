import { pipe } from 'it-pipe'
import { delay } from '@peerwatch/model'
import type { PeerIdString, RecordStore, StoredRecord } from '@peerwatch/model'
import type { NodeRange } from '@peerwatch/trust-tree'
import type { Core } from '@peerwatch/link'
import type { TrustedLink } from './trusted-link.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'
import type { TreeRecord } from './tree-record.ts'

export interface RangeFetchInit {
  readonly store: Pick<RecordStore, 'floor'>
  readonly shelf: Pick<Shelf, 'put'>
  readonly reader: RecordReader
  readonly copies: number
  readonly lastEpoch: () => number
  /** Reports that come in for the range that this node owns. */
  readonly reportsPerSecond: () => number
  /** Owner first. */
  readonly candidates: (range: NodeRange) => readonly PeerIdString[]
}

/** Levels one range with another node that holds it. */
export interface RangeFetch {
  /** Rejects where the node does not answer; what it has told is kept, and the next call goes on from there. */
  readonly fetch: (link: TrustedLink, range: NodeRange, fromEpoch: number, how: { readonly isPaced: boolean; readonly isWhole: boolean }) => Promise<void>
  readonly start: () => void
  readonly stop: () => void
}

/** How far a range was fetched: a page that came too late does not begin it anew. */
interface Fetched {
  next: Uint8Array
  /** Ids of what the other side holds. */
  readonly theirs: Set<string>
  count: number
  readonly toEpoch: number
  isRead?: boolean
}

/** Beyond so many records in a range nothing is pushed back: what to push is found by keeping their ids. */
const PUSH_COMPARED_MOST = 200_000
/** Records under way to another node: they share its group commit. */
const PUSHED_AT_ONCE = 64
/**
 * After a lost link a node reads as many records a second as come in for its own range anyway, and at least so many: an outage that is over must not
 * make trusted nodes send many times what they send when all is well. After a start nothing is paced: until it has caught up, others answer for it.
 */
const PACED_LEAST_PER_SECOND = 20

export function rangeFetch(core: Core, { store, shelf, reader, copies, lastEpoch, reportsPerSecond, candidates }: RangeFetchInit): RangeFetch {
  const begun = new Map<string, Fetched>()
  let stopping = new AbortController()

  const put = async (page: readonly TreeRecord[]): Promise<void> => {
    await Promise.all(page.map(async record => shelf.put(record)))
  }
  /** Gives the other side what only this node holds, where the other one is to hold it. */
  const push = async (link: TrustedLink, range: NodeRange, fromEpoch: number, toEpoch: number, theirs: ReadonlySet<string>): Promise<number> => {
    if (!candidates(range).slice(0, copies).includes(link.peer)) return 0
    return pipe(
      reader.own(range, { fromEpoch, toEpoch }),
      held => without(held, theirs),
      missing => batched(missing, PUSHED_AT_ONCE),
      async batches => {
        let count = 0
        for await (const batch of batches) {
          await Promise.all(batch.map(async stored => link.put(reader.parse(stored), true)))
          count += batch.length
        }
        return count
      }
    )
  }
  const rest = async (recordsCount: number): Promise<void> => {
    const ms = (recordsCount * 1_000) / Math.max(PACED_LEAST_PER_SECOND, reportsPerSecond())
    await delay(core.clock, ms, stopping.signal).catch(() => {})
  }
  return {
    fetch: async (link, range, fromEpoch, { isPaced, isWhole }) => {
      const first = Math.max(fromEpoch, store.floor() + 1, 0)
      const key = `${link.peer}/${range.from}-${range.to}/${first}`
      const fetched: Fetched = begun.get(key) ?? { next: new Uint8Array(), theirs: new Set(), count: 0, toEpoch: lastEpoch() + 1 }
      begun.set(key, fetched)
      if (fetched.isRead !== true) {
        for await (const { records, next } of reader.pages(link, range, { fromEpoch: first, toEpoch: fetched.toEpoch }, { after: fetched.next, isWhole })) {
          if (stopping.signal.aborted) return
          await put(records)
          fetched.next = next
          fetched.count += records.length
          if (fetched.count <= PUSH_COMPARED_MOST) for (const { stored } of records) fetched.theirs.add(stored.id)
          if (isPaced) await rest(records.length)
        }
        fetched.isRead = true
      }
      const pushed = fetched.count <= PUSH_COMPARED_MOST ? await push(link, range, first, fetched.toEpoch, fetched.theirs) : 0
      begun.delete(key)
      core.log('caught up with %s from epoch %d: %d records of the range of %s read, %d pushed', link.peer, first, fetched.count, range.node, pushed)
    },
    start: () => {
      stopping = new AbortController()
    },
    stop: () => {
      stopping.abort()
      begun.clear()
    }
  }
}

async function* without(records: AsyncIterable<StoredRecord>, theirs: ReadonlySet<string>): AsyncGenerator<StoredRecord> {
  for await (const record of records) if (!theirs.has(record.id)) yield record
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
