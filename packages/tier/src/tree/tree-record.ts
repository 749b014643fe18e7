import { OBSERVATIONS_MOST, RECORD_KINDS, epochOf, placeOf } from '@peerwatch/model'
import { LIMITS, WireError, messages, signingBytes } from '@peerwatch/wire'
import { hasSigned, isSignedBy, peekSigned, peerIdBytes, peerIdFromBytes } from '@peerwatch/link'
import { summaryForm } from './summary.ts'
import type { Counts, Dimension, DimensionTable, Observation, PeerIdString, RecordOutcome, StoredRecord } from '@peerwatch/model'
import type { Finding, Ledger, RecordMessage, Report, WireCodec } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Placement } from './placement.ts'
import type { SummaryForm } from './summary.ts'

interface Common {
  readonly stored: StoredRecord
  readonly subject: PeerIdString
  readonly author: PeerIdString
  /** What the author signed. Parsing does not check the signature. */
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  /** The signing bytes; undefined where the record comes from this node's own store, which took it with its signature checked. */
  readonly signed: Uint8Array | undefined
}

export interface ReportRecord extends Common {
  readonly kind: 'report'
  readonly observation: Observation
  /** Encoded `Signed<Stamp>` of the author. */
  readonly stamp: Uint8Array
}

export interface FindingRecord extends Common {
  readonly kind: 'finding'
  readonly finding: Finding
}

/** What a trusted node noted about a reporter, the subject of the record. */
export interface LedgerRecord extends Common {
  readonly kind: 'ledger'
  readonly entry: Ledger
}

/** A parsed record, with its names on disk. */
export type TreeRecord = ReportRecord | FindingRecord | LedgerRecord

/** Whether its author signed it. */
export async function isSignedByAuthor({ kind, author, payload, signature, signed }: TreeRecord, networkId: Uint8Array): Promise<boolean> {
  return signed == null ? isSignedBy(author, kind, networkId, payload, signature) : hasSigned(author, signed, signature)
}

export interface RecordParser {
  /** Throws WireError if it is no well-formed signed report. The record keeps `encoded`, so it must not change. */
  readonly report: (encoded: Uint8Array) => ReportRecord
  readonly finding: (encoded: Uint8Array) => FindingRecord
  readonly ledger: (encoded: Uint8Array) => LedgerRecord
  readonly message: (message: RecordMessage) => TreeRecord
  readonly stored: (record: StoredRecord) => TreeRecord
  /** What is left of reports whose epoch has expired. */
  readonly summary: SummaryForm
}

/** The numbers of outcomes in `TreeResponse.outcomes`. */
export const OUTCOMES = Object.freeze({ stored: 1, known: 2, expired: 3, conflict: 4, refused: 5 })

export type WriteOutcome = keyof typeof OUTCOMES

/** What others are told. That a reporter contradicted itself shows where its reports lie. */
export function toldOutcome(outcome: RecordOutcome): WriteOutcome {
  return outcome === 'second' ? 'stored' : outcome
}

/** The most checks of an entry: more than a node's watchers are told of in the longest epoch. */
const CHECKED_MOST = 65_536

function about({ subject }: { readonly subject: Uint8Array }): Uint8Array {
  return subject
}

export function recordParser(core: Core, placement: Placement): RecordParser {
  const { epochWindows } = core.network.roster.preset
  const opened = <Message extends { window: number }>(
    kind: TreeRecord['kind'],
    encoded: Uint8Array,
    codec: WireCodec<Message>,
    subjectOf: (message: Message) => Uint8Array,
    known?: StoredRecord
  ): { parts: Common; message: Message } => {
    const { signer: author, payload, signature } = peekSigned(encoded)
    const message = codec.decode(payload)
    const { window } = message
    const subject = peerIdFromBytes(subjectOf(message))
    const named = (bytes: Uint8Array): StoredRecord => {
      const pseudonym = placement.pseudonym(subject)
      const id = placement.recordId(bytes)
      return {
        kind,
        epoch: epochOf(window, epochWindows),
        place: placeOf(pseudonym),
        subject: pseudonym,
        window,
        author: placement.pseudonym(author),
        id,
        payload: encoded
      }
    }
    // the seal of a stored record vouches for its names, which take most of the time to make
    if (known != null) return { parts: { stored: known, subject, author, payload, signature, signed: undefined }, message }
    const signed = signingBytes(kind, core.network.id, peerIdBytes(author), payload)
    return { parts: { stored: named(signed), subject, author, payload, signature, signed }, message }
  }
  const report = (encoded: Uint8Array, known?: StoredRecord): ReportRecord => {
    if (encoded.byteLength > LIMITS.reportBytes) throw new WireError('too-long', `report of ${encoded.byteLength} bytes`)
    const { parts, message } = opened('report', encoded, messages.report, about, known)
    return { kind: 'report', ...parts, observation: observationOf(parts.subject, message, core.dimensions), stamp: message.stamp }
  }
  const finding = (encoded: Uint8Array, known?: StoredRecord): FindingRecord => {
    if (encoded.byteLength > LIMITS.findingBytes) throw new WireError('too-long', `finding of ${encoded.byteLength} bytes`)
    const { parts, message } = opened('finding', encoded, messages.finding, about, known)
    return { kind: 'finding', ...parts, finding: message }
  }
  const ledger = (encoded: Uint8Array, known?: StoredRecord): LedgerRecord => {
    if (encoded.byteLength > LIMITS.ledgerBytes) throw new WireError('too-long', `ledger entry of ${encoded.byteLength} bytes`)
    const { parts, message } = opened('ledger', encoded, messages.ledger, ({ reporter }) => reporter, known)
    const { window, checked, agreed, contradicted, deviations } = message
    const isLast = (window + 1) % epochWindows === 0
    if (!isLast || checked > CHECKED_MOST || agreed + contradicted > checked || deviations.byteLength > LIMITS.deviations)
      throw new WireError('malformed', 'ledger entry')
    return { kind: 'ledger', ...parts, entry: message }
  }
  const byKind = (kind: number, payload: Uint8Array, known?: StoredRecord): TreeRecord => {
    if (kind === RECORD_KINDS.report) return report(payload, known)
    if (kind === RECORD_KINDS.finding) return finding(payload, known)
    if (kind === RECORD_KINDS.ledger) return ledger(payload, known)
    throw new WireError('malformed', `record of kind ${kind}`)
  }
  return {
    report: encoded => report(encoded),
    finding: encoded => finding(encoded),
    ledger: encoded => ledger(encoded),
    message: ({ kind, payload }) => byKind(kind, payload),
    stored: record => byKind(RECORD_KINDS[record.kind], record.payload, record),
    summary: summaryForm(core, placement)
  }
}

function observationOf(subject: PeerIdString, { window, observations, cuts }: Report, dimensions: DimensionTable): Observation {
  const counts: Record<Dimension, Counts> = {}
  for (const { dimension: number, ok, bad } of observations) {
    const dimension = dimensions.find(number)
    // one that a later version knows
    if (dimension == null) continue
    if (counts[dimension] != null || ok + bad === 0 || ok + bad > OBSERVATIONS_MOST) {
      throw new WireError('malformed', `${ok} + ${bad} observations of ${dimension}`)
    }
    counts[dimension] = { ok, bad }
  }
  const refused = cuts.map(dimensions.find).filter(dimension => dimension != null)
  if (refused.some(dimension => !dimensions.row(dimension).evictable) || new Set(cuts).size !== cuts.length) throw new WireError('malformed', 'cuts')
  return { subject, window, counts, cuts: refused }
}

export function recordMessage({ kind, subject, stored }: TreeRecord, isCopy = false): RecordMessage {
  return {
    kind: RECORD_KINDS[kind],
    subject: peerIdBytes(subject),
    payload: stored.payload,
    copy: isCopy
  }
}
