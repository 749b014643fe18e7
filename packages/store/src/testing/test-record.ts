import { placeOf } from '@peerwatch/model'
import type { Pseudonym, RecordId, StoredRecord } from '@peerwatch/model'

const DIGITS = 64

/** 32 bytes that start with `prefix`, in hex digits. */
function hex(prefix: string): string {
  return prefix.padEnd(DIGITS, '0')
}

/** A record with short names: `testRecord({ subject: 'a1', id: '07' })`. Prefixes are hex digits, filled up with zeros. */
export function testRecord({
  subject = '5a',
  author = 'a0',
  id = '01',
  ...fields
}: Partial<Omit<StoredRecord, 'subject' | 'author' | 'id'>> & { subject?: string; author?: string; id?: string } = {}): StoredRecord {
  const pseudonym = hex(subject) as Pseudonym
  return {
    kind: 'report',
    epoch: 10,
    place: placeOf(pseudonym),
    window: 300,
    payload: new TextEncoder().encode(`${subject} by ${author}: ${id}`),
    ...fields,
    subject: pseudonym,
    author: hex(author) as Pseudonym,
    id: hex(id) as RecordId
  }
}
