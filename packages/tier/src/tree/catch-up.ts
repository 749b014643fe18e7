import { candidatesOf, rangesOf } from '@peerwatch/trust-tree'
import { pipe } from 'it-pipe'
import { backOff, ServicesError } from '@peerwatch/link'
import { delay } from '@peerwatch/model'
import type { CallOff, PeerIdString, RecordStore, StoredRecord } from '@peerwatch/model'
import type { NodeRange } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { TrustedLink } from './trusted-link.ts'
import type { TrustedLinks } from './trusted-links.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'
import type { TreeRecord } from './tree-record.ts'

export interface CatchUpInit {
  readonly store: RecordStore
  readonly shelf: Shelf
  readonly tokens: TokenBook
  readonly links: TrustedLinks
  readonly reader: RecordReader
  readonly copies: number
  readonly epochNow: () => number
  /** Reports that come in for the range that this node owns. */
  readonly reportsPerSecond: () => number
}

/** Fetches what this node missed: all of its ranges from all who share them after a start, those shared with a node that was out of reach since then. */
export interface CatchUp extends Part {
  /** False while after a start a range has to be fetched from a node that is in reach: until then others answer for it. */
  readonly isDone: () => boolean
}

/** A range to fetch, in the words of whom it belongs to. */
interface Task {
  readonly owner: PeerIdString
  readonly from: PeerIdString
  readonly fromEpoch: number
  /** After a start, when this node may have lost all of it. */
  readonly isFirst: boolean
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
const RETRY_TIMES = { leastMs: 1_000, mostMs: 15_000 }
/** Records under way to another node: they share its group commit. */
const PUSHED_AT_ONCE = 64
/**
 * After a lost link a node reads as many records a second as come in for its own range anyway, and at least so many: an outage that is over must not
 * make trusted nodes send many times what they send when all is well. After a start nothing is paced: until it has caught up, others answer for it.
 */
const PACED_LEAST_PER_SECOND = 20

export function catchUp(core: Core, { store, shelf, tokens, links, reader, copies, epochNow, reportsPerSecond }: CatchUpInit): CatchUp {
  const tasks = new Map<string, Task>()
  const downSince = new Map<PeerIdString, number>()
  const begun = new Map<string, Fetched>()
  let isRunning = false
  let isWokenMeanwhile = false
  let isStopped = false
  let stopping = new AbortController()
  const tries = backOff(core, RETRY_TIMES)
  let callOff: CallOff | undefined

  const candidates = (range: NodeRange): readonly PeerIdString[] => (range.empty ? [] : candidatesOf(tokens.partition(), range.from, copies).current)
  const ownRanges = (): NodeRange[] => rangesOf(tokens.partition()).filter(range => candidates(range).includes(core.self))
  const add = (task: Task): void => {
    const key = `${task.owner}/${task.from}`
    const known = tasks.get(key)
    tasks.set(key, { ...task, fromEpoch: Math.min(task.fromEpoch, known?.fromEpoch ?? task.fromEpoch), isFirst: task.isFirst || known?.isFirst === true })
  }
  /** Undefined where a move has made the task void. */
  const rangeOf = ({ owner, from }: Task): NodeRange | undefined => ownRanges().find(range => range.node === owner && candidates(range).includes(from))

  const put = async (range: NodeRange, page: readonly TreeRecord[]): Promise<void> => {
    // What this node owns it must have checked itself.
    const isOwner = range.node === core.self
    await Promise.all(page.map(async record => shelf.put(record, isOwner)))
  }
  /** Gives the other side what only this node holds, where the other one is to hold it. */
  const push = async (link: TrustedLink, range: NodeRange, fromEpoch: number, toEpoch: number, theirs: ReadonlySet<string>): Promise<number> => {
    if (!candidates(range).slice(0, copies).includes(link.peer)) return 0
    const isOwner = candidates(range)[0] === link.peer
    return pipe(
      reader.own(range, { fromEpoch, toEpoch }),
      held => without(held, theirs),
      missing => batched(missing, PUSHED_AT_ONCE),
      async batches => {
        let count = 0
        for await (const batch of batches) {
          await Promise.all(batch.map(async stored => link.put(reader.parse(stored), isOwner)))
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
  const fetchFrom = async (link: TrustedLink, range: NodeRange, { fromEpoch, isFirst }: Task): Promise<void> => {
    const first = Math.max(fromEpoch, store.floor() + 1, 0)
    const toEpoch = epochNow() + 1
    const key = `${link.peer}/${range.node}/${first}`
    const fetched: Fetched = begun.get(key) ?? { next: new Uint8Array(), theirs: new Set(), count: 0, toEpoch }
    begun.set(key, fetched)
    if (!fetched.isRead) {
      for await (const { records, next } of reader.pages(link, range, { fromEpoch: first, toEpoch: fetched.toEpoch }, fetched.next)) {
        if (isStopped) return
        await put(range, records)
        fetched.next = next
        fetched.count += records.length
        if (fetched.count <= PUSH_COMPARED_MOST) for (const { stored } of records) fetched.theirs.add(stored.id)
        if (!isFirst) await rest(records.length)
      }
      fetched.isRead = true
    }
    const pushed = fetched.count <= PUSH_COMPARED_MOST ? await push(link, range, first, fetched.toEpoch, fetched.theirs) : 0
    begun.delete(key)
    core.log('caught up with %s from epoch %d: %d records of the range of %s read, %d pushed', link.peer, first, fetched.count, range.node, pushed)
  }
  /** True when the task is done with, or void. */
  const run = async (task: Task): Promise<boolean> => {
    const range = rangeOf(task)
    if (range == null) return true
    const link = links.link(task.from)
    if (link == null) return false
    try {
      await fetchFrom(link, range, task)
      return true
    } catch (error) {
      if (!(error instanceof ServicesError) || error.code === 'refused') core.log.error('catching up with %s: %e', link.peer, error)
      return false
    }
  }
  const isRunnable = (task: Task): boolean => links.link(task.from)?.isUp() === true || rangeOf(task) == null
  const work = async (): Promise<void> => {
    // a link that comes up meanwhile may be that of a task that was passed over
    isWokenMeanwhile = isRunning
    if (isRunning) return
    isRunning = true
    let isLeft = false
    for (const [key, task] of Array.from(tasks)) {
      if (isStopped) break
      if (!isRunnable(task)) continue
      const isDone = await run(task)
      if (isDone && tasks.get(key) === task) tasks.delete(key)
      else isLeft = true
    }
    isRunning = false
    callOff?.()
    if (!isLeft) tries.opened()
    if (isWokenMeanwhile && !isStopped) wake()
    else if (isLeft && !isStopped) callOff = core.clock.after(tries.pauseMs(), wake)
  }
  const wake = (): void => {
    work().catch((error: unknown) => {
      isRunning = false
      core.log.error('catching up: %e', error)
    })
  }
  links.onDown(node => {
    // the epoch before: what was under way when the link broke
    if (!downSince.has(node)) downSince.set(node, epochNow() - 1)
  })
  links.onUp(node => {
    const fromEpoch = downSince.get(node)
    downSince.delete(node)
    if (fromEpoch != null)
      for (const range of ownRanges()) if (candidates(range).includes(node)) add({ owner: range.node, from: node, fromEpoch, isFirst: false })
    wake()
  })
  return {
    start: () => {
      isStopped = false
      stopping = new AbortController()
      // of each of the others: of the copies that were acknowledged this node may have lost one, and any of them may hold the only other
      for (const range of ownRanges()) {
        for (const from of candidates(range)) {
          if (from !== core.self) add({ owner: range.node, from, fromEpoch: Math.max(0, store.floor() + 1), isFirst: true })
        }
      }
      wake()
    },
    stop: () => {
      isStopped = true
      stopping.abort()
      callOff?.()
      begun.clear()
    },
    // Where nobody can be asked there is nobody better to answer either.
    isDone: () => ![...tasks.values()].some(task => task.isFirst && isRunnable(task))
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
