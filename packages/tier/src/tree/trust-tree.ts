import { epochOf } from '@peerwatch/model'
import { DEFAULT_COPIES } from '@peerwatch/trust-tree'
import { Refusal, ServicesError } from '@peerwatch/link'
import { erasures } from '../erasure/erasures.ts'
import { tierTable } from './calls.ts'
import { catchUp } from './catch-up.ts'
import { checkpointing } from './checkpointing.ts'
import { checkpoints } from './checkpoint.ts'
import { compared } from './comparing.ts'
import { concerningPages } from './concerning.ts'
import { trustedLinks } from './trusted-links.ts'
import { heldAnywhere, heldHere } from './held.ts'
import { holders } from './holders.ts'
import { levelling } from './levelling.ts'
import { loadMeter } from './load-meter.ts'
import { memberClocks } from './member-clocks.ts'
import { personalData, refusingErased } from './personal-data.ts'
import { placement, secretOf } from './placement.ts'
import { recordReader } from './reader.ts'
import { countingShelf, firstFold, receiver, tellingShelf } from './receiver.ts'
import { retention } from './retention.ts'
import { moving } from './moving.ts'
import { shelf } from './shelf.ts'
import { standingAsker } from './standing-asker.ts'
import { summaryPages } from './summary-pages.ts'
import { stampBook } from '../entry/stamps.ts'
import { treeStatus } from './status.ts'
import { tokenBook } from './token-book.ts'
import { recordParser } from './tree-record.ts'
import { durableWriter } from './writer.ts'
import type { PeerIdString, RecordStore, StoredRecord } from '@peerwatch/model'
import type { AnswerOf, AskOf, CoarseStanding, Core, NewsName, Part, RegistryView } from '@peerwatch/link'
import type { JudgeCalls, TierCalls } from './calls.ts'
import type { Held, HeldQuery } from './held.ts'
import type { Holders } from './holders.ts'
import type { LinkTimes } from './trusted-link.ts'
import type { MemberClocks } from './member-clocks.ts'
import type { PersonalData } from './personal-data.ts'
import type { EpochSpan } from './pages.ts'
import type { ReadResult } from './reader.ts'
import type { LedgerListener, RecalledListener, ReportListener } from './shelf.ts'
import type { StampBook } from '../entry/stamps.ts'
import type { TreeStatus } from './status.ts'
import type { TokenBook } from './token-book.ts'
import type { RecordParser, TreeRecord } from './tree-record.ts'
import type { TrustedLinks } from './trusted-links.ts'
import type { DurableOutcome, DurableWrite } from './writer.ts'

export interface TrustTreeInit {
  /** The secret of the trusted nodes. A function is asked from `beforeStart` on. */
  readonly pepper: Uint8Array | (() => Uint8Array)
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
  word: async () => {},
  credibilities: () => [],
  standing: () => undefined,
  hasCase: () => false
}

/** This node's part in the trusted tier. Listeners and the judge are set before `start`, which hands over what is stored. */
export interface TrustTree extends Part, Holders, PersonalData {
  readonly stamps: StampBook
  readonly parser: RecordParser
  readonly clocks: MemberClocks
  readonly outOfReach: (node: PeerIdString) => boolean
  /** Never rejects. */
  readonly write: (record: TreeRecord) => Promise<DurableOutcome>
  /** Of so many holders, where fewer than it takes for all are enough. */
  readonly read: (subject: PeerIdString, span?: EpochSpan, answers?: number) => Promise<ReadResult>
  /** Whether this report is held, by the word of all who are to hold it; undefined where they cannot tell. Never rejects. */
  readonly findReport: (asked: HeldQuery) => Promise<Held | undefined>
  /** Each report that this node holds, once, as it is stored. */
  readonly onReport: (listener: ReportListener) => () => void
  /** At the start: what those come to that were stored before, older ones first. */
  readonly onRecalled: (listener: RecalledListener) => () => void
  /** Whose records this node holds no longer, since others have them. */
  readonly onDropped: (listener: (isDropped: (subject: PeerIdString) => boolean) => void) => () => void
  readonly onLedger: (listener: LedgerListener) => () => void
  /** What this node holds of one epoch, in the order of subjects. */
  readonly held: (epoch: number) => AsyncIterable<TreeRecord>
  /** Lets the judge answer from now on; without one a node signs nothing and knows no standing. */
  readonly serve: (judge: Partial<JudgeCalls>) => void
  /** Makes a call of the table. Rejects with ServicesError: `refused` where the node says no, else where no answer came. */
  readonly call: <Name extends keyof TierCalls>(node: PeerIdString, name: Name, ask: AskOf<TierCalls, Name>) => Promise<AnswerOf<TierCalls, Name>>
  /** Tells all others in reach, once. */
  readonly broadcast: <Name extends NewsName<TierCalls>>(name: Name, news: AskOf<TierCalls, Name>) => void
  /** Keeps what this node signed at the candidates of its subject; never rejects. */
  readonly writeRecord: (kind: 'finding' | 'ledger', signed: Uint8Array) => Promise<DurableOutcome>
  /** HMAC-SHA-256 with the pepper over the parts, one after the other. */
  readonly hmac: (...parts: Uint8Array[]) => Uint8Array
  /** What the acting owner says of a subject; undefined where nobody answers. */
  readonly standing: (subject: PeerIdString) => CoarseStanding | undefined | Promise<CoarseStanding | undefined>
  readonly status: () => TreeStatus
  readonly isCaughtUp: () => boolean
  /** Why this node could not store what came last; undefined where it could. */
  readonly storeFailure: () => string | undefined
}

export function trustTree(core: Core, init: TrustTreeInit): TrustTree {
  const { store, copies = DEFAULT_COPIES } = init
  const placing = placement(init.pepper)
  const tokens = tokenBook(core)
  const stamps = stampBook(core)
  const parser = recordParser(core, placing)
  const clocks = memberClocks(core)
  const shelved = shelf(core, store, stamps, clocks, parser)
  const load = loadMeter(core)
  const epochs = (): Epochs => epochsOf(core, clocks)
  const judge = { ...NO_JUDGE }
  const erasing = erasures(core, { store, placement: placing, hasCase: peer => judge.hasCase(peer), latestEpoch: () => epochs().latest })
  // what others erased while this node was away is no answer of this node
  const isCaughtUp = (): boolean => caught.isDone() && erasing.hasHeard(links.others())

  const at = { tokens, placement: placing, copies, isCaughtUp }
  const { owner, candidates, holding, isHolding, isActing } = holders(core, { ...at, outOfReach: node => links.outOfReach(node) })
  const { fold, folded, after } = firstFold(shelved)
  const kept = tellingShelf(after, epoch => caught.missed(epoch))
  const live = countingShelf(kept, ({ subject, stored }) => {
    if (owner(subject) === core.self) load.count(stored.place)
  })
  const takeIn = receiver(core, { tokens, parser, shelf: kept, live, copies })
  const concerning = concerningPages({ store, parser, placement: placing })
  const summaries = summaryPages(store, placing)
  const here = heldHere(core, { store, placement: placing, erasing })
  const links = trustedLinks(core, {
    registry: init.registry,
    tokens,
    clocks,
    erasures: erasing,
    settling: { told: () => moves.told(), hear: (from, told) => moves.hear(from, told) },
    ...(init.times != null && { times: init.times }),
    reportsPerSecond: load.perSecond,
    table: tierTable,
    parts: {
      takeIn,
      page: async asked => reader.serve(asked),
      compare: async asked => compared(store, asked),
      isCaughtUp,
      heldHere: here,
      splitAt: (...asked) => moves.splitAt(...asked),
      concerning,
      summaries,
      erasureOf: erasing.stateOf,
      judge,
      pepper: () => secretOf(init.pepper)
    }
  })
  const reader = recordReader(core, { store, tokens, links, placement: placing, parser, copies, isCaughtUp })
  const write = refusingErased(store, durableWriter(core, { tokens, links, shelf: live, copies }))
  const around = { store, shelf: shelved, tokens, links, reader, copies }
  const caught = catchUp(core, { ...around, epochs, reportsPerSecond: load.perSecond })
  const coolDown = init.coolDownMs == null ? {} : { coolDownMs: init.coolDownMs }
  const moves = moving(core, { ...around, ...coolDown, load, isCaughtUp, onWhole: caught.gained, latest: () => epochs().latest })
  const making = checkpoints(core, stamps, parser)
  const levels = levelling(core, { ...around, parser, making })
  const expiring = retention(core, store, clocks, levels)
  const parts: readonly Part[] = [clocks, expiring, erasing, links, caught, moves, levels, checkpointing(core, store, making)]

  shelved.onFinding(encoded => {
    judge.finding(encoded)
  })
  const held = { shelf: shelved, stamps, placement: placing, parser, concerning, summaries, tokens, copies }
  const personal = personalData(core, { ...held, erasing, links, registry: init.registry, isCaughtUp, folded })
  const calls = callsOf(core, links, parser, write)
  const findReport = heldAnywhere(core, { ...at, here, ask: async (node, asked) => calls.call(node, 'held', asked) })
  const askStanding = standingAsker(core, { candidates, outOfReach: links.outOfReach, ask: async (node, subject) => calls.call(node, 'standingOf', subject) })
  return {
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
    read: async (subject, span, answers) => reader.subject(subject, span ?? { fromEpoch: Math.max(0, store.floor() + 1), toEpoch: LAST_EPOCH }, answers),
    findReport,
    onReport: shelved.onReport,
    onRecalled: shelved.onRecalled,
    onDropped: listener => shelved.onDropped(subjects => listener(subject => subjects.has(placing.pseudonym(subject)))),
    onLedger: shelved.onLedger,
    held: epoch => parsed(store.read({ fromEpoch: epoch, toEpoch: epoch }), parser),
    ...personal,
    serve: judging => {
      Object.assign(judge, NO_JUDGE, judging)
    },
    ...calls,
    hmac: placing.keyed,
    standing: subject => (isHolding(subject) ? judge.standing(subject) : undefined) ?? askStanding(subject),
    status: () => treeStatus(core, { tokens, links, copies, ownLoad: load.perSecond, isCaughtUp, awaited: moves.awaited }),
    isCaughtUp,
    storeFailure: shelved.failure,
    ...partsInOrder(parts, tokens, fold)
  }
}

/** Parts begin one after the other, and end in turn. */
function partsInOrder(parts: readonly Part[], tokens: Pick<TokenBook, 'load'>, fold: () => Promise<void>): Part {
  return {
    beforeStart: async () => {
      await tokens.load()
      for (const part of parts) await part.beforeStart?.()
    },
    start: async () => {
      await fold()
      for (const part of parts) await part.start?.()
    },
    stop: async () => {
      for (const part of parts.toReversed()) await part.stop?.()
    }
  }
}

/** What this node asks others and tells them. */
function callsOf(core: Core, links: TrustedLinks, parser: RecordParser, write: DurableWrite): Pick<TrustTree, 'call' | 'broadcast' | 'writeRecord'> {
  return {
    call: async (node, name, ask) => {
      const link = links.link(node)
      if (link == null) throw new ServicesError('no-route', `${node} is no other roster member`)
      return link.call(name, ask)
    },
    broadcast: (name, news) => {
      for (const link of links.others()) if (link.isUp()) link.call(name, news).catch((error: unknown) => core.log('broadcast to %s: %s', link.peer, error))
    },
    writeRecord: async (kind, signed) => {
      try {
        return await write(parser[kind](signed))
      } catch (error) {
        core.log.error('a %s of ours is malformed: %e', kind, error)
        return 'refused'
      }
    }
  }
}

async function* parsed(records: AsyncIterable<StoredRecord>, parser: RecordParser): AsyncGenerator<TreeRecord> {
  for await (const stored of records) yield parser.stored(stored)
}

interface Epochs {
  readonly passed: number
  readonly latest: number
}

/** By the clocks of the quorum where they are known: what there is to fetch does not depend on this node's own clock. */
function epochsOf({ windows, network }: Core, clocks: MemberClocks): Epochs {
  const span = clocks.span()
  const { epochWindows } = network.roster.preset
  const passed = epochOf(span?.passed ?? windows.now().window, epochWindows)
  return { passed, latest: span == null ? LAST_EPOCH - 1 : epochOf(span.latest, epochWindows) }
}
