import type { Place, Pseudonym, RecordId, WindowNumber } from './ids.ts'

/** The number is the kind's name on disk and on the wire. */
export const RECORD_KINDS = { report: 1, finding: 2, ledger: 3, summary: 4 } as const

export type RecordKind = keyof typeof RECORD_KINDS

/** One signed thing as trusted nodes keep it. `payload` is the encoded `Signed` message; nothing that an entry adds is part of it. */
export interface StoredRecord {
  readonly kind: RecordKind
  readonly epoch: number
  /** Where it lies: that of the subject, for a ledger that of the reporter. */
  readonly place: Place
  readonly subject: Pseudonym
  readonly window: WindowNumber
  readonly author: Pseudonym
  readonly id: RecordId
  readonly payload: Uint8Array
}

export type RecordOutcome = 'stored' | 'known' | 'expired' | 'conflict'

/** Places from `from` up to, not including, `to`; where `to` ≤ `from` the range goes round the end of the key space; undefined `to` is the end. */
export interface RecordQuery {
  readonly fromEpoch: number
  /** Inclusive. */
  readonly toEpoch: number
  /** Bounds within each epoch; both absent: all places. */
  readonly fromPlace?: Place
  readonly toPlace?: Place
  readonly subject?: Pseudonym
}

/**
 * Where a trusted node keeps its records. `@peerwatch/store` has the LevelDB one and a conformance suite for others.
 *
 * Order of `read`: epoch, place, subject, window, author, kind, id.
 */
export interface RecordStore {
  /**
   * Resolves after every record is durable (fsync), with one outcome per record; rejects when none may be relied on.
   * Of different records by one author for one (kind, subject, window) the two with the smallest ids are kept; the others are `conflict`.
   */
  readonly write: (records: readonly StoredRecord[]) => Promise<RecordOutcome[]>
  readonly read: (query: RecordQuery) => AsyncIterable<StoredRecord>
  /** Removes all epochs up to `floor`, itself included, and refuses them (`expired`) from then on; durable. */
  readonly raiseFloor: (floor: number) => Promise<void>
  readonly floor: () => number
  /** An estimate of what the records take, in bytes. */
  readonly sizeBytes: () => Promise<number>
  /** The oldest epoch that holds a record. */
  readonly oldestEpoch: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}
