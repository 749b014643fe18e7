import { storeClosed } from '../errors.ts'
import { NO_FLOOR } from '../metadata.ts'
import { isWithin, placeRanges } from '../read-records.ts'
import { recordKey, slotOf } from '../record-key.ts'
import { twoSmallest } from '../two-smallest.ts'
import type { RecordStore, StoredRecord } from '@peerwatch/model'

/** The rules of a `RecordStore` with nothing on disk: for tests and for nodes that may forget. */
export function memoryRecordStore({ epochFloor = NO_FLOOR }: { epochFloor?: number } = {}): RecordStore {
  /** Per epoch and slot the records by id; the slot is the start of the key, so sorting keys gives the order of reading. */
  const epochs = new Map<number, Map<string, Map<string, StoredRecord>>>()
  let floor = epochFloor
  let closed = false

  function check(): void {
    if (closed) throw storeClosed()
  }

  function slot(record: StoredRecord): Map<string, StoredRecord> {
    const slots = epochs.get(record.epoch) ?? new Map<string, Map<string, StoredRecord>>()
    epochs.set(record.epoch, slots)
    const name = slotOf(recordKey(record))
    const held = slots.get(name) ?? new Map<string, StoredRecord>()
    slots.set(name, held)
    return held
  }

  return {
    write: async records => {
      check()
      const before = new Map<Map<string, StoredRecord>, string[]>()
      const offered = new Map<Map<string, StoredRecord>, number[]>()
      for (const [index, record] of records.entries()) {
        if (record.epoch <= floor) continue
        const held = slot(record)
        if (!before.has(held)) before.set(held, [...held.keys()])
        offered.set(held, [...(offered.get(held) ?? []), index])
      }
      const outcomes = records.map((): 'expired' | 'stored' | 'known' | 'conflict' => 'expired')
      for (const [held, indices] of offered) {
        const ids = indices.map(index => records[index]!.id)
        const settled = twoSmallest(before.get(held)!, ids)
        for (const [at, index] of indices.entries()) outcomes[index] = settled.outcomes[at]!
        for (const id of settled.remove) held.delete(id)
        for (const id of settled.put) held.set(id, copied(records[indices[ids.findIndex(offeredId => offeredId === id)]!]!))
      }
      return outcomes
    },
    read: async function* ({ fromEpoch, toEpoch, fromPlace, toPlace, subject }) {
      check()
      const ranges = placeRanges(fromPlace, toPlace)
      for (const epoch of [...epochs.keys()].toSorted((a, b) => a - b)) {
        if (epoch < fromEpoch || epoch > toEpoch || epoch <= floor) continue
        const found: { key: Buffer; record: StoredRecord }[] = []
        for (const held of epochs.get(epoch)!.values()) {
          for (const record of held.values()) {
            if ((subject == null || record.subject === subject) && isWithin(record.place, ranges)) found.push({ key: recordKey(record), record })
          }
        }
        for (const { record } of found.toSorted((a, b) => a.key.compare(b.key))) {
          check()
          yield copied(record)
        }
      }
    },
    raiseFloor: async raised => {
      check()
      floor = Math.max(floor, raised)
      for (const epoch of epochs.keys()) if (epoch <= floor) epochs.delete(epoch)
    },
    floor: () => floor,
    sizeBytes: async () => {
      check()
      let bytes = 0
      for (const slots of epochs.values())
        for (const held of slots.values()) for (const record of held.values()) bytes += recordKey(record).length + record.payload.length
      return bytes
    },
    oldestEpoch: async () => {
      check()
      return [...epochs.keys()].toSorted((a, b) => a - b)[0]
    },
    close: async () => {
      closed = true
    }
  }
}

/** As from a disk: nobody shares the bytes. */
function copied(record: StoredRecord): StoredRecord {
  return { ...record, payload: record.payload.slice() }
}
