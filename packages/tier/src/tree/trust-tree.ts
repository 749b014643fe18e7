import { epochOf } from '@peerwatch/model'
import { DEFAULT_COPIES, candidatesOf } from '@peerwatch/trust-tree'
import { Refusal, ServicesError } from '@peerwatch/link'
import { tierTable } from './calls.ts'
import { catchUp } from './catch-up.ts'
import { trustedLinks } from './trusted-links.ts'
import { holders } from './holders.ts'
import { loadMeter } from './load-meter.ts'
import { memberClocks } from './member-clocks.ts'
import { placement } from './placement.ts'
import { recordReader } from './reader.ts'
import { retention } from './retention.ts'
import { moving } from './moving.ts'
import { shelf } from './shelf.ts'
import { standingAsker } from './standing-asker.ts'
import { stampBook } from '../entry/stamps.ts'
import { treeStatus } from './status.ts'
import { tokenBook } from './token-book.ts'
import { recordParser } from './tree-record.ts'
import { durableWriter } from './writer.ts'
import type { PeerIdString, RecordStore } from '@peerwatch/model'
import type { RecordMessage } from '@peerwatch/wire'
import type { AnswerOf, AskOf, CoarseStanding, Core, NewsName, Part, RegistryView } from '@peerwatch/link'
import type { JudgeCalls, TierCalls } from './calls.ts'
import type { Holders } from './holders.ts'
import type { LinkTimes } from './trusted-link.ts'
import type { MemberClocks } from './member-clocks.ts'
import type { Placement } from './placement.ts'
import type { EpochSpan, ReadResult } from './reader.ts'
import type { ReportListener, Shelf } from './shelf.ts'
import type { StampBook } from '../entry/stamps.ts'
import type { TreeStatus } from './status.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser, TreeRecord, WriteOutcome } from './tree-record.ts'
import type { DurableOutcome } from './writer.ts'

export interface TrustTreeInit {
  /** The secret of the trusted nodes. */
  readonly pepper: Uint8Array
  /** Opened by the node; not closed here. */
  readonly store: RecordStore
  readonly registry: Pick<RegistryView, 'find'>
  /** Durable copies that an acknowledgement needs. */
  readonly copies?: number
  readonly times?: Partial<LinkTimes>
  /** Least time between two moves that even the loads out. */
  readonly coolDownMs?: number
}

/** Whatever is held is read, however far this node's own clock is behind. */
const LAST_EPOCH = 0xffff_ffff

const NO_JUDGE: JudgeCalls = {
  case: () => {},
  finding: () => {},
  certificate: () => {},
  propose: async () => new Refusal('refused', 'this node has no judge'),
  standing: () => undefined
}

/** This node's part in the trusted tier. Listeners and the judge are set before `start`, which hands over what is stored. */
export interface TrustTree extends Part, Holders {
  readonly placement: Placement
  readonly stamps: StampBook
  readonly parser: RecordParser
  readonly clocks: MemberClocks
  readonly outOfReach: (node: PeerIdString) => boolean
  /** Never rejects. */
  readonly write: (record: TreeRecord) => Promise<DurableOutcome>
  readonly read: (subject: PeerIdString, span?: EpochSpan) => Promise<ReadResult>
  /** Each report that this node holds, once: as it is stored, and at the start those stored before. */
  readonly onReport: (listener: ReportListener) => () => void
  /** Lets the judge answer from now on; without one a node signs nothing and knows no standing. */
  readonly serve: (judge: Partial<JudgeCalls>) => void
  /** Makes a call of the table. Rejects with ServicesError: `refused` where the node says no, else where no answer came. */
  readonly call: <Name extends keyof TierCalls>(node: PeerIdString, name: Name, ask: AskOf<TierCalls, Name>) => Promise<AnswerOf<TierCalls, Name>>
  /** Tells all others in reach, once. */
  readonly broadcast: <Name extends NewsName<TierCalls>>(name: Name, news: AskOf<TierCalls, Name>) => void
  /** Keeps a signed finding at the candidates of its subject; never rejects. */
  readonly writeRecord: (kind: 'finding', subject: PeerIdString, signed: Uint8Array) => Promise<DurableOutcome>
  /** HMAC-SHA-256 with the pepper over the parts, one after the other. */
  readonly hmac: (...parts: Uint8Array[]) => Uint8Array
  /** What the acting owner says of a subject; undefined where nobody answers. */
  readonly standing: (subject: PeerIdString) => CoarseStanding | undefined | Promise<CoarseStanding | undefined>
  readonly status: () => TreeStatus
  readonly isCaughtUp: () => boolean
}

export function trustTree(core: Core, init: TrustTreeInit): TrustTree {
  const { store, copies = DEFAULT_COPIES } = init
  const placing = placement(init.pepper)
  const tokens = tokenBook(core)
  const stamps = stampBook(core)
  const parser = recordParser(core, placing)
  const clocks = memberClocks(core)
  const shelved = shelf(core, store, stamps, clocks, parser.stored)
  const load = loadMeter(core)
  const epochs = (): Epochs => epochsOf(core, clocks)
  const judge = { ...NO_JUDGE }
  const isCaughtUp = (): boolean => caught.isDone()

  const { owner, candidates, holding, isHolding, isActing } = holders(core, {
    tokens,
    placement: placing,
    copies,
    isCaughtUp,
    outOfReach: node => links.outOfReach(node)
  })
  const live = countingShelf(shelved, ({ subject, stored }) => {
    if (owner(subject) === core.self) load.count(stored.place)
  })
  const takeIn = receiver(core, { tokens, parser, shelf: shelved, live, copies })
  const links = trustedLinks(core, {
    registry: init.registry,
    tokens,
    clocks,
    settling: { told: () => moves.told(), hear: (from, told) => moves.hear(from, told) },
    ...(init.times != null && { times: init.times }),
    reportsPerSecond: load.perSecond,
    table: tierTable,
    parts: { takeIn, page: async asked => reader.serve(asked), isCaughtUp, splitAt: share => moves.splitAt(share), judge }
  })
  const reader = recordReader(core, { store, tokens, links, placement: placing, parser, copies, isCaughtUp })
  const write = durableWriter(core, { tokens, links, shelf: live, copies })
  const caught = catchUp(core, { store, shelf: shelved, tokens, links, reader, copies, epochs, reportsPerSecond: load.perSecond })
  const { coolDownMs } = init
  const latest = (): number => epochs().latest
  const moves = moving(core, { store, shelf: shelved, tokens, links, reader, load, copies, isCaughtUp, latest, ...(coolDownMs != null && { coolDownMs }) })
  const parts: readonly Part[] = [clocks, retention(core, store, clocks), links, caught, moves]

  shelved.onFinding(encoded => {
    judge.finding(encoded)
  })
  const call: TrustTree['call'] = async (node, name, ask) => {
    const link = links.link(node)
    if (link == null) throw new ServicesError('no-route', `${node} is no other roster member`)
    return link.call(name, ask)
  }
  const askStanding = standingAsker(core, { candidates, outOfReach: links.outOfReach, ask: async (node, subject) => call(node, 'standingOf', subject) })
  return {
    placement: placing,
    stamps,
    parser,
    clocks,
    owner,
    candidates,
    holding,
    isHolding,
    isActing,
    outOfReach: links.outOfReach,
    write,
    read: async (subject, span) => reader.subject(subject, span ?? { fromEpoch: Math.max(0, store.floor() + 1), toEpoch: LAST_EPOCH }),
    onReport: shelved.onReport,
    serve: calls => {
      Object.assign(judge, NO_JUDGE, calls)
    },
    call,
    broadcast: (name, news) => {
      for (const link of links.others()) if (link.isUp()) link.call(name, news).catch((error: unknown) => core.log('broadcast to %s: %s', link.peer, error))
    },
    writeRecord: async (_kind, _subject, signed) => {
      try {
        return await write(parser.finding(signed))
      } catch (error) {
        core.log.error('a finding of ours is malformed: %e', error)
        return 'refused'
      }
    },
    hmac: placing.keyed,
    standing: subject => (isHolding(subject) ? judge.standing(subject) : undefined) ?? askStanding(subject),
    status: () => treeStatus(core, { tokens, links, copies, ownLoad: load.perSecond, isCaughtUp, awaited: moves.awaited }),
    isCaughtUp,
    beforeStart: async () => {
      await tokens.load()
      for (const part of parts) await part.beforeStart?.()
    },
    start: async () => {
      // Before others are asked or answered: what the judge knows must not begin with the newest.
      await shelved.fold(LAST_EPOCH)
      for (const part of parts) await part.start?.()
    },
    stop: async () => {
      for (const part of parts.toReversed()) await part.stop?.()
    }
  }
}

interface Epochs {
  readonly passed: number
  readonly latest: number
}

/** By the clocks of the quorum where they are known: what there is to fetch does not depend on this node's own clock. */
function epochsOf({ windows, network }: Core, clocks: MemberClocks): Epochs {
  const { window } = windows.now()
  const { passed = window, latest = window } = clocks.span() ?? {}
  const { epochWindows } = network.roster.preset
  return { passed: epochOf(passed, epochWindows), latest: epochOf(latest, epochWindows) }
}

/** Tells of each report that is written now: what is fetched of others, or read at the start, is no load. */
function countingShelf({ put, objection }: Shelf, count: (record: TreeRecord) => void): Pick<Shelf, 'put' | 'objection'> {
  return {
    objection,
    put: async record => {
      const outcome = await put(record)
      if (outcome === 'stored' && record.kind === 'report') count(record)
      return outcome
    }
  }
}

interface ReceiverInit {
  readonly tokens: TokenBook
  readonly parser: RecordParser
  readonly shelf: Pick<Shelf, 'put'>
  /** For what is no copy. */
  readonly live: Pick<Shelf, 'put'>
  readonly copies: number
}

/** Stores what another trusted node hands over, where it belongs here. */
function receiver(core: Core, { tokens, parser, shelf: shelved, live, copies }: ReceiverInit): (message: RecordMessage) => Promise<WriteOutcome> {
  return async message => {
    let record: TreeRecord
    try {
      record = parser.message(message)
    } catch {
      return 'refused'
    }
    const { current, former } = candidatesOf(tokens.partition(), record.stored.place, copies)
    // another node may not know yet that whoever leaves is needed no more
    const isHolder = current.includes(core.self) || former.includes(core.self) || core.roster.current().leaving.includes(core.self)
    return isHolder ? (message.copy ? shelved : live).put(record) : 'refused'
  }
}
