import { candidatesOf, rangesOf } from '@peerwatch/trust-tree'
import { backOff, ServicesError } from '@peerwatch/link'
import { rangeFetch } from './range-fetch.ts'
import type { CallOff, PeerIdString, RecordStore } from '@peerwatch/model'
import type { NodeRange } from '@peerwatch/trust-tree'
import type { Core, Part } from '@peerwatch/link'
import type { TrustedLinks } from './trusted-links.ts'
import type { RecordReader } from './reader.ts'
import type { Shelf } from './shelf.ts'
import type { TokenBook } from './token-book.ts'

export interface CatchUpInit {
  readonly store: RecordStore
  readonly shelf: Shelf
  readonly tokens: TokenBook
  readonly links: TrustedLinks
  readonly reader: RecordReader
  readonly copies: number
  /** The newest epoch that there can be, and one that is over for certain. */
  readonly epochs: () => { readonly passed: number; readonly latest: number }
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

/** After a start so long others may not be linked yet that have what is missing here. */
const FIRST_LINKS_MS = 2_000
const RETRY_TIMES = { leastMs: 1_000, mostMs: 15_000 }

export function catchUp(core: Core, { store, shelf, tokens, links, reader, copies, epochs, reportsPerSecond }: CatchUpInit): CatchUp {
  const tasks = new Map<string, Task>()
  const downSince = new Map<PeerIdString, number>()
  let isRunning = false
  let isWokenMeanwhile = false
  let isStopped = false
  const tries = backOff(core, RETRY_TIMES)
  let callOff: CallOff | undefined
  let isEarly = false
  let callOffEarly: CallOff | undefined

  const candidates = (range: NodeRange): readonly PeerIdString[] => (range.empty ? [] : candidatesOf(tokens.partition(), range.from, copies).current)
  const fetching = rangeFetch(core, { store, shelf, reader, copies, lastEpoch: () => epochs().latest, reportsPerSecond, candidates })
  const ownRanges = (): NodeRange[] => rangesOf(tokens.partition()).filter(range => candidates(range).includes(core.self))
  const add = (task: Task): void => {
    const key = `${task.owner}/${task.from}`
    const known = tasks.get(key)
    tasks.set(key, { ...task, fromEpoch: Math.min(task.fromEpoch, known?.fromEpoch ?? task.fromEpoch), isFirst: task.isFirst || known?.isFirst === true })
  }
  /** Undefined where a move has made the task void. */
  const rangeOf = ({ owner, from }: Task): NodeRange | undefined => ownRanges().find(range => range.node === owner && candidates(range).includes(from))

  /** True when the task is done with, or void. */
  const run = async (task: Task): Promise<boolean> => {
    const range = rangeOf(task)
    if (range == null) return true
    const link = links.link(task.from)
    if (link == null) return false
    try {
      await fetching.fetch(link, range, task.fromEpoch, { isPaced: !task.isFirst, isWhole: false })
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
    if (!downSince.has(node)) downSince.set(node, epochs().passed - 1)
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
      fetching.start()
      isEarly = true
      callOffEarly = core.health.after(FIRST_LINKS_MS, () => {
        isEarly = false
      })
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
      fetching.stop()
      callOff?.()
      callOffEarly?.()
    },
    // Where nobody can be asked there is nobody better to answer either.
    isDone: () => ![...tasks.values()].some(task => task.isFirst && (isEarly || isRunnable(task)))
  }
}
