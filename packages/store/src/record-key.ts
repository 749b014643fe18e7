import { RECORD_KINDS } from '@peerwatch/model'
import { CORRUPT_ADVICE, StoreError } from './errors.ts'
import type { Place, Pseudonym, RecordId, RecordKind, StoredRecord } from '@peerwatch/model'

/*
 * record: epoch(4 BE) ‖ place(8) ‖ subject(32) ‖ window(4 BE) ‖ author(32) ‖ kind(1) ‖ id(32)
 * index:  fffffffe ‖ epoch(4 BE) ‖ subject(32) ‖ place(8), for records that do not lie at their subject's place
 * meta:   ffffffff ‖ name
 */
const AT = { place: 4, subject: 12, window: 44, author: 48, kind: 80, id: 81 } as const
const KEY_BYTES = 113
/** Epochs at and above are the prefixes of index and metadata. */
export const EPOCHS_END = 0xfffffffe
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
export function recordKey(record: StoredRecord): Buffer {
  if (!isEpoch(record.epoch)) throw new TypeError(`an epoch is a whole number from 0 to ${EPOCHS_END - 1}, not ${record.epoch}`)
  const key = Buffer.allocUnsafe(KEY_BYTES)
  key.writeUInt32BE(record.epoch, 0)
  putHex(key, record.place, AT.place, PLACE_BYTES, 'a place')
  putHex(key, record.subject, AT.subject, 32, 'a subject')
  key.writeUInt32BE(record.window, AT.window)
  putHex(key, record.author, AT.author, 32, 'an author')
  key.writeUInt8(RECORD_KINDS[record.kind], AT.kind)
  putHex(key, record.id, AT.id, 32, 'an id')
  return key
}

export function recordFrom(key: Buffer, payload: Uint8Array): StoredRecord {
  const kind = key.length === KEY_BYTES ? kindNames.get(key.readUInt8(AT.kind)) : undefined
  if (kind == null) {
    throw new StoreError('corrupt', `found a key that is no record's (${key.toString('hex')}): expected ${KEY_BYTES} bytes of a known kind; ${CORRUPT_ADVICE}`)
  }
  return {
    kind,
    epoch: key.readUInt32BE(0),
    place: key.toString('hex', AT.place, AT.subject) as Place,
    subject: key.toString('hex', AT.subject, AT.window) as Pseudonym,
    window: key.readUInt32BE(AT.window),
    author: key.toString('hex', AT.author, AT.kind) as Pseudonym,
    id: key.toString('hex', AT.id) as RecordId,
    payload
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

/** Keys at or above `gte` and below `lt`. */
export interface Bounds {
  readonly gte: Buffer
  readonly lt: Buffer
}

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

/** The index entry of a record that does not lie at its subject's place; undefined for any other. */
export function indexKey(key: Buffer): Buffer | undefined {
  if (key.compare(key, AT.subject, AT.subject + PLACE_BYTES, AT.place, AT.subject) === 0) return undefined
  return Buffer.concat([epochPrefix(EPOCHS_END), key.subarray(0, 4), key.subarray(AT.subject, AT.window), key.subarray(AT.place, AT.subject)])
}

export function indexBounds(epoch: number, subject: Pseudonym): Bounds {
  return startingWith(Buffer.concat([epochPrefix(EPOCHS_END), epochPrefix(epoch), Buffer.from(subject, 'hex')]))
}

/** Index entries of the epochs up to and including `last`. */
export function indexBoundsUpTo(last: number): Bounds {
  return { gte: epochPrefix(EPOCHS_END), lt: Buffer.concat([epochPrefix(EPOCHS_END), epochPrefix(last + 1)]) }
}

export function indexedPlace(key: Buffer): string {
  return key.toString('hex', key.length - PLACE_BYTES)
}

export function metaKey(name: string): Buffer {
  return Buffer.concat([epochPrefix(META), Buffer.from(name)])
}
