import { messages, PROTOCOLS, TREE_STATUS } from '@peerwatch/wire'
import { peerIdBytes, peerIdFromBytes, Refusal } from '@peerwatch/link'
import { standingMessage, toldFrom } from '@peerwatch/peer/parts'
import { placeBytes, placeFromBytes } from './token-book.ts'
import { OUTCOMES } from './tree-record.ts'
import type { PeerIdString } from '@peerwatch/model'
import type { CaseNotice, RecordMessage, TreeRequest, TreeResponse, Write } from '@peerwatch/wire'
import type { Call, CallTable, CoarseStanding, Core, News } from '@peerwatch/link'
import type { Cut } from './load-meter.ts'
import type { PageQuery, PageAnswer } from './reader.ts'
import type { WriteOutcome } from './tree-record.ts'

/** What other trusted nodes ask and tell the judge of this one; `from` is the roster member at the other end of the link. */
export interface JudgeCalls {
  readonly case: (notice: CaseNotice, from: PeerIdString) => void
  /** Encoded `Signed<Finding>`, not checked: those that others send, and those held on disk. The same one may come more than once. */
  readonly finding: (encoded: Uint8Array) => void
  readonly certificate: (encoded: Uint8Array) => void
  /** This node's signature on the verdict. */
  readonly propose: (verdict: Uint8Array, from: PeerIdString) => Promise<Uint8Array | Refusal>
  /** What this node can say of a subject of which it holds the reports. */
  readonly standing: (subject: PeerIdString) => CoarseStanding | undefined
}

/** What the handlers of the table need of their node. */
export interface TierParts {
  readonly takeIn: (message: RecordMessage) => Promise<WriteOutcome>
  readonly page: (asked: PageQuery) => Promise<PageAnswer>
  readonly isCaughtUp: () => boolean
  readonly splitAt: (share: number) => Cut | Refusal
  readonly judge: JudgeCalls
}

type TierCall<Ask, Answer> = Call<TreeRequest, TreeResponse, TierParts, Ask, Answer>
type TierNews<Ask> = News<TreeRequest, TierParts, Ask>

const outcomeNames = new Map<number, WriteOutcome>(Object.entries(OUTCOMES).map(([name, number]) => [number, name as WriteOutcome]))

function isTrusted(from: PeerIdString, { roster }: Pick<Core, 'roster'>): boolean {
  return roster.isTrusted(from)
}

/** A row for each message between trusted nodes: how it lies in the frames, who may send it, and who handles it. */
export const tierCalls = {
  /** An outcome per record, once it is durable or refused. */
  write: {
    ask: { encode: write => ({ write }), decode: ({ write }) => write },
    answer: {
      encode: outcomes => ({ outcomes: outcomes.map(outcome => OUTCOMES[outcome]) }),
      decode: ({ outcomes }) => outcomes.map(outcome => outcomeNames.get(outcome) ?? 'refused')
    },
    mayCall: isTrusted,
    handle: async ({ records }, _from, { takeIn }) => Promise.all(records.map(async record => takeIn(record)))
  } satisfies TierCall<Write, WriteOutcome[]>,

  /** One page of what is held of a range, or of one subject. */
  read: {
    ask: {
      encode: ({ places: { from, to }, subject, fromEpoch, toEpoch, after, isWhole }) => ({
        read: {
          fromPlace: placeBytes(from),
          toPlace: placeBytes(to),
          subject: subject == null ? new Uint8Array() : peerIdBytes(subject),
          fromEpoch,
          toEpoch,
          after,
          whole: isWhole
        }
      }),
      decode: ({ read }) =>
        read && {
          places: { from: placeFromBytes(read.fromPlace), to: placeFromBytes(read.toPlace) },
          subject: read.subject.byteLength === 0 ? undefined : peerIdFromBytes(read.subject),
          fromEpoch: read.fromEpoch,
          toEpoch: read.toEpoch,
          after: read.after,
          isWhole: read.whole
        }
    },
    answer: {
      encode: ({ records, next }) => ({ records: [...records], next }),
      decode: ({ records, next }) => ({ records, next })
    },
    mayCall: isTrusted,
    handle: async (asked, _from, { page, isCaughtUp }) => (asked.isWhole && !isCaughtUp() ? new Refusal('notReady', 'catching up') : page(asked))
  } satisfies TierCall<PageQuery, PageAnswer>,

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

  /** Asks where the range may be cut so that this share of its load lies behind; whoever has none begins there. */
  split: {
    ask: { encode: share => ({ split: { share } }), decode: ({ split }) => (split != null && split.share > 0 && split.share < 1 ? split.share : undefined) },
    answer: {
      encode: ({ place, share }) => ({ place: placeBytes(place), share }),
      decode: ({ place, share }) => (place.byteLength === 0 ? undefined : { place: placeFromBytes(place), share })
    },
    mayCall: isTrusted,
    handle: (share, _from, { splitAt }) => splitAt(share)
  } satisfies TierCall<number, Cut>,

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

/** An absent `bytes` field is empty. */
function present(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.byteLength === 0 ? undefined : bytes
}
