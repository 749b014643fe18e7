import { createHook } from 'node:async_hooks'
import { manualClock } from '@peerwatch/model/testing'
import { makeCall } from '@peerwatch/link'
import { memoryRecordStore } from '@peerwatch/store/testing'
import { candidatesOf } from '@peerwatch/trust-tree'
import { answering } from '../../src/tree/answering.ts'
import { compared } from '../../src/tree/comparing.ts'
import { balancing } from '../../src/tree/balancing.ts'
import { cutting } from '../../src/tree/cutting.ts'
import { tierTable } from '../../src/tree/calls.ts'
import { exchange } from '../../src/tree/exchange.ts'
import { loadMeter } from '../../src/tree/load-meter.ts'
import { rangeFetch } from '../../src/tree/range-fetch.ts'
import { recordReader } from '../../src/tree/reader.ts'
import { settling } from '../../src/tree/settling.ts'
import { shelf } from '../../src/tree/shelf.ts'
import { tokenBook } from '../../src/tree/token-book.ts'
import { recordMessage } from '../../src/tree/tree-record.ts'
import { views } from '../../src/tree/views.ts'
import { durableWriter } from '../../src/tree/writer.ts'
import { stampBook } from '../../src/entry/stamps.ts'
import { bareCore } from '../../../peer/test/support/reports.ts'
import type { PeerIdString, Place } from '@peerwatch/model'
import type { TreeRequest, TreeResponse } from '@peerwatch/wire'
import type { TierParts } from '../../src/tree/calls.ts'
import type { Exchange, TreeCaller } from '../../src/tree/exchange.ts'
import type { RecordReader } from '../../src/tree/reader.ts'
import type { TokenBook } from '../../src/tree/token-book.ts'
import type { TrustedLink } from '../../src/tree/trusted-link.ts'
import type { TrustedLinks } from '../../src/tree/trusted-links.ts'
import type { Views } from '../../src/tree/views.ts'
import type { DurableWrite } from '../../src/tree/writer.ts'
import type { BookOfReports } from '../../../peer/test/support/reports.ts'

/** What one node asked another, and what it answered. */
export type Heard = (from: PeerIdString, to: PeerIdString, request: TreeRequest, response: TreeResponse) => void

export interface WiredNode {
  readonly self: PeerIdString
  readonly tokens: TokenBook
  readonly write: DurableWrite
  readonly reader: RecordReader
  readonly count: (place: Place) => void
  /** A window ends: the node looks whether its start should move. */
  readonly tick: () => void
}

/** Trusted nodes with all that a move takes, and no sockets: one request at a time is under way, always in the same order. */
export interface WiredTier {
  readonly nodes: readonly WiredNode[]
  readonly clock: ReturnType<typeof manualClock>
  /** Until nobody has anything more to say. */
  readonly quiet: () => Promise<void>
  /** Each greets all others. */
  readonly begin: () => Promise<void>
  /** Lets so many requests through. */
  readonly step: (count: number) => Promise<void>
}

interface Waiting {
  readonly key: string
  readonly run: () => Promise<void>
}

const TURNS = 12
/** What does not come to rest by then never does. */
const ENDLESS = 10_000

/** Signatures that Node signs or looks at: on a thread of libuv, for as long as the machine needs, where somebody is called when it is done. */
const signatures = new Map<number, object>()
createHook({
  init: (id, type, _trigger, job) => {
    if (type === 'SIGNREQUEST') signatures.set(id, job)
  },
  before: id => {
    signatures.delete(id)
  }
}).enable()

function areChecksUnderWay(): boolean {
  for (const [id, job] of signatures) if (!('ondone' in job)) signatures.delete(id)
  return signatures.size > 0
}

/** One request after the other: the next one is chosen when all that the last one brought about has come to rest. */
function oneByOne() {
  const waiting: Waiting[] = []
  const work = { underWay: 0 }
  let round = 0
  const counted = async <T>(promise: Promise<T>): Promise<T> => {
    work.underWay++
    try {
      return await promise
    } finally {
      work.underWay--
    }
  }
  const rest = async (): Promise<void> => {
    for (let turns = 0; turns < TURNS; turns = work.underWay > 0 || areChecksUnderWay() ? 0 : turns + 1) await new Promise(setImmediate)
  }
  const step = async (count: number): Promise<void> => {
    await rest()
    for (let done = 0; done < count && waiting.length > 0; done++) {
      const next = waiting.reduce((first, each) => (each.key < first.key ? each : first))
      waiting.splice(waiting.indexOf(next), 1)
      round++
      await next.run()
      await rest()
    }
  }
  const asked = async <T>(key: string, ask: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push({ key: `${String(round).padStart(6, '0')} ${key}`, run: async () => ask().then(resolve, reject) })
    })
  return { counted, step, asked }
}

type Queue = ReturnType<typeof oneByOne>

interface Ground {
  readonly book: BookOfReports
  readonly clock: ReturnType<typeof manualClock>
  readonly copies: number
  readonly queue: Queue
  readonly coolDownMs: number
}

async function wiredNode(
  index: number,
  names: () => readonly WiredInside[],
  heard: Heard,
  { book, clock, copies, queue, coolDownMs }: Ground
): Promise<WiredInside> {
  const { keys, placement, parser } = book
  const core = await bareCore(keys, keys.trusted[index], clock)
  const bookOfTokens = tokenBook(core)
  await bookOfTokens.load()
  const tokens: TokenBook = { ...bookOfTokens, place: async (...args) => queue.counted(bookOfTokens.place(...args)) }
  const store = memoryRecordStore()
  const bare = shelf(core, store, stampBook(core), { span: () => undefined }, parser)
  const shelved = { ...bare, put: async (record: Parameters<typeof bare.put>[0]) => queue.counted(bare.put(record)) }
  const load = loadMeter(core)
  const ups = new Set<(node: PeerIdString) => void>()
  const exchanges = new Map<PeerIdString, Exchange>()
  const all = new Map<PeerIdString, TrustedLink>()
  const links: TrustedLinks = {
    link: node => all.get(node),
    others: () => [...all.values()],
    outOfReach: node => node !== core.self && exchanges.get(node)?.isUp() !== true,
    onUp: listener => {
      ups.add(listener)
      return () => ups.delete(listener)
    },
    onDown: () => () => {}
  }
  const clocks = { hear: () => {}, hello: () => ({ window: 0, windowOffsetMs: 0 }) }
  const seen = views(core, {
    tokens,
    clocks,
    settling: { told: () => settles.told(), hear: (from, told) => settles.hear(from, told) },
    erasures: { told: () => ({ digest: new Uint8Array(), signed: [], keptFromEpoch: 0 }), hear: async () => {} },
    reportsPerSecond: load.perSecond
  })
  const view: Views = { ...seen, merge: async (...told) => queue.counted(seen.merge(...told)) }
  const reader = recordReader(core, { store, tokens, links, placement, parser, copies, isCaughtUp: () => true })
  const fetching = rangeFetch(core, {
    store,
    shelf: shelved,
    reader,
    copies,
    lastEpoch: () => Math.max(...book.stored.map(({ epoch }) => epoch)),
    reportsPerSecond: load.perSecond,
    candidates: range => candidatesOf(tokens.partition(), range.from, copies).current
  })
  const settles = settling(core, { tokens, links, fetching, copies, isCaughtUp: () => true })
  const ticks: (() => void)[] = []
  const windows = {
    ...core.windows,
    onWindow: (listener: (window: number) => void) => {
      ticks.push(() => listener(1))
      return () => {}
    }
  }
  const splitAt = cutting(core, { tokens, load })
  const evens = balancing({ ...core, windows }, { tokens, links, load, splitAt, isCaughtUp: () => true, coolDownMs })
  const takeIn: TierParts['takeIn'] = async message => shelved.put(parser.message(message))
  const parts = {
    takeIn,
    page: async asked => reader.serve(asked),
    compare: async asked => compared(store, asked),
    isCaughtUp: () => true,
    splitAt
  } as TierParts
  const answer = answering(core, view, { table: tierTable, parts })
  const linkTo = ({ self, answers }: WiredInside): void => {
    const told = exchange(self, { ...view, clock, health: core.health, onUp: () => ups.forEach(tell => tell(self)), onDown: () => {} })
    let asked = 0
    const call: TreeCaller['call'] = async request =>
      queue.asked(
        `${names().findIndex(each => each.self === core.self)} ${names().findIndex(each => each.self === self)} ${String(++asked).padStart(6, '0')}`,
        async () => {
          const { request: asks, response: says } = tierTable
          const sent = asks.decode(asks.encode({ id: 1, ...request }))
          const response = says.decode(says.encode({ id: 1, ...(await answers(core.self, sent)) }))
          heard(core.self, self, sent, response)
          return response
        }
      )
    told.use({ call, close: async () => {} } as unknown as TreeCaller)
    exchanges.set(self, told)
    const named = { peer: self, exchange: told.ask }
    const link = {
      peer: self,
      isUp: told.isUp,
      call: async (name: never, value: never) => makeCall(core, tierTable, named, name, value),
      put: async (record, isCopy) => (await makeCall(core, tierTable, named, 'write', { records: [recordMessage(record, isCopy)] }))[0]!,
      load: told.load,
      answerMs: told.answerMs,
      greet: async () => {
        await told.ask({ hello: view.hello(false, self) }).catch(() => {})
      },
      nudge: () => {},
      start: () => {},
      stop: async () => {}
    } as TrustedLink
    all.set(self, link)
  }
  let ownToken = tokens.token(core.self)?.hash
  // as the real links do: what a node says anew of itself it says at once
  tokens.onChange(() => {
    const hash = tokens.token(core.self)?.hash
    if (hash === ownToken) return
    ownToken = hash
    for (const link of all.values()) void link.greet()
  })
  return {
    self: core.self,
    tokens,
    reader,
    write: durableWriter(core, { tokens, links, shelf: shelved, copies }),
    count: load.count,
    tick: () => {
      for (const tick of ticks) tick()
      clock.advance(core.windows.windowMs / 2)
    },
    answers: async (from, request) => answer(from, request),
    linkTo,
    begin: async () => {
      await settles.start?.()
      await evens.start?.()
      for (const told of exchanges.values()) void told.introduce().catch(() => {})
    }
  }
}

interface WiredInside extends WiredNode {
  readonly answers: (from: PeerIdString, request: TreeRequest) => Promise<Partial<TreeResponse>>
  readonly linkTo: (other: WiredInside) => void
  readonly begin: () => Promise<void>
}

export async function wiredTier(book: BookOfReports, { copies, coolDownMs, heard }: { copies: number; coolDownMs: number; heard: Heard }): Promise<WiredTier> {
  const clock = manualClock(book.stored[0]!.window * book.core.windows.windowMs)
  const queue = oneByOne()
  const nodes: WiredInside[] = []
  for (const [index] of book.keys.trusted.entries()) nodes.push(await wiredNode(index, () => nodes, heard, { book, clock, copies, queue, coolDownMs }))
  const [{ tokens }] = nodes as [WiredInside]
  const order = tokens.partition().ring.map(({ node }) => node)
  nodes.sort((one, other) => order.indexOf(one.self) - order.indexOf(other.self))
  for (const one of nodes) for (const other of nodes) if (one !== other) one.linkTo(other)
  const quiet = async (): Promise<void> => queue.step(ENDLESS)
  const begin = async (): Promise<void> => {
    for (const node of nodes) await node.begin()
    await quiet()
  }
  return { nodes, clock, begin, quiet, step: queue.step }
}
