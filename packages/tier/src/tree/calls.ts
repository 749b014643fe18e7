import { messages, PROTOCOLS, TREE_STATUS } from '@peerwatch/wire'
import { peerIdBytes, peerIdFromBytes, Refusal } from '@peerwatch/link'
import { standingMessage, toldFrom } from '@peerwatch/peer/parts'
import { isComparable, RANGES_MOST } from './comparing.ts'
import { BRIEF_BYTES, HAVE_MOST } from './pages.ts'
import { ERASURE_STATES } from '../erasure/erasures.ts'
import { HELD } from './held.ts'
import { placeBytes, placeFromBytes } from './token-book.ts'
import { OUTCOMES } from './tree-record.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { Credibility } from '@peerwatch/reputation'
import type { CaseNotice, RecordMessage, TreeRequest, TreeResponse, Write } from '@peerwatch/wire'
import type { Call, CallTable, CoarseStanding, Core, FieldCodec, News } from '@peerwatch/link'
import type { CompareAnswer, CompareQuery } from './comparing.ts'
import type { ConcerningAnswer, ConcerningQuery } from './concerning.ts'
import type { ErasureState } from '../erasure/erasures.ts'
import type { Held, HeldQuery } from './held.ts'
import type { Cut } from './load-meter.ts'
import type { Cutting } from './cutting.ts'
import type { PageQuery, PageAnswer } from './pages.ts'
import type { SummariesAbout, SummariesAnswer, SummariesQuery, SummaryPages } from './summary-pages.ts'
import type { WriteOutcome } from './tree-record.ts'

/** What other trusted nodes ask and tell the judge of this one. `from` is the roster member at the other end of the link. */
export interface JudgeCalls {
  readonly case: (notice: CaseNotice, from: PeerIdString) => void
  /** Encoded `Signed<Finding>`, not checked: from other nodes, and from disk. The same one may come more than once. */
  readonly finding: (encoded: Uint8Array) => void
  readonly certificate: (encoded: Uint8Array) => void
  /** Encoded `Certificate` of a reinstatement that too few have signed yet, not checked. */
  readonly word: (encoded: Uint8Array, from: PeerIdString) => Promise<void>
  /** This node's signature on the verdict. */
  readonly propose: (verdict: Uint8Array, from: PeerIdString) => Promise<Uint8Array | Refusal>
  /** How far this node believes each of them, by the ledgers that it holds. */
  readonly credibilities: (reporters: readonly PeerIdString[]) => readonly Credibility[]
  /** What this node can say of a subject whose reports it holds. */
  readonly standing: (subject: PeerIdString) => CoarseStanding | undefined
  /** Whether there is an open case: then the node needs what is stored about the peer. */
  readonly hasCase: (subject: PeerIdString) => boolean
}

/** What the handlers of the table need of their node. */
export interface TierParts {
  readonly takeIn: (message: RecordMessage) => Promise<WriteOutcome>
  readonly page: (asked: PageQuery) => Promise<PageAnswer>
  readonly compare: (asked: CompareQuery) => Promise<CompareAnswer>
  readonly isCaughtUp: () => boolean
  readonly heldHere: (asked: HeldQuery) => Promise<Held>
  readonly splitAt: Cutting
  readonly concerning: (asked: ConcerningQuery) => Promise<ConcerningAnswer>
  readonly summaries: SummaryPages
  readonly erasureOf: (peer: PeerIdString) => ErasureState
  readonly judge: JudgeCalls
  /** The secret of the trusted nodes. */
  readonly pepper: () => Uint8Array
}

type TierCall<Ask, Answer> = Call<TreeRequest, TreeResponse, TierParts, Ask, Answer>
type TierNews<Ask> = News<TreeRequest, TierParts, Ask>

const heldNames = Object.keys(HELD) as Held[]
const outcomeNames = new Map<number, WriteOutcome>(Object.entries(OUTCOMES).map(([name, number]) => [number, name as WriteOutcome]))

function isTrusted(from: PeerIdString, { roster }: Pick<Core, 'roster'>): boolean {
  return roster.isTrusted(from)
}

const NO_SUMMARIES = { summaries: false, digest: new Uint8Array() }
const NO_RECORDS = { subject: new Uint8Array(), whole: false, have: new Uint8Array(), brief: false }

const summariesAnswer: FieldCodec<TreeResponse, SummariesAnswer> = {
  encode: ({ summaries, isSame, next }) => ({ summaries: [...summaries], sameSummaries: isSame, next }),
  decode: ({ summaries, sameSummaries, next }) => ({ summaries, isSame: sameSummaries, next })
}

/** The messages between trusted nodes, a row for each: how it lies in the frames, who may send it, and who handles it. */
export const tierCalls = {
  /** Writes records. The answer has an outcome for each, once it is durable or refused. */
  write: {
    ask: { encode: write => ({ write }), decode: ({ write }) => write },
    answer: {
      encode: outcomes => ({ outcomes: outcomes.map(outcome => OUTCOMES[outcome]) }),
      decode: ({ outcomes }) => outcomes.map(outcome => outcomeNames.get(outcome) ?? 'refused')
    },
    mayCall: isTrusted,
    handle: async ({ records }, _from, { takeIn }) => Promise.all(records.map(async record => takeIn(record)))
  } satisfies TierCall<Write, WriteOutcome[]>,

  /** Asks for one page of a range, or of one subject. */
  read: {
    ask: {
      encode: ({ places: { from, to }, subject, fromEpoch, toEpoch, after, isWhole, have, isBrief }) => ({
        read: {
          fromPlace: placeBytes(from),
          toPlace: placeBytes(to),
          subject: subject == null ? new Uint8Array() : peerIdBytes(subject),
          fromEpoch,
          toEpoch,
          after,
          whole: isWhole,
          have: joined(have),
          brief: isBrief,
          ...NO_SUMMARIES
        }
      }),
      decode: ({ read }) =>
        read?.summaries === false
          ? {
              places: { from: placeFromBytes(read.fromPlace), to: placeFromBytes(read.toPlace) },
              subject: read.subject.byteLength === 0 ? undefined : peerIdFromBytes(read.subject),
              fromEpoch: read.fromEpoch,
              toEpoch: read.toEpoch,
              after: read.after,
              isWhole: read.whole,
              have: idsIn(read.have, HAVE_MOST, BRIEF_BYTES),
              isBrief: read.brief
            }
          : undefined
    },
    answer: {
      encode: ({ records, next, lacking }) => ({ records: [...records], next, lacking: joined(lacking) }),
      decode: ({ records, next, lacking }) => ({ records, next, lacking: idsIn(lacking, HAVE_MOST, BRIEF_BYTES) })
    },
    mayCall: isTrusted,
    handle: async (asked, _from, { page, isCaughtUp }) => (asked.isWhole && !isCaughtUp() ? new Refusal('notReady', 'catching up') : page(asked))
  } satisfies TierCall<PageQuery, PageAnswer>,

  /** Asks for the summaries of one range in expired epochs. */
  summaries: {
    ask: {
      encode: ({ places: { from, to }, fromEpoch, toEpoch, digest, after }) => ({
        read: { ...NO_RECORDS, fromPlace: placeBytes(from), toPlace: placeBytes(to), fromEpoch, toEpoch, digest, after, summaries: true }
      }),
      decode: ({ read }) => {
        if (read?.summaries !== true) return undefined
        const { fromEpoch, toEpoch, digest, after } = read
        return { places: { from: placeFromBytes(read.fromPlace), to: placeFromBytes(read.toPlace) }, fromEpoch, toEpoch, digest, after }
      }
    },
    answer: summariesAnswer,
    mayCall: isTrusted,
    handle: async (asked, _from, { summaries, isCaughtUp }) => (isCaughtUp() ? summaries.range(asked) : new Refusal('notReady', 'catching up'))
  } satisfies TierCall<SummariesQuery, SummariesAnswer>,

  /** Compares ranges by the sums of their ids. */
  compare: {
    ask: {
      encode: ({ spans, isWhole }) => ({
        compare: { spans: spans.map(({ fromEpoch, toEpoch, cuts }) => ({ fromEpoch, toEpoch, cuts: joined(cuts) })), whole: isWhole }
      }),
      decode: ({ compare }) => {
        if (compare == null) return undefined
        const spans = compare.spans.map(({ fromEpoch, toEpoch, cuts }) => ({ fromEpoch, toEpoch, cuts: piecesOf(cuts, PLACE_BYTES).map(placeFromBytes) }))
        if (!isComparable(spans)) throw new RangeError('ranges that take more than one pass over the records')
        return { spans, isWhole: compare.whole }
      }
    },
    answer: {
      encode: ({ epochSums, firstEpoch }) => ({ epochSums: epochSums.map(({ span, epoch, sums }) => ({ span, epoch, sums: joined(sums) })), firstEpoch }),
      decode: ({ epochSums, firstEpoch }) => ({
        epochSums: epochSums.map(({ span, epoch, sums }) => ({ span, epoch, sums: idsIn(sums, RANGES_MOST, ID_BYTES) })),
        firstEpoch
      })
    },
    mayCall: isTrusted,
    handle: async (asked, _from, { compare, isCaughtUp }) => (asked.isWhole && !isCaughtUp() ? new Refusal('notReady', 'catching up') : compare(asked))
  } satisfies TierCall<CompareQuery, CompareAnswer>,

  standingOf: {
    ask: {
      encode: subject => ({ standingOf: peerIdBytes(subject) }),
      decode: ({ standingOf }) => (standingOf.byteLength === 0 ? undefined : peerIdFromBytes(standingOf))
    },
    answer: {
      encode: standing => ({ standing: standingMessage(standing) }),
      decode: ({ standing }) => standing && toldFrom(standing)
    },
    mayCall: isTrusted,
    handle: (subject, _from, { isCaughtUp, judge }) =>
      isCaughtUp() ? (judge.standing(subject) ?? new Refusal('refused', 'not held here')) : new Refusal('notReady', 'catching up')
  } satisfies TierCall<PeerIdString, CoarseStanding>,

  /** Asks how far the other node believes these reporters, whose ledgers it holds. */
  credibilityOf: {
    ask: {
      encode: reporters => ({ credibilityOf: reporters.map(peerIdBytes) }),
      decode: ({ credibilityOf }) => (credibilityOf.length === 0 ? undefined : credibilityOf.map(peerIdFromBytes))
    },
    answer: {
      encode: credibilities => ({ credibilities: credibilities.map(({ weight, voice, isChecked }) => ({ weight, voice, checked: isChecked })) }),
      decode: ({ credibilities }) => credibilities.map(({ weight, voice, checked }) => ({ weight: bounded(weight), voice: bounded(voice), isChecked: checked }))
    },
    mayCall: isTrusted,
    handle: (reporters, _from, { isCaughtUp, judge }) => (isCaughtUp() ? [...judge.credibilities(reporters)] : new Refusal('notReady', 'catching up'))
  } satisfies TierCall<PeerIdString[], Credibility[]>,

  /** Asks whether the other node holds a report. */
  held: {
    ask: {
      encode: ({ subject, author, window }) => ({ heldSubject: peerIdBytes(subject), heldAuthor: peerIdBytes(author), heldWindow: window }),
      decode: ({ heldSubject, heldAuthor, heldWindow: window }) =>
        heldSubject.byteLength === 0 ? undefined : { subject: peerIdFromBytes(heldSubject), author: peerIdFromBytes(heldAuthor), window }
    },
    answer: { encode: held => ({ held: HELD[held] }), decode: ({ held }) => heldNames.find(name => HELD[name] === held) },
    mayCall: isTrusted,
    handle: async (asked, _from, { heldHere, isCaughtUp }) => (isCaughtUp() ? heldHere(asked) : new Refusal('notReady', 'catching up'))
  } satisfies TierCall<HeldQuery, Held>,

  /** Asks where to cut the other node's range, so that this share of its load lies behind. A node without a range begins there. */
  split: {
    ask: { encode: share => ({ split: { share } }), decode: ({ split }) => (split != null && split.share > 0 && split.share < 1 ? split.share : undefined) },
    answer: {
      encode: ({ place, share }) => ({ place: placeBytes(place), share }),
      decode: ({ place, share }) => (place.byteLength === 0 ? undefined : { place: placeFromBytes(place), share })
    },
    mayCall: isTrusted,
    handle: (share, from, { splitAt }) => splitAt(share, from)
  } satisfies TierCall<number, Cut>,

  /** Asks for one page of what is held about one peer, or by it. */
  concerning: {
    ask: {
      encode: ({ peer, after }) => ({ concerning: { peer: peerIdBytes(peer), after, erasure: false, summaries: false } }),
      decode: ({ concerning }) =>
        concerning == null || concerning.erasure || concerning.summaries ? undefined : { peer: peerIdFromBytes(concerning.peer), after: concerning.after }
    },
    answer: {
      encode: ({ records, next }) => ({ records: [...records], next }),
      decode: ({ records, next }) => ({ records, next })
    },
    mayCall: isTrusted,
    handle: async (asked, _from, { concerning, isCaughtUp }) => (isCaughtUp() ? concerning(asked) : new Refusal('notReady', 'catching up'))
  } satisfies TierCall<ConcerningQuery, ConcerningAnswer>,

  /** Asks for one page of the summaries about one peer, or by it. */
  summariesAbout: {
    ask: {
      encode: ({ peer, after }) => ({ concerning: { peer: peerIdBytes(peer), after, erasure: false, summaries: true } }),
      decode: ({ concerning }) => (concerning?.summaries === true ? { peer: peerIdFromBytes(concerning.peer), after: concerning.after } : undefined)
    },
    answer: summariesAnswer,
    mayCall: isTrusted,
    handle: async (asked, _from, { summaries, isCaughtUp }) => (isCaughtUp() ? summaries.about(asked) : new Refusal('notReady', 'catching up'))
  } satisfies TierCall<SummariesAbout, SummariesAnswer>,

  /** Asks how far the erasure of a peer is on the other node. */
  erasureOf: {
    ask: {
      encode: peer => ({ concerning: { peer: peerIdBytes(peer), after: new Uint8Array(), erasure: true, summaries: false } }),
      decode: ({ concerning }) => (concerning?.erasure === true ? peerIdFromBytes(concerning.peer) : undefined)
    },
    answer: {
      encode: ({ state, upToEpoch, records }) => ({ erasure: { state: ERASURE_STATES.indexOf(state) + 1, upToEpoch, records } }),
      decode: ({ erasure }) => {
        const state = ERASURE_STATES[(erasure?.state ?? 0) - 1]
        return erasure == null || state == null ? undefined : { ...erasure, state }
      }
    },
    mayCall: isTrusted,
    handle: (peer, _from, { erasureOf }) => erasureOf(peer)
  } satisfies TierCall<PeerIdString, ErasureState>,
  /** Asks for the secret of the trusted nodes. */
  pepper: {
    ask: { encode: pepper => ({ pepper }), decode: ({ pepper }) => pepper || undefined },
    answer: { encode: pepper => ({ pepper }), decode: ({ pepper }) => present(pepper) },
    mayCall: isTrusted,
    handle: (_ask, _from, { pepper }) => pepper()
  } satisfies TierCall<true, Uint8Array>,

  /** Asks for a signature on an encoded `Verdict`. */
  propose: {
    ask: { encode: verdict => ({ propose: { verdict } }), decode: ({ propose }) => propose?.verdict },
    answer: { encode: signature => ({ signature }), decode: ({ signature }) => present(signature) },
    mayCall: isTrusted,
    handle: async (verdict, from, { judge }) => judge.propose(verdict, from)
  } satisfies TierCall<Uint8Array, Uint8Array>,

  case: {
    ask: { encode: notice => ({ case: notice }), decode: ({ case: notice }) => notice },
    mayCall: isTrusted,
    handle: (notice, from, { judge }) => {
      judge.case(notice, from)
    }
  } satisfies TierNews<CaseNotice>,

  finding: {
    ask: { encode: finding => ({ finding }), decode: ({ finding }) => present(finding) },
    mayCall: isTrusted,
    handle: (finding, _from, { judge }) => {
      judge.finding(finding)
    }
  } satisfies TierNews<Uint8Array>,

  certificate: {
    ask: { encode: certificate => ({ certificate }), decode: ({ certificate }) => present(certificate) },
    mayCall: isTrusted,
    handle: (certificate, _from, { judge }) => {
      judge.certificate(certificate)
    }
  } satisfies TierNews<Uint8Array>,

  word: {
    ask: { encode: word => ({ word }), decode: ({ word }) => present(word) },
    mayCall: isTrusted,
    handle: async (word, from, { judge }) => judge.word(word, from)
  } satisfies TierNews<Uint8Array>
}

export type TierCalls = typeof tierCalls
export type TierTable<Rows extends TierCalls = TierCalls> = CallTable<TreeRequest, TreeResponse, TierParts, Rows>

const REASON_CHARACTERS = 200

export const tierTable: TierTable = {
  protocol: PROTOCOLS.tree,
  request: messages.treeRequest,
  response: messages.treeResponse,
  refusal: {
    encode: ({ code, reason }) => ({ status: TREE_STATUS[code], reason: reason.slice(0, REASON_CHARACTERS) }),
    decode: ({ status, reason }) =>
      status === TREE_STATUS.done
        ? undefined
        : new Refusal(status === TREE_STATUS.notReady ? 'notReady' : status === TREE_STATUS.failed ? 'failed' : 'refused', reason)
  },
  atATime: 64,
  rows: tierCalls
}

/** Makes any number of the wire a weight. */
function bounded(weight: number): number {
  return weight > 0 && weight <= 1 ? weight : Number.MIN_VALUE
}

/** An absent `bytes` field is empty. */
function present(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.byteLength === 0 ? undefined : bytes
}

const ID_BYTES = 32
const PLACE_BYTES = 8

function joined(hex: readonly string[]): Uint8Array {
  return Buffer.from(hex.join(''), 'hex')
}

/** Throws if the bytes are cut off, or if there are more than allowed. */
function idsIn(bytes: Uint8Array, most: number, size: number): string[] {
  const ids = piecesOf(bytes, size)
  if (ids.length > most) throw new RangeError(`${ids.length} ids, and ${most} at most`)
  return ids.map(id => Buffer.from(id).toString('hex'))
}

function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  if (bytes.byteLength % size !== 0) throw new RangeError(`${bytes.byteLength} bytes are no multiple of ${size}`)
  return Array.from({ length: bytes.byteLength / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}
