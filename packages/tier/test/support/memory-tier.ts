import { memoryRecordStore } from '@peerwatch/store/testing'
import { ServicesError } from '@peerwatch/link'
import { erasures } from '../../src/erasure/erasures.ts'
import { catchUp } from '../../src/tree/catch-up.ts'
import { compared } from '../../src/tree/comparing.ts'
import { recordReader } from '../../src/tree/reader.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { stampBook } from '../../src/entry/stamps.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import { callOver } from './call-over.ts'
import { bareCore } from '../../../peer/test/support/reports.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { ManualClock } from '@peerwatch/model/testing'
import type { Partition } from '@peerwatch/trust-tree'
import type { Erasures } from '../../src/erasure/erasures.ts'
import type { CatchUp } from '../../src/tree/catch-up.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { TrustedLinks } from '../../src/tree/trusted-links.ts'
import type { RecordReader } from '../../src/tree/reader.ts'
import type { Shelf } from '../../src/tree/shelf.ts'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { Core } from '@peerwatch/link'
import type { BookOfReports } from '../../../peer/test/support/reports.ts'

/** Trusted nodes with everything but sockets and clocks: a call is a turn of the event loop, and an outage takes a word. */
export interface MemoryTier {
  readonly nodes: readonly PeerIdString[]
  readonly partition: () => Partition
  readonly store: (node: PeerIdString) => RecordStore
  readonly isLinked: (node: PeerIdString) => boolean
  readonly isCaughtUp: (node: PeerIdString) => boolean
  readonly unlink: (node: PeerIdString) => void
  /** At so many calls from now that the node makes or answers. */
  readonly unlinkAfter: (node: PeerIdString, calls: number) => void
  /** The next so many calls that the node makes or answers take too long. */
  readonly loseCalls: (node: PeerIdString, calls: number) => void
  readonly link: (node: PeerIdString) => void
  /** An operator hands the authority's word to this node; the others hear of it with the next round, where they are linked. */
  readonly erase: (node: PeerIdString, encoded: Uint8Array, peer: PeerIdString) => Promise<unknown>
  readonly restart: (node: PeerIdString, losesDisk: boolean) => Promise<void>
  /** One more epoch is over. */
  readonly endEpoch: () => void
  /** Lets what is under way go on, and moves the clock by what a retry waits. */
  readonly round: () => Promise<void>
  readonly stop: () => Promise<void>
}

interface Running {
  readonly store: RecordStore
  readonly shelf: Shelf
  readonly reader: RecordReader
  readonly caught: CatchUp
  readonly erasing: Erasures
  readonly others: TrustedLinks['others']
  readonly tell: { readonly up: (node: PeerIdString) => void; readonly down: (node: PeerIdString) => void }
}

const TURNS = 20
const RETRY_MS = 1_000

async function turn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}

type NodeListener = (node: PeerIdString) => void

function subscribed(listeners: Set<NodeListener>): (listener: NodeListener) => () => void {
  return listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}

function told(listeners: ReadonlySet<NodeListener>): NodeListener {
  return node => {
    for (const listener of listeners) listener(node)
  }
}

export async function memoryTier(book: BookOfReports, init: { clock: ManualClock; copies: number; epochNow: number }): Promise<MemoryTier> {
  const { keys, placement, parser } = book
  const { clock, copies } = init
  let { epochNow } = init
  const windowListeners = new Set<() => void>()
  const cores = new Map<PeerIdString, { core: Core; tokens: TokenBook }>()
  for (const key of keys.trusted) {
    const core = await bareCore(keys, key, clock)
    const tokens = tokenBook(core)
    await tokens.load()
    cores.set(core.self, { core, tokens })
  }
  const nodes = [...cores.keys()]
  const running = new Map<PeerIdString, Running>()
  const linked = new Set<PeerIdString>()
  const underWay = { count: 0 }
  /** Signatures are checked on other threads: that takes time, not turns. */
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    underWay.count++
    try {
      return await work
    } finally {
      underWay.count--
    }
  }
  const callsLeft = new Map<PeerIdString, number>()
  const callsLost = new Map<PeerIdString, number>()

  const unlink = (node: PeerIdString): void => {
    callsLeft.delete(node)
    if (!linked.delete(node)) return
    for (const other of linked) {
      running.get(other)?.erasing.unheard(node)
      running.get(node)?.erasing.unheard(other)
      running.get(other)?.tell.down(node)
      running.get(node)?.tell.down(other)
    }
  }
  const link = (node: PeerIdString): void => {
    callsLeft.delete(node)
    if (linked.has(node)) return
    const others = [...linked]
    linked.add(node)
    for (const other of others) {
      running.get(other)?.tell.up(node)
      running.get(node)?.tell.up(other)
    }
  }
  /** The hellos of one ping. */
  const greetAll = async (): Promise<void> => {
    for (const from of nodes) {
      for (const to of nodes) {
        if (from === to || !linked.has(from) || !linked.has(to) || [from, to].filter(isLost).length > 0) continue
        await running.get(to)?.erasing.hear(from, running.get(from)!.erasing.told(to))
      }
    }
  }
  const count = (node: PeerIdString): void => {
    const left = callsLeft.get(node)
    if (left == null) return
    callsLeft.set(node, left - 1)
    if (left <= 1) unlink(node)
  }
  const isLost = (node: PeerIdString): boolean => {
    const left = callsLost.get(node) ?? 0
    callsLost.set(node, Math.max(0, left - 1))
    return left > 0
  }
  const linkTo = (self: PeerIdString, peer: PeerIdString, owner: () => Running | undefined): TrustedLink => {
    const isUp = (): boolean => linked.has(self) && linked.has(peer) && running.get(self) === owner()
    const reached = async (): Promise<Running> => {
      await turn()
      count(self)
      count(peer)
      const other = running.get(peer)
      if ([self, peer].filter(isLost).length > 0 || !isUp() || other == null) throw new ServicesError('no-route', `${peer} does not answer`)
      return other
    }
    const call = callOver(cores.get(self)!.core, peer, async () => {
      const other = await reached()
      return { page: other.reader.serve, compare: async asked => compared(other.store, asked) }
    })
    const put: TrustedLink['put'] = async record => (await reached()).shelf.put(record)
    return {
      peer,
      isUp,
      call,
      put,
      load: () => undefined,
      answerMs: () => undefined,
      greet: async () => {},
      nudge: () => {},
      start: () => {},
      stop: async () => {}
    }
  }
  const onWindow: Core['windows']['onWindow'] = listener => {
    const tell = (): void => listener(1)
    windowListeners.add(tell)
    return () => windowListeners.delete(tell)
  }
  const begin = async (self: PeerIdString, store: RecordStore): Promise<void> => {
    const { core: bare, tokens } = cores.get(self)!
    const core: Core = { ...bare, windows: { ...bare.windows, onWindow } }
    const upListeners = new Set<NodeListener>()
    const downListeners = new Set<NodeListener>()
    let mine: Running | undefined
    const all = new Map(nodes.filter(node => node !== self).map(node => [node, linkTo(self, node, () => mine)]))
    const links: TrustedLinks = {
      link: node => all.get(node),
      others: () => [...all.values()],
      outOfReach: node => node !== self && !linked.has(node),
      onUp: subscribed(upListeners),
      onDown: subscribed(downListeners)
    }
    const bareShelf = shelf(core, store, stampBook(core), { span: () => undefined }, parser)
    const shelved: Shelf = { ...bareShelf, put: async record => counted(bareShelf.put(record)) }
    const reader = recordReader(core, { store, tokens, links, placement, parser, copies, isCaughtUp: () => true })
    const erasing = erasures(core, { store, placement, hasCase: () => false, latestEpoch: () => epochNow })
    const caught = catchUp(core, {
      store,
      shelf: shelved,
      tokens,
      links,
      reader,
      copies,
      epochs: () => ({ passed: epochNow, latest: epochNow }),
      reportsPerSecond: () => 0
    })
    mine = { store, shelf: shelved, reader, caught, erasing, others: links.others, tell: { up: told(upListeners), down: told(downListeners) } }
    running.set(self, mine)
    await erasing.beforeStart?.()
    await caught.start?.()
  }
  for (const node of nodes) await begin(node, memoryRecordStore())
  for (const node of nodes) link(node)
  return {
    nodes,
    partition: () => cores.get(nodes[0]!)!.tokens.partition(),
    store: node => running.get(node)!.store,
    isLinked: node => linked.has(node),
    isCaughtUp: node => running.get(node)!.caught.isDone() && running.get(node)!.erasing.hasHeard(running.get(node)!.others()),
    erase: async (node, encoded, peer) => running.get(node)!.erasing.publish(encoded, peer),
    unlink,
    unlinkAfter: (node, calls) => {
      if (linked.has(node)) callsLeft.set(node, calls)
    },
    loseCalls: (node, calls) => {
      callsLost.set(node, calls)
    },
    link,
    endEpoch: () => {
      epochNow++
      for (const tell of windowListeners) tell()
    },
    restart: async (node, losesDisk) => {
      const { caught, store } = running.get(node)!
      unlink(node)
      await caught.stop?.()
      const { datastore } = cores.get(node)!.core.components
      if (losesDisk) for await (const { key } of datastore.query({ prefix: '/peerwatch/tree/erasure' })) await datastore.delete(key)
      await begin(node, losesDisk ? memoryRecordStore() : store)
      link(node)
    },
    round: async () => {
      await greetAll()
      for (let turns = 0; turns < TURNS || underWay.count > 0; turns++) await turn()
      clock.advance(RETRY_MS)
    },
    stop: async () => {
      for (const { caught } of running.values()) await caught.stop?.()
    }
  }
}
