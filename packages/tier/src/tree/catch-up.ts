import { candidatesOf, rangesOf } from '@peerwatch/trust-tree'
import { backOff, ServicesError } from '@peerwatch/link'
import { heldPieces } from './held-pieces.ts'
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
  /** The newest epoch that there can be, and the newest one that is over for certain. */
  readonly epochs: () => { readonly passed: number; readonly latest: number }
  /** Reports that come in for the range that this node owns. */
  readonly reportsPerSecond: () => number
}

/**
 * Makes this node's ranges the same as those of the other nodes that share them.
 *
 * After a start it compares all ranges. When a node that was out of reach comes back, it compares those shared with it. And once an epoch is over, it
 * compares that epoch, since a write that failed half-way may have left a record at one node alone.
 */
export interface CatchUp extends Part {
  /** False while, after a start, this node has to fetch a range from a node in reach. Until then others answer for the range. */
  readonly isDone: () => boolean
  /** Call it if a record of this epoch belongs here and could not be kept. */
  readonly missed: (epoch: number) => void
  /** Call it when this node has read what it gains by moves. */
  readonly gained: () => void
}

/** A range to fetch. It is named by its owner. */
interface Task {
  readonly owner: PeerIdString
  readonly from: PeerIdString
  readonly fromEpoch: number
  /** Set after a start, when this node may have lost all of the range. */
  readonly isFirst: boolean
  /** False: what this node lacks stays with the other node. */
  readonly pulls: boolean
  /** These places, whichever node owns them by now. */
  readonly range?: NodeRange
}

/** For so long after a start, nodes that have what is missing here may not be linked yet. */
const FIRST_LINKS_MS = 2_000
const RETRY_TIMES = { leastMs: 1_000, mostMs: 15_000 }

export function catchUp(core: Core, { store, shelf, tokens, links, reader, copies, epochs, reportsPerSecond }: CatchUpInit): CatchUp {
  const tasks = new Map<string, Task>()
  const downSince = new Map<PeerIdString, number>()
  let isEarly = false
  let callOffEarly: CallOff | undefined
  let stopListening: (() => void) | undefined
  const held = heldPieces(core.self, tokens, copies)

  const candidates = (range: NodeRange): readonly PeerIdString[] => (range.empty ? [] : candidatesOf(tokens.partition(), range.from, copies).current)
  const fetching = rangeFetch(core, { store, shelf, reader, copies, lastEpoch: () => epochs().latest, reportsPerSecond, candidates })
  const ownRanges = (): NodeRange[] => rangesOf(tokens.partition()).filter(range => candidates(range).includes(core.self))
  const add = (task: Task): void => {
    const key = `${task.owner}/${task.from}/${task.range?.from ?? ''}-${task.range?.to ?? ''}`
    tasks.set(key, both(task, tasks.get(key)))
  }
  /** Adds all ranges that this node shares with these nodes. */
  const addOf = (fromEpoch: number, isWanted: (node: PeerIdString) => boolean): void => {
    for (const range of ownRanges())
      for (const from of candidates(range).filter(isWanted)) add({ owner: range.node, from, fromEpoch, isFirst: false, pulls: true })
  }
  /** Undefined if a move has made the task void. */
  const rangeOf = ({ owner, from, range: given }: Task): NodeRange | undefined =>
    given ?? ownRanges().find(range => range.node === owner && candidates(range).includes(from))

  /** Resolves with true if the task is done or void. */
  const run = async (task: Task): Promise<boolean> => {
    const range = rangeOf(task)
    if (range == null) return true
    const link = links.link(task.from)
    if (link == null) return false
    try {
      await fetching.fetch(link, range, task.fromEpoch, { isPaced: !task.isFirst, isWhole: false, pulls: task.pulls })
      held.agreed()
      return true
    } catch (error) {
      if (!(error instanceof ServicesError) || error.code === 'refused') core.log.error('catching up with %s: %e', link.peer, error)
      return false
    }
  }
  const isRunnable = (task: Task): boolean => links.link(task.from)?.isUp() === true || rangeOf(task) == null
  const working = worker(core, tasks, { isRunnable, run })
  const { wake } = working
  /** Fetches from each of the other nodes. This node may have lost one of the acknowledged copies, and any other node may hold the only other copy. */
  const fetchFirst = (): void => {
    for (const { piece, from } of held.lacking()) {
      add({ owner: piece.node, from, fromEpoch: Math.max(0, store.floor() + 1), isFirst: true, pulls: true, range: piece })
    }
    wake()
  }
  /** Of two nodes that are to hold a range, each compares it with the node before it. A node that holds a range only in place of another gives what it has. */
  const closing = epochsClosing(core, epochs, fromEpoch => {
    for (const range of ownRanges()) {
      const list = candidates(range)
      const at = list.indexOf(core.self)
      for (const from of list.slice(0, Math.min(at, copies))) add({ owner: range.node, from, fromEpoch, isFirst: false, pulls: at < copies })
    }
    wake()
  })
  links.onDown(node => {
    // the epoch before: what was under way when the link broke
    if (!downSince.has(node)) downSince.set(node, epochs().passed - 1)
  })
  links.onUp(node => {
    const fromEpoch = downSince.get(node)
    downSince.delete(node)
    if (fromEpoch != null) addOf(fromEpoch, each => each === node)
    wake()
  })
  return {
    start: () => {
      working.start()
      closing.start()
      fetching.start()
      isEarly = true
      callOffEarly = core.health.after(FIRST_LINKS_MS, () => {
        isEarly = false
      })
      held.begin()
      stopListening = tokens.onChange(fetchFirst)
      fetchFirst()
    },
    stop: () => {
      working.stop()
      stopListening?.()
      closing.stop()
      fetching.stop()
      callOffEarly?.()
    },
    // Where nobody can be asked there is nobody better to answer either.
    isDone: () => ![...tasks.values()].some(task => task.isFirst && (isEarly || isRunnable(task))),
    gained: held.gained,
    missed: fromEpoch => {
      addOf(fromEpoch, each => each !== core.self)
      // not before writes have come to an end that fail
      working.later()
    }
  }
}

/** One task that does what both would. */
function both(task: Task, known: Task | undefined): Task {
  if (known == null) return task
  return { ...task, fromEpoch: Math.min(task.fromEpoch, known.fromEpoch), isFirst: task.isFirst || known.isFirst, pulls: task.pulls || known.pulls }
}

/** Tells once of each epoch that is over, and from which epoch on. */
function epochsClosing({ windows }: Pick<Core, 'windows'>, epochs: CatchUpInit['epochs'], closed: (fromEpoch: number) => void) {
  let told = 0
  let stop: (() => void) | undefined
  const last = (): number => epochs().passed - 1
  return {
    start: () => {
      told = last()
      stop = windows.onWindow(() => {
        if (last() <= told) return
        const from = told + 1
        told = last()
        closed(from)
      })
    },
    stop: () => stop?.()
  }
}

interface Work {
  readonly isRunnable: (task: Task) => boolean
  readonly run: (task: Task) => Promise<boolean>
}

/** Does one task after the other, and repeats those that failed. */
function worker(core: Core, tasks: Map<string, Task>, { isRunnable, run }: Work) {
  const tries = backOff(core, RETRY_TIMES)
  let isRunning = false
  let isWokenMeanwhile = false
  let isStopped = false
  let callOff: CallOff | undefined

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
  return {
    wake,
    /** Begins after a pause. If it is called again meanwhile, a new pause begins. */
    later: () => {
      if (isRunning || isStopped) return
      callOff?.()
      callOff = core.clock.after(tries.pauseMs(), wake)
    },
    start: () => {
      isStopped = false
    },
    stop: () => {
      isStopped = true
      callOff?.()
    }
  }
}
