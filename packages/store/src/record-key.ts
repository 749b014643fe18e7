import { placeOf, RECORD_KINDS } from '@peerwatch/model'
import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import type { Place, Pseudonym, RecordId, RecordKind, RecordName, StoredRecord, StoredSummary } from '@peerwatch/model'

/*
 * record: epoch(4 BE) ‖ place(8) ‖ subject(32) ‖ window(4 BE) ‖ author(32) ‖ kind(1) ‖ id(32)
 * beside: fffffffd ‖ epoch(4 BE) ‖ what(1) ‖ …, what is kept beside the records of an epoch, and goes with them:
 *         00 that its fingerprints are kept; 01 ‖ part(1) a fingerprint; 02 ‖ slot(73) the newest record of a slot; 03 ‖ part(1) a checkpoint;
 *         a part is the first byte of the places
 * summary: fffffffc ‖ epoch(4 BE) ‖ place(8) ‖ subject(32) ‖ author(32)
 * meta:   ffffffff ‖ name
 */
const AT = { place: 4, subject: 12, window: 44, author: 48, kind: 80, id: 81 } as const
const KEY_BYTES = 113
const SUMMARY_AT = { epoch: 4, place: 8, subject: 16, author: 48 } as const
/** Epochs at and above are the prefixes of what is no record. */
export const EPOCHS_END = 0xfffffffc
const SUMMARIES = 0xfffffffc
const BESIDE = 0xfffffffd
const META = 0xffffffff
/** A key without its id: of the records that share one, two are kept. */
export const SLOT_BYTES = AT.id
export const PLACE_BYTES = 8

const kindNames = new Map<number, RecordKind>(Object.entries(RECORD_KINDS).map(([name, number]) => [number, name as RecordKind]))

function putHex(key: Buffer, hex: string, at: number, bytes: number, what: string): void {
  if (hex.length !== bytes * 2 || key.write(hex, at, bytes, 'hex') !== bytes)
    throw new TypeError(`${what} is ${bytes * 2} hex digits, not ${JSON.stringify(hex)}`)
}

export function isEpoch(epoch: number): boolean {
  return Number.isInteger(epoch) && epoch >= 0 && epoch < EPOCHS_END
}

/** Throws TypeError on a record that no encoder of ours makes. */
export function recordKey(record: RecordName): Buffer {
  if (!isEpoch(record.epoch)) throw new TypeError(`an epoch is a whole number from 0 to ${EPOCHS_END - 1}, not ${record.epoch}`)
  const key = Buffer.allocUnsafe(KEY_BYTES)
  key.writeUInt32BE(record.epoch, 0)
  putHex(key, record.place, AT.place, PLACE_BYTES, 'a place')
  putHex(key, record.subject, AT.subject, 32, 'a subject')
  if (!record.subject.startsWith(record.place)) throw new TypeError(`a record lies at its subject's place ${placeOf(record.subject)}, not at ${record.place}`)
  key.writeUInt32BE(record.window, AT.window)
  putHex(key, record.author, AT.author, 32, 'an author')
  key.writeUInt8(RECORD_KINDS[record.kind], AT.kind)
  putHex(key, record.id, AT.id, 32, 'an id')
  return key
}

export function kindOf(key: Buffer): RecordKind {
  const kind = key.length === KEY_BYTES ? kindNames.get(key.readUInt8(AT.kind)) : undefined
  if (kind != null) return kind
  throw new StoreError('corrupt', `found a key that is no record's (${key.toString('hex')}): expected ${KEY_BYTES} bytes of a known kind; ${CORRUPT_ADVICE}`)
}

export function recordFrom(key: Buffer, payload: Uint8Array): StoredRecord {
  return { ...nameFrom(key), payload }
}

export function nameFrom(key: Buffer): RecordName {
  return {
    kind: kindOf(key),
    epoch: key.readUInt32BE(0),
    place: key.toString('hex', AT.place, AT.subject) as Place,
    subject: key.toString('hex', AT.subject, AT.window) as Pseudonym,
    window: key.readUInt32BE(AT.window),
    author: key.toString('hex', AT.author, AT.kind) as Pseudonym,
    id: key.toString('hex', AT.id) as RecordId
  }
}

export function slotOf(key: Buffer): string {
  return key.toString('latin1', 0, SLOT_BYTES)
}

/** As latin1 text, whose order is the order of the bytes. */
export function idOf(key: Buffer): string {
  return key.toString('latin1', AT.id)
}

export function keyIn(slot: string, id: string): Buffer {
  return Buffer.from(slot + id, 'latin1')
}

/** A key without its window and id: of the records that share one, the newest is kept. */
export function newestSlotOf(key: Buffer): string {
  return key.toString('latin1', 0, AT.window) + key.toString('latin1', AT.author, AT.id)
}

export function windowAndIdOf(key: Buffer): string {
  return key.toString('latin1', AT.window, AT.author) + key.toString('latin1', AT.id)
}

export function keyInNewest(slot: string, windowAndId: string): Buffer {
  const window = AT.author - AT.window
  return Buffer.from(slot.slice(0, AT.window) + windowAndId.slice(0, window) + slot.slice(AT.window) + windowAndId.slice(window), 'latin1')
}

/** Keys at or above `gte` and below `lt`. */
export interface Bounds {
  readonly gte: Buffer
  readonly lt: Buffer
}

/** All that a database has: names in metadata are text. */
export const EVERYTHING: Bounds = { gte: epochPrefix(0), lt: Buffer.alloc(5, 0xff) }

/** All keys that start with `prefix`, which must not be all ff. */
export function startingWith(prefix: Buffer): Bounds {
  return { gte: prefix, lt: following(prefix) }
}

function following(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = next[at]!
    next[at] = (byte + 1) & 0xff
    if (byte !== 0xff) return next
  }
  throw new RangeError('nothing follows a prefix of ff')
}

export function slotBounds(slot: string): Bounds {
  return startingWith(Buffer.from(slot, 'latin1'))
}

export function epochPrefix(epoch: number): Buffer {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(epoch)
  return prefix
}

/** All records of the epochs from `first` to `last`, both included. */
export function epochBounds(first: number, last: number): Bounds {
  return { gte: epochPrefix(first), lt: epochPrefix(Math.min(last + 1, EPOCHS_END)) }
}

/** Places from `from` up to, not including, `to`; undefined is the start or the end. */
export function placeBounds(epoch: number, from: string | undefined, to: string | undefined): Bounds {
  const prefix = epochPrefix(epoch)
  return {
    gte: Buffer.concat([prefix, Buffer.from(from ?? '', 'hex')]),
    lt: to == null ? epochPrefix(epoch + 1) : Buffer.concat([prefix, Buffer.from(to, 'hex')])
  }
}

export function subjectBounds(epoch: number, place: string, subject: Pseudonym): Bounds {
  return startingWith(Buffer.concat([epochPrefix(epoch), Buffer.from(place + subject, 'hex')]))
}

/** The bounds of everything that is kept beside the records of the epochs up to and including `last`. */
export function boundsBesideUpTo(last: number): Bounds {
  return { gte: epochPrefix(BESIDE), lt: Buffer.concat([epochPrefix(BESIDE), epochPrefix(last + 1)]) }
}

function besideKey(epoch: Buffer, what: number, ...parts: Buffer[]): Buffer {
  return Buffer.concat([epochPrefix(BESIDE), epoch, Buffer.of(what), ...parts])
}

/** Where it stands that the fingerprints of an epoch are kept. */
export function countedKey(epoch: number): Buffer {
  return besideKey(epochPrefix(epoch), 0)
}

export function fingerprintKey(epoch: number, part: number): Buffer {
  return besideKey(epochPrefix(epoch), 1, Buffer.of(part))
}

export function fingerprintBounds(epoch: number): Bounds {
  return startingWith(besideKey(epochPrefix(epoch), 1))
}

export function checkpointKey(epoch: number, part: number): Buffer {
  return besideKey(epochPrefix(epoch), 3, Buffer.of(part))
}

export function checkpointBounds(epoch: number): Bounds {
  return startingWith(besideKey(epochPrefix(epoch), 3))
}

/** Of a fingerprint or a checkpoint. */
export function partIn(key: Buffer): number {
  return key[key.length - 1]!
}

/** Which record of a slot is the newest. */
export function newestKey(slot: string): Buffer {
  const bytes = Buffer.from(slot, 'latin1')
  return besideKey(bytes.subarray(0, AT.place), 2, bytes.subarray(AT.place))
}

/** Whether it is that of a record, and where it counts. */
export function countedIn(key: Buffer): { readonly epoch: number; readonly part: number } | undefined {
  const epoch = key.readUInt32BE(0)
  return epoch < EPOCHS_END ? { epoch, part: key[AT.place]! } : undefined
}

/** Throws TypeError on a summary that no encoder of ours makes. */
export function summaryKey({ epoch, place, subject, author }: Omit<StoredSummary, 'bytes'>): Buffer {
  const named = recordKey({ kind: 'report', epoch, place, subject, window: 0, author, id: author as string as RecordId })
  return Buffer.concat([epochPrefix(SUMMARIES), named.subarray(0, AT.window), named.subarray(AT.author, AT.kind)])
}

export function summaryFrom(key: Buffer, bytes: Uint8Array): StoredSummary {
  return {
    epoch: key.readUInt32BE(SUMMARY_AT.epoch),
    place: key.toString('hex', SUMMARY_AT.place, SUMMARY_AT.subject) as Place,
    subject: key.toString('hex', SUMMARY_AT.subject, SUMMARY_AT.author) as Pseudonym,
    author: key.toString('hex', SUMMARY_AT.author) as Pseudonym,
    bytes
  }
}

/** The summaries of the epochs from `first` to `last`, both included. */
export function summaryBounds(first: number, last: number): Bounds {
  return behindPrefix(epochBounds(first, last))
}

/** As `placeBounds`, of summaries. */
export function summaryPlaceBounds(epoch: number, from: string | undefined, to: string | undefined): Bounds {
  return behindPrefix(placeBounds(epoch, from, to))
}

function behindPrefix({ gte, lt }: Bounds): Bounds {
  return { gte: Buffer.concat([epochPrefix(SUMMARIES), gte]), lt: Buffer.concat([epochPrefix(SUMMARIES), lt]) }
}

export function metaKey(name: string): Buffer {
  return Buffer.concat([epochPrefix(META), Buffer.from(name)])
}
