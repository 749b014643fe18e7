import type { Place, Pseudonym, RecordId, WindowNumber } from './ids.ts'

/**
 * Which records of one slot remain.
 *
 * `two-smallest`: an author says one thing about one subject in one window; the two smallest ids show that it said more than one.
 * `newest`: a later window takes the place of an earlier one in the same epoch; of one window the larger id.
 */
export type Keeping = 'two-smallest' | 'newest'

/** A row for each kind. The number is the kind's name on disk and on the wire. */
export const RECORD_ROWS = {
  report: { number: 1, keeps: 'two-smallest' },
  finding: { number: 2, keeps: 'two-smallest' },
  ledger: { number: 3, keeps: 'newest' }
} as const satisfies Record<string, { readonly number: number; readonly keeps: Keeping }>

export type RecordKind = keyof typeof RECORD_ROWS

export const RECORD_KINDS: { readonly [Kind in RecordKind]: (typeof RECORD_ROWS)[Kind]['number'] } = {
  report: RECORD_ROWS.report.number,
  finding: RECORD_ROWS.finding.number,
  ledger: RECORD_ROWS.ledger.number
}

/** One signed thing as trusted nodes keep it. `payload` is the encoded `Signed` message; nothing that an entry adds is part of it. */
export interface StoredRecord {
  readonly kind: RecordKind
  readonly epoch: number
  /** Where it lies: that of the subject. The subject of a ledger is the reporter. */
  readonly place: Place
  readonly subject: Pseudonym
  readonly window: WindowNumber
  readonly author: Pseudonym
  readonly id: RecordId
  readonly payload: Uint8Array
}

/**
 * What one author's records about one subject in one epoch come to. It is kept when the records are gone. Nobody signed it: each node makes its own from
 * the records that it holds. So it is no record, and no other node's word for one.
 */
export interface StoredSummary extends Pick<StoredRecord, 'epoch' | 'place' | 'subject' | 'author'> {
  readonly bytes: Uint8Array
}

/** The peer that a record concerns: all that an erasure asks of it. */
export type Concerned = Pick<StoredRecord, 'subject' | 'author'>

/** Whether it is about this peer, or was written by it. */
export function concerns({ subject, author }: Concerned, peer: Pseudonym): boolean {
  return subject === peer || author === peer
}

/** All that a record is called by; enough to find it and to count it. */
export type RecordName = Omit<StoredRecord, 'payload'>

/**
 * `known`: it is held, or, of a kind that keeps the newest, one of a later window.
 * `second`: it is stored beside another one of its author, or in its place: the author said different things.
 * `conflict`: others of its author remain in its place, which show the same.
 */
export type RecordOutcome = 'stored' | 'second' | 'known' | 'expired' | 'conflict'

/** A range in brief: two stores with the same fingerprint of a range hold the same records of it. */
export interface Fingerprint {
  readonly count: number
  /** The sum of the ids, mod 2^256, as 64 hex digits. */
  readonly sum: string
}

/** The records of an epoch whose places begin with this byte, 0 to 255. */
export type EpochPart = number

export const EPOCH_PARTS = 256

function startOf(part: EpochPart): Place {
  return part.toString(16).padStart(2, '0').padEnd(16, '0') as Place
}

/** The places of the parts from this one to `last`, both included. */
export function placesOfPart(part: EpochPart, last: EpochPart = part): Pick<RecordQuery, 'fromPlace' | 'toPlace'> {
  return { fromPlace: startOf(part), ...(last + 1 < EPOCH_PARTS && { toPlace: startOf(last + 1) }) }
}

export interface CheckpointMaking {
  /** Names what `make` makes, in one line: what is kept under another name counts as absent. */
  readonly form: string
  readonly make: (records: AsyncIterable<StoredRecord>) => Promise<Uint8Array>
}

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
 * Order of `read` and `names`: epoch, place, subject, window, author, kind, id.
 */
export interface RecordStore {
  /**
   * Resolves after every record is durable (fsync), with one outcome per record; rejects when none may be relied on.
   * `RECORD_ROWS` says how each kind is kept. A slot is (epoch, place, subject, author, kind), for kinds that keep the two smallest with the window.
   */
  readonly write: (records: readonly StoredRecord[]) => Promise<RecordOutcome[]>
  readonly read: (query: RecordQuery) => AsyncIterable<StoredRecord>
  /** As `read`, without what the records say: much cheaper. */
  readonly names: (query: RecordQuery) => AsyncIterable<RecordName>
  /** The fingerprint of what `read` would give, without records at or below the floor. Removals that were asked for before are done. */
  readonly fingerprint: (query: RecordQuery) => Promise<Fingerprint>
  /** Removes exactly these, in one step, durably; what is not there is left out. Resolves with how many were. They may be written again. */
  readonly remove: (records: readonly RecordName[]) => Promise<number>
  /**
   * Removes all epochs up to `floor`, itself included, and refuses them (`expired`) from then on; durable. Of these epochs the summaries stay from
   * `summariesFrom` on; without it, none. Neither ever goes back.
   */
  readonly raiseFloor: (floor: number, summariesFrom?: number) => Promise<void>
  readonly floor: () => number
  /** The oldest epoch that may have summaries; one above the floor where none has. */
  readonly summariesFrom: () => number
  /**
   * Resolves once they are durable, with whether each is: what is too old or erased is left out. One takes the place of another one of its epoch, subject
   * and author.
   */
  readonly writeSummaries: (summaries: readonly StoredSummary[]) => Promise<boolean[]>
  /** Those of epochs at or below the floor: above it the records themselves are there. In the order epoch, place, subject, author. */
  readonly summaries: (query: RecordQuery) => AsyncIterable<StoredSummary>
  /**
   * Removes all that concerns this peer in the epochs up to `upToEpoch`, itself included, summaries too. Resolves once that is durable: from then on such
   * records are refused (`expired`) and not read. `removed` resolves once they are gone, with how many went. What a crash cuts short goes on at the next opening,
   * and where it failed with the next call.
   */
  readonly erase: (peer: Pseudonym, upToEpoch: number) => Promise<{ readonly removed: Promise<number> }>
  /** Up to this epoch such a record is refused and not read: the floor of all records or that of an erasure, whichever is higher. */
  readonly floorOf: (record: Concerned) => number
  /**
   * Keeps what is made of the records of each of these parts, sealed like them and durably, until one of those records goes or another one comes.
   * What changed while it was made is left out, and what is kept already is not made again. Resolves with how many were kept.
   */
  readonly checkpoint: (epoch: number, parts: readonly EpochPart[], making: CheckpointMaking) => Promise<number>
  /** What is kept of an epoch in this form, in the order of parts: each is what `make` made of the records that the part has now. */
  readonly checkpoints: (epoch: number, form: string) => AsyncIterable<{ readonly part: EpochPart; readonly bytes: Uint8Array }>
  /** An estimate of what records and summaries take, in bytes. */
  readonly sizeBytes: () => Promise<number>
  /** The oldest epoch that holds a record. */
  readonly oldestEpoch: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}
