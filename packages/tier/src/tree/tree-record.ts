import { OBSERVATIONS_MOST, RECORD_KINDS, epochOf, placeOf } from '@peerwatch/model'
import { LIMITS, WireError, messages, signingBytes } from '@peerwatch/wire'
import { peekSigned, peerIdBytes, peerIdFromBytes } from '@peerwatch/link'
import type { Counts, Dimension, DimensionTable, Observation, PeerIdString, StoredRecord } from '@peerwatch/model'
import type { Finding, RecordMessage, Report, WireCodec } from '@peerwatch/wire'
import type { Core } from '@peerwatch/link'
import type { Placement } from './placement.ts'

interface Common {
  readonly stored: StoredRecord
  readonly subject: PeerIdString
  readonly author: PeerIdString
  /** What the author signed, and the signature, which parsing does not check. */
  readonly payload: Uint8Array
  readonly signature: Uint8Array
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

/** A record as it is worked with: parsed, with its names on disk. */
export type TreeRecord = ReportRecord | FindingRecord

export interface RecordParser {
  /** Throws WireError for whatever is no well-formed signed report. `encoded` is kept: it must not change. */
  readonly report: (encoded: Uint8Array) => ReportRecord
  readonly finding: (encoded: Uint8Array) => FindingRecord
  readonly message: (message: RecordMessage) => TreeRecord
  readonly stored: (record: StoredRecord) => TreeRecord
}

/** The numbers of outcomes in `TreeResponse.outcomes`. */
export const OUTCOMES = Object.freeze({ stored: 1, known: 2, expired: 3, conflict: 4, refused: 5 })

export type WriteOutcome = keyof typeof OUTCOMES

export function recordParser(core: Core, placement: Placement): RecordParser {
  const { epochWindows } = core.network.roster.preset
  const opened = <Message extends { subject: Uint8Array; window: number }>(
    kind: 'report' | 'finding',
    encoded: Uint8Array,
    codec: WireCodec<Message>
  ): { parts: Common; message: Message } => {
    const { signer: author, payload, signature } = peekSigned(encoded)
    const message = codec.decode(payload)
    const { subject: subjectBytes, window } = message
    const subject = peerIdFromBytes(subjectBytes)
    const pseudonym = placement.pseudonym(subject)
    const stored: StoredRecord = {
      kind,
      epoch: epochOf(window, epochWindows),
      place: placeOf(pseudonym),
      subject: pseudonym,
      window,
      author: placement.pseudonym(author),
      id: placement.recordId(signingBytes(kind, core.network.id, peerIdBytes(author), payload)),
      payload: encoded
    }
    return { parts: { stored, subject, author, payload, signature }, message }
  }
  const report = (encoded: Uint8Array): ReportRecord => {
    if (encoded.byteLength > LIMITS.reportBytes) throw new WireError('too-long', `report of ${encoded.byteLength} bytes`)
    const { parts, message } = opened('report', encoded, messages.report)
    return { kind: 'report', ...parts, observation: observationOf(parts.subject, message, core.dimensions), stamp: message.stamp }
  }
  const finding = (encoded: Uint8Array): FindingRecord => {
    if (encoded.byteLength > LIMITS.findingBytes) throw new WireError('too-long', `finding of ${encoded.byteLength} bytes`)
    const { parts, message } = opened('finding', encoded, messages.finding)
    return { kind: 'finding', ...parts, finding: message }
  }
  const byKind = (kind: number, payload: Uint8Array): TreeRecord => {
    if (kind === RECORD_KINDS.report) return report(payload)
    if (kind === RECORD_KINDS.finding) return finding(payload)
    throw new WireError('malformed', `record of kind ${kind}`)
  }
  return {
    report,
    finding,
    message: ({ kind, payload }) => byKind(kind, payload),
    stored: record => byKind(RECORD_KINDS[record.kind], record.payload)
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
